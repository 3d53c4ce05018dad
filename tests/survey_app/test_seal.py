"""The chain of seals: what it covers, what it tells, what may be purged without breaking it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from survey_app.recording import table
from survey_app.seal import (
    FIRST,
    Content,
    Slot,
    digest_comment,
    digest_response,
    first_broken,
    make_seal,
    seal_comments,
)
from survey_app.tables import CommentDigestRow, CommentRow, ResponseRow, SealRow
from survey_app.upkeep import check_chain

from .conftest import KEY

SECRET = KEY.encode()
MORNING = Slot("xa.29926.1", date(2026, 11, 19), "09:30")


def due(office, **later):
    office.clock.now += timedelta(**later)
    office.client.app.state.door.do_what_is_due()


def seals(office):
    with office.engine.connect() as connection:
        return connection.execute(select(table(SealRow)).order_by(table(SealRow).c.number)).all()


def broken(office, key=SECRET):
    with office.engine.connect() as connection:
        return check_chain(connection, key=key)


def run(office, statement):
    with office.engine.begin() as connection:
        connection.execute(statement)


@pytest.fixture
def sealed(office):
    """Three slots of answers, sealed in a chain of three."""
    for point in "51443":
        office.post(overall=point, comment="Chờ lâu." if point == "1" else "")
    due(office, minutes=20)
    office.post(overall="2")
    due(office, minutes=30)
    office.post(overall="4")
    due(office, minutes=30)
    return office


def test_a_slot_is_sealed_a_minute_after_its_end_and_not_before(office):
    office.post()
    due(office, minutes=18, seconds=59)
    assert seals(office) == []
    due(office, seconds=2)
    [seal] = seals(office)
    assert (seal.number, seal.desk, str(seal.entered_date), seal.entered_slot) == (
        1,
        "xa.29926.1",
        "2026-11-19",
        "09:30",
    )
    assert (seal.responses, seal.previous) == (1, FIRST)
    due(office, minutes=5)
    assert len(seals(office)) == 1


def test_every_slot_with_answers_is_one_link_after_the_one_before(sealed):
    chain = seals(sealed)
    assert [(seal.number, seal.responses, seal.comments) for seal in chain] == [(1, 5, 1), (2, 1, 0), (3, 1, 0)]
    assert [seal.previous for seal in chain] == [FIRST, chain[0].digest, chain[1].digest]
    assert broken(sealed) is None


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            update(table(ResponseRow)).where(table(ResponseRow).c.slot == "10:00").values(answers={"overall": 5}),
            "link 2",
        ),
        (update(table(ResponseRow)).where(table(ResponseRow).c.slot == "10:00").values(flags="too_fast x"), "link 2"),
        (update(table(ResponseRow)).where(table(ResponseRow).c.slot == "10:00").values(slot="09:30"), "link 1"),
        (delete(table(ResponseRow)).where(table(ResponseRow).c.slot == "09:30"), "5 answers were sealed, 0 are there"),
        (delete(table(CommentDigestRow)), "1 comment digests were sealed, 0 are there"),
        (delete(table(SealRow)).where(table(SealRow).c.number == 2), "expected link 2; a link is missing"),
        (update(table(SealRow)).where(table(SealRow).c.number == 3).values(previous=FIRST), "link 3"),
        (update(table(SealRow)).where(table(SealRow).c.number == 1).values(digest="0" * 64), "link 1"),
    ],
)
def test_the_first_broken_link_is_named(sealed, change, told):
    run(sealed, change)
    assert told in broken(sealed)


def test_an_answer_slipped_into_a_sealed_slot_is_told(sealed):
    with sealed.engine.begin() as connection:
        row = dict(connection.execute(select(table(ResponseRow)).limit(1)).mappings().one())
        connection.execute(insert(table(ResponseRow)).values(row | {"id": "x" * 22, "slot": "10:00"}))
    assert "link 2 (desk xa.29926.1, 2026-11-19, slot 10:00): 1 answers were sealed, 2 are there" in broken(sealed)


def test_who_can_write_to_the_database_but_has_not_the_key_cannot_make_the_chain_fit(sealed):
    assert "the key is another" in broken(sealed, key=SECRET + b"!")


def test_a_comment_is_purged_without_breaking_the_chain(sealed):
    run(sealed, delete(table(CommentRow)))
    assert broken(sealed) is None


def test_answers_of_the_demonstration_are_not_sealed(office):
    office.post()
    run(office, update(table(ResponseRow)).values(simulated=True))
    due(office, minutes=20)
    assert seals(office) == []


def test_an_answer_is_counted_by_the_slot_in_which_it_reached_the_record(office):
    office.post()
    run(
        office,
        update(table(ResponseRow)).values(
            local_date=date(2026, 11, 2), slot="07:30", entered_date=date(2026, 11, 19), entered_slot="09:30"
        ),
    )
    due(office, minutes=20)
    assert [(str(seal.entered_date), seal.entered_slot) for seal in seals(office)] == [("2026-11-19", "09:30")]
    assert broken(office) is None


def test_a_database_comment_row_does_not_tell_its_slot_without_the_key():
    [comment] = seal_comments({"comment": "Chờ lâu."}, key=SECRET)
    assert comment.digest == digest_comment("Chờ lâu.", comment.salt, key=SECRET)
    assert comment.digest != digest_comment("Chờ lâu.", comment.salt, key=SECRET + b"!")
    assert comment.digest != seal_comments({"comment": "Chờ lâu."}, key=SECRET)[0].digest


rows = st.fixed_dictionaries(
    {
        "id": st.text("ab", min_size=1, max_size=3),
        "answers": st.dictionaries(st.sampled_from("xyz"), st.integers(1, 5), max_size=3),
        "flags": st.sampled_from(["", "burst"]),
        "source": st.none() | st.sampled_from(["zalo"]),
    }
).map(
    lambda row: (
        dict.fromkeys(
            (
                "unit",
                "desk",
                "local_date",
                "slot",
                "questionnaire",
                "channel",
                "language",
                "field",
                "entered_date",
                "entered_slot",
                "batch",
            )
        )
        | row
    )
)


@given(rows, rows)
def test_two_answers_have_the_same_digest_only_if_all_that_is_kept_of_them_is_the_same(one, other):
    assert (digest_response(one) == digest_response(other)) == (one == other)


@given(st.lists(st.lists(st.binary(min_size=1, max_size=2), max_size=3), min_size=1, max_size=5), st.data())
def test_any_change_of_any_slot_breaks_the_chain_at_that_link(slots, data):
    contents, chain = {}, []
    for number, digests in enumerate(slots):
        slot = Slot("desk", date(2026, 1, 1) + timedelta(days=number), "09:30")
        contents[slot] = Content(tuple(digests))
        chain.append(make_seal(slot, contents[slot], after=chain[-1] if chain else None, key=SECRET))
    assert first_broken(chain, contents, key=SECRET) is None
    changed = data.draw(st.sampled_from(chain))
    contents[changed.slot] = Content((*contents[changed.slot].responses, b"more"))
    assert first_broken(chain, contents, key=SECRET).startswith(f"link {changed.number} ")
