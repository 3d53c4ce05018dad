"""What a desk asks changes while people answer: a form that is open stays what it was."""

from sqlalchemy import select

from survey_app.questionnaire import load_questionnaire, parse_questionnaire
from survey_app.recording import record_current_questionnaire, record_desk_questionnaire, table
from survey_app.tables import ResponseRow

DESK = load_questionnaire("desk")
CHANGED = parse_questionnaire(
    DESK.document.replace('code = "polite"', 'code = "respect"').replace(
        "Ông/bà có hài lòng không?", "Ông/bà thấy thế nào?"
    )
)


def opened(office):
    """The page of the desk's form, and its ticket."""
    page = office.client.get(f"/r/{office.code}").text
    return page, page.partition('name="id" value="')[2].partition('"')[0]


def take_over(office, questionnaire):
    with office.engine.begin() as connection:
        record_current_questionnaire(connection, questionnaire)
    office.client.app.state.door.look_again()


def stored(office):
    with office.engine.connect() as connection:
        rows = connection.execute(select(table(ResponseRow).c.questionnaire, table(ResponseRow).c.answers))
        return {row.questionnaire: row.answers for row in rows}


def test_a_changed_questionnaire_is_asked_at_the_next_look_and_answers_say_which_version_they_are_of(office):
    assert "Ông/bà có hài lòng không?" in opened(office)[0]
    take_over(office, CHANGED)
    page, ticket = opened(office)
    assert "Ông/bà thấy thế nào?" in page
    assert office.post(id=ticket, respect="4").status_code == 303
    assert stored(office) == {CHANGED.version: {"overall": 5, "respect": 4}}


def test_a_form_that_was_open_when_the_questionnaire_changed_is_taken_as_it_was_asked(office):
    _, ticket = opened(office)
    take_over(office, CHANGED)
    assert office.post(id=ticket, polite="4").status_code == 303
    assert stored(office) == {DESK.version: {"overall": 5, "polite": 4}}


def test_a_form_shown_again_with_a_fault_asks_what_it_asked(office):
    _, ticket = opened(office)
    take_over(office, CHANGED)
    again = office.post(id=ticket, overall="9", polite="4")
    assert again.status_code == 422
    assert "Ông/bà có hài lòng không?" in again.text
    assert 'name="polite"' in again.text


def test_a_desk_told_to_ask_another_questionnaire_asks_it_at_the_next_look(office):
    own = parse_questionnaire(CHANGED.document.replace('code = "desk"', 'code = "own"'))
    with office.engine.begin() as connection:
        record_current_questionnaire(connection, own)
        assert record_desk_questionnaire(connection, "xa.29926.1", "own")
    assert "Ông/bà có hài lòng không?" in opened(office)[0]
    office.client.app.state.door.look_again()
    assert "Ông/bà thấy thế nào?" in opened(office)[0]


def test_a_desk_whose_questionnaire_is_gone_asks_the_one_that_every_desk_began_with(office):
    with office.engine.begin() as connection:
        record_desk_questionnaire(connection, "xa.29926.1", "gone")
    office.client.app.state.door.look_again()
    assert "Ông/bà có hài lòng không?" in opened(office)[0]
