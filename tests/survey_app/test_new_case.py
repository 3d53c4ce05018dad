from datetime import date
from pathlib import Path

import pytest

import survey_app
from survey_app.answer import Fault
from survey_app.contact import open_contact
from survey_app.new_case import CASE_FIELDS, Wish, parse_wish, take_case, wrote_or_reported
from survey_app.questionnaire import parse_questionnaire
from survey_app.submission import parse_submission

KEY = b"a key of thirty-two characters or more"
DAY = date(2026, 11, 19)
REPLY, REACH = {"-reply": "1"}, {"-contact": " 0912 345 678 ", "-consent": "1"}
FORM = parse_questionnaire("""
code = "thu"
languages = ["vi"]
scale.vi = ["Kém", "Tốt"]
not_applicable.vi = "Không áp dụng"
source = "test"
[[question]]
code = "overall"
kind = "rating"
required = true
text.vi = "Ông/bà có hài lòng không?"
[[question]]
code = "extra_money"
kind = "yes_no"
report = true
text.vi = "Có ai gợi ý đưa thêm tiền không?"
[[question]]
code = "harassed"
kind = "yes_no"
report = true
text.vi = "Có bị phiền hà không?"
[[question]]
code = "comment"
kind = "text"
longest = 2000
text.vi = "Ông/bà muốn nói gì thêm?"
""")


def sent(**fields):
    given = [("id", "A" * 22), ("overall", "1"), *fields.items()]
    submission, faults, posted = parse_submission(FORM, given, beside=CASE_FIELDS)
    assert faults == ()
    return submission, posted


def wish_of(**fields):
    _, posted = sent(**fields)
    return parse_wish(posted, wrote=wrote_or_reported(FORM, posted))


def case_of(**fields):
    submission, posted = sent(**fields)
    wish, faults = parse_wish(posted, wrote=wrote_or_reported(FORM, posted))
    assert faults == ()
    return take_case(FORM, submission, wish=wish, code="0000000000000C", on=DAY, consent="Tôi đồng ý…", key=KEY)[1]


def test_a_form_that_asks_for_nothing_is_no_case():
    assert case_of(comment="Chờ lâu quá.") is None
    assert case_of(extra_money="0", harassed="0") is None


def test_who_wants_an_answer_has_a_case_of_the_unit_with_the_words_written():
    case = case_of(**REPLY, comment="Chờ lâu quá.")
    assert (case.kind, case.queue, case.text, case.contact) == ("feedback", "unit", "Chờ lâu quá.", None)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"extra_money": "1"}, "payment"),
        ({"harassed": "1"}, "harassment"),
        ({"extra_money": "1", "harassed": "1"}, "payment"),
    ],
)
@pytest.mark.parametrize("comment", ["", "Anh ấy nói khéo."])
def test_a_report_goes_to_the_inspectors_with_what_was_written_asked_for_or_not(fields, kind, comment):
    for wanted in ({}, {"-reply": "1"}):
        case = case_of(**fields, **wanted, comment=comment)
        assert (case.kind, case.queue, case.text) == (kind, "inspector", comment)


def test_what_is_counted_holds_no_answer_that_reports_neither_yes_nor_no_and_no_words_of_a_case():
    for answer in ("1", "0"):
        submission, _ = sent(extra_money=answer, comment="Anh ấy nói khéo.")
        left, _ = take_case(FORM, submission, on=DAY, key=KEY)
        assert left.answers == {"overall": 1}
        assert left.comments == ({} if answer == "1" else {"comment": "Anh ấy nói khéo."})


def test_a_contact_is_kept_only_with_consent_and_then_encrypted_for_its_case():
    case = case_of(**REPLY, **REACH, comment="Chờ lâu.")
    assert open_contact(case.contact.sealed, case=case.id, key=KEY) == "0912 345 678"
    wish, faults = wish_of(**REPLY, comment="Chờ lâu.", **{"-contact": "0912 345 678"})
    assert faults == (Fault("-consent", "no_consent"),)
    assert wish.contact == "0912 345 678"  # to show it again on the page; a form with a fault is stored nowhere


def test_who_leaves_a_contact_wants_an_answer():
    assert wish_of(comment="Chờ lâu.", **{"-contact": "0912345678", "-consent": "1"}) == (Wish(True, "0912345678"), ())


def test_consent_alone_is_nothing():
    assert wish_of(**{"-consent": "1"}) == (Wish(), ())


def test_an_answer_to_nothing_and_a_contact_that_is_none_are_faults():
    assert wish_of(**REPLY)[1] == (Fault("-reply", "nothing_to_answer"),)
    assert wish_of(**REPLY, extra_money="1")[1] == ()
    assert wish_of(comment="x", **{"-contact": "ở nhà", "-consent": "1"})[1] == (
        Fault("-contact", "not_contact", value="ở nhà"),
    )


def test_a_case_has_nothing_of_its_form_but_the_words():
    submission, _ = sent(**REPLY, comment="Chờ lâu.")
    first, second = (case_of(**REPLY, comment="Chờ lâu.") for _ in range(2))
    assert first.code_hash == second.code_hash
    assert first.id != second.id
    assert submission.id not in repr(first)


def test_a_report_on_paper_or_a_tablet_is_a_case_whose_code_nobody_holds():
    submission, _ = sent(extra_money="1")
    first, second = (take_case(FORM, submission, on=DAY, key=KEY)[1] for _ in range(2))
    assert (first.queue, first.kind) == ("inspector", "payment")
    assert first.code_hash != second.code_hash


def test_whoever_records_a_form_takes_the_case_out_of_it():
    room = Path(survey_app.__file__).parent
    makers = [
        file for file in room.rglob("*.py") if "Answered(\n" in file.read_text() and "recording" not in file.parts
    ]
    assert len(makers) >= 3
    assert [file.name for file in makers if "take_case(" not in file.read_text() and "simulat" not in str(file)] == []
