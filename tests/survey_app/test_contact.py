import base64
import struct
from datetime import UTC, date, datetime

import pytest

from survey_app.contact import LostContact, is_contact, open_contact, seal_contact

KEY, OLD = b"a key of thirty-two characters or more", b"the key that was used before this one"
DAY = date(2026, 11, 19)


def sealed(text="0912 345 678", case="c1", key=KEY):
    return seal_contact(text, case=case, on=DAY, consent="Tôi đồng ý…", key=key).sealed


@pytest.mark.parametrize(
    "text", ["0912345678", "0912 345 678", "+84 912.345.678", "(0277) 3851 234", "a.b@gmail.com", "lan@tanhong.gov.vn"]
)
def test_a_telephone_number_or_an_address_is_taken(text):
    assert is_contact(text)


@pytest.mark.parametrize(
    "text", ["", "123", "Nguyễn Văn A", "a@b", "0912345678 <script>", "0" * 16, "@.", "x" * 130 + "@a.vn"]
)
def test_what_is_neither_is_not(text):
    assert not is_contact(text)


def test_a_contact_is_read_back_with_the_key_and_stands_nowhere_in_clear():
    kept = sealed()
    assert open_contact(kept, case="c1", key=KEY) == "0912 345 678"
    assert "0912" not in kept
    assert b"0912" not in base64.urlsafe_b64decode(kept)


def test_the_seal_tells_the_day_and_not_the_minute():
    [stamp] = struct.unpack(">Q", base64.urlsafe_b64decode(sealed())[1:9])
    assert datetime.fromtimestamp(stamp, UTC) == datetime(2026, 11, 19, tzinfo=UTC)


def test_a_contact_moved_to_another_case_is_not_opened():
    with pytest.raises(LostContact):
        open_contact(sealed(case="c1"), case="c2", key=KEY)


@pytest.mark.parametrize("kept", ["", "x", sealed()[:-4] + "AAA="], ids=["empty", "short", "changed"])
def test_a_changed_contact_is_not_opened(kept):
    with pytest.raises(LostContact):
        open_contact(kept, case="c1", key=KEY)


def test_another_key_opens_none():
    old = sealed(key=OLD)
    with pytest.raises(LostContact):
        open_contact(old, case="c1", key=KEY)


def test_a_contact_goes_after_ninety_days():
    contact = seal_contact("0912345678", case="c1", on=DAY, consent="Tôi đồng ý…", key=KEY)
    assert (contact.given, contact.purge_on, contact.consent) == (DAY, date(2027, 2, 17), "Tôi đồng ý…")
