"""A workbook made by others: what it says is read, and all that we cannot say is listed with its place."""

import pytest

from survey_app.condition import Condition
from survey_app.xlsform import WorkbookFaults, read_xlsform
from survey_app.xlsform.question_type import NOT_ASKED, RECORDED
from tests.survey_app.books import CHOICES, SETTINGS, SURVEY, book, column


def read(data, file="trial.xlsx"):
    return read_xlsform(data, file=file)


def refused(data, file="trial.xlsx"):
    with pytest.raises(WorkbookFaults) as caught:
        read(data, file)
    return [str(misfit) for misfit in caught.value.refused]


def left_out(data):
    return [str(misfit) for misfit in read(data).left_out]


def asked(*row, choices=CHOICES, **columns):
    """The questionnaire's last question, made by a row of type, name and more by heading."""
    extra = {"label::Tiếng Việt (vi)": "Câu hỏi", "label::English (en)": "Question"} | columns
    headings = [*SURVEY[0], *(heading for heading in extra if heading not in SURVEY[0])]
    rows = [[*each, *[""] * (len(headings) - len(each))] for each in SURVEY]
    said = dict(zip(("type", "name"), row, strict=False)) | extra
    return book([headings, *rows[1:], [said.get(heading, "") for heading in headings]], choices)


def question(*row, **columns):
    return read(asked(*row, **columns)).questionnaire.questions[-1]


def test_the_questions_of_a_plain_workbook_are_read():
    form = read(book()).questionnaire
    assert (form.code, form.languages, dict(form.name)) == (
        "trial",
        ("vi", "en"),
        {"vi": "Phiếu thử", "en": "Phiếu thử"},
    )
    assert [(each.code, each.kind, each.required) for each in form.questions] == [
        ("overall", "rating", True),
        ("reasons", "choices", False),
        ("more", "text", False),
    ]
    assert form.questions[0].scale["vi"] == ("Kém", "Được", "Tốt")
    assert form.scale == form.questions[0].scale
    assert [choice.code for choice in form.questions[1].choices] == ["slow", "rude"]
    assert form.source == "XLSForm: trial.xlsx"


def test_what_is_taken_for_granted_is_said():
    scale, longest = left_out(book())
    assert scale == (
        "sheet 'survey', row 2, column 'type': found 'select_one mức'; "
        "taken for a scale, worst first: Kém – Được – Tốt; else write choice below hailong::kind"
    )
    assert longest == (
        "sheet 'survey', row 4, column 'type': found 'text'; "
        "at most 1000 letters are taken; else say string-length(.) <= n as constraint"
    )


def test_the_same_workbook_read_twice_has_the_same_version():
    assert read(book()).questionnaire.version == read(book()).questionnaire.version


@pytest.mark.parametrize(
    ("row", "columns", "expected"),
    [
        (("integer", "n"), {"constraint": ". >= 0 and . <= 5"}, {"least": 0, "most": 5, "decimals": 0}),
        (("integer", "n"), {"constraint": "0 < . and (. < 5)"}, {"least": 1, "most": 4}),
        (("decimal", "n"), {"constraint": ".>=-0.5"}, {"least": -0.5, "most": None, "decimals": 2}),
        (("decimal", "n"), {"hailong::decimals": 1}, {"decimals": 1}),
        (("text", "t"), {"constraint": "string-length(.) < 301"}, {"longest": 300}),
        (("text", "t"), {"bind::constraint": "string-length(.) <= 300"}, {"longest": 300}),
        (("text", "field"), {"hailong::kind": "field"}, {"kind": "field"}),
        (("select_one mức", "c"), {"hailong::kind": "choice"}, {"kind": "choice", "not_applicable": False}),
        (("select one from reasons", "c"), {}, {"kind": "choice"}),
        (("select1 mức", "c"), {"hailong::criterion": "1.1"}, {"kind": "rating", "criterion": "1.1"}),
        (("text", "t"), {"required": "true()"}, {"required": True}),
        (("text", "t"), {"required": "no"}, {"required": False}),
        (("text", "t"), {"hint::Tiếng Việt (vi)": "Gợi ý", "hint::English": "Hint"}, {"hint": {"vi": "Gợi ý", "en": "Hint"}}),
        (("text", "t"), {"relevant": "${overall} <= 2"}, {"show_if": Condition("overall", at_most=2)}),
        (("text", "t"), {"relevant": "${overall} < 3"}, {"show_if": Condition("overall", at_most=2)}),
        (("text", "t"), {"relevant": "1 < ${overall} and ${overall} <= 3"}, {"show_if": Condition("overall", at_least=2, at_most=3)}),
        (("text", "t"), {"relevance": "${overall} = '1'"}, {"show_if": Condition("overall", one_of=(1,))}),
        (
            ("text", "t"),
            {"relevant": "${overall} >= 2 and ${overall}<=3"},
            {"show_if": Condition("overall", at_least=2, at_most=3)},
        ),
        (
            ("text", "t"),
            {"relevant": "selected(${reasons}, 'slow') or (selected(${reasons}, ‘rude’))"},
            {"show_if": Condition("reasons", one_of=("slow", "rude"))},
        ),
    ],
)  # fmt: skip
def test_what_a_row_says_is_kept(row, columns, expected):
    made = question(*row, **columns)
    assert {name: getattr(made, name) for name in expected} == expected


def test_a_list_of_yes_and_no_in_our_words_is_yes_or_no_and_in_others_a_choice():
    def yes_no(yes, no):
        listed = [*CHOICES, ["yn", "1", yes, "Yes"], ["yn", "0", no, "No"], ["yn", "na", "Không rõ", "Not known"]]
        return question("select_one yn", "paid", choices=listed)

    assert (yes_no("Có", "Không").kind, yes_no("Có", "Không").not_applicable) == ("yes_no", True)
    assert [choice.text["vi"] for choice in yes_no("Đúng", "Sai").choices] == ["Đúng", "Sai"]


def test_a_list_of_two_is_taken_for_a_scale_only_where_that_is_said():
    two = [*CHOICES, ["sex", 1, "Nam", "Man"], ["sex", 2, "Nữ", "Woman"]]
    assert question("select_one sex", "sex", choices=two).kind == "choice"
    assert question("select_one sex", "sex", choices=two, appearance="likert").kind == "rating"
    assert question("select_one sex", "sex", choices=two, **{"hailong::kind": "rating"}).kind == "rating"


def test_a_bound_that_is_excluded_is_refused_where_answers_have_decimals():
    rows = [[*row, ""] for row in SURVEY]
    rows[0][-1] = "relevant"
    rows += [["decimal", "d", "Bao nhiêu", "How much", "", ""], ["text", "t", "Gì", "What", "", "${d} < 3"]]
    assert "row 6, column 'relevant': found '${d} < 3'; a condition on one earlier question" in refused(book(rows))[-1]


def test_the_headings_of_groups_are_the_headings_of_parts():
    rows = [
        [*SURVEY[0], "appearance"],
        ["begin_group", "a", "Phần A", "Part A", "", "field-list"],
        [*SURVEY[1], ""],
        ["end_group", "", "", "", "", ""],
        ["begin group", "", "", "", "", ""],
        [*SURVEY[2], ""],
        ["end group", "", "", "", "", ""],
    ]
    read_book = read(book(rows))
    assert [dict(each.section) for each in read_book.questionnaire.questions] == [{"vi": "Phần A", "en": "Part A"}, {}]
    said = [str(misfit) for misfit in read_book.left_out]
    assert "sheet 'survey', row 2, column 'appearance': found 'field-list'; the form has its own look" in said
    assert any(
        "row 6, column 'type': found 'select_multiple reasons'; it stands below the heading 'Phần A'" in each
        for each in said
    )


REFUSED_IN_SURVEY = [
    ("relevant", "not(${overall} = 1)", "a condition on one earlier question"),
    ("relevant", "${overall} != 1", "a condition on one earlier question"),
    ("relevant", "${overall} = 1 and ${reasons} = 'slow'", "a condition on one earlier question"),
    ("relevant", "count-selected(${reasons}) > 1", "a condition on one earlier question"),
    ("relevant", "${overall} = ${reasons}", "a condition on one earlier question"),
    ("relevant", "${overall} <= 2 or ${reasons} = 'slow'", "a condition on one earlier question"),
    ("relevant", "${overal} = 1", "the code of an earlier question"),
    ("relevant", "${overall} = 'na'", "points of 'overall', 1 to 3"),
    ("relevant", "(" * 3000 + "${overall} = 1" + ")" * 3000, "a condition on one earlier question"),
    ("constraint", "regex(., '[a-z]+')", "the most letters, such as string-length(.) <= 300, and no other"),
    ("constraint", ". != ''", "the most letters"),
    ("required", "${overall} = 1", "yes or no, always the same"),
    ("calculation", "1 + 1", "no calculation: answers are kept as they were given"),
    ("bind::calculate", "1 + 1", "no calculation"),
    ("default", "abc", "no default: nothing is answered before a citizen answers it"),
    ("read_only", "yes", "no: every question can be answered"),
    ("readonly", "${overall} = 1", "no: every question can be answered"),
    ("choice_filter", "tinh = ${overall}", "no filter: every choice of a list is shown"),
    ("trigger", "${overall}", "no trigger: no answer changes another"),
    ("repeat_count", "3", "no repeat: each question is asked once"),
    ("save_to", "name", "no entity"),
    ("appearance", "numbers", "an appearance that only changes the look"),
    ("appearance", "ex:org.opendatakit.counter", "an appearance that only changes the look"),
    ("appearance", "search('tinh.csv')", "an appearance that only changes the look"),
    ("parameters", "max-pixels=640", "no parameters but rows, randomize, seed"),
    ("media::image", "a.png", "no picture, sound or film"),
    ("media::audio::English (en)", "a.mp3", "no picture, sound or film"),
    ("video", "a.mp4", "no picture, sound or film"),
    ("relevent", "${overall} = 1", "a column that XLSForm knows; a misspelt one would be lost"),
    ("label::Français", "Encore ?", "a language with its code, such as Tiếng Việt (vi)"),
    ("hailong::kind", "rating", "for this type one of: text, field"),
    ("hailong::report", "yes", "no such key"),
    ("hailong::unit::vi", "triệu", "a unit only where a number is asked for"),
    ("hailong::colour", "red", "a column that XLSForm knows"),
    ("hint::Tiếng Việt (vi)", "Xin chào ${overall}", "a text without an answer put into it"),
]  # fmt: skip


@pytest.mark.parametrize(("heading", "value", "expected"), REFUSED_IN_SURVEY)
def test_what_a_column_says_and_we_cannot_is_refused_with_its_place(heading, value, expected):
    faults = refused(asked("text", "t", **{heading: value}))
    place = f"sheet 'survey', row {1 if heading.startswith('label::Fr') else 5}, column {heading!r}: found "
    assert [fault for fault in faults if fault.startswith(place) and expected in fault], faults


@pytest.mark.parametrize(
    ("heading", "value", "why"),
    [
        ("guidance_hint::English (en)", "Longer", "the longer hint is not shown"),
        ("constraint_message", "Sai", "the form tells faults in its own words"),
        ("required_message::Tiếng Việt (vi)", "Thiếu", "the form tells faults in its own words"),
        ("appearance", "multiline w3", "the form has its own look"),
        ("parameters", "rows=5", "a text field has its own height"),
        ("parameters", "randomize=true, seed=3", "choices stand in the order of their list"),
        ("$kuid", "ab12", "KoboToolbox's own column"),
        ("notes", "hỏi lại", "remarks of the author are not shown"),
        ("hint::Tiếng Tày (tyz)", "…", "the questions have no label in 'tyz', so it is never shown"),
        ("hint::Tiếng Việt (vi)", "**Chú ý**", "marks for bold, links and the like are shown as they are typed"),
    ],
)
def test_what_changes_no_answer_is_left_out_and_said(heading, value, why):
    said = {"hint::English (en)": "x"} if heading == "hint::Tiếng Việt (vi)" else {}
    place = f"sheet 'survey', row 5, column {heading!r}: found {value!r}; {why}"
    assert place in left_out(asked("text", "t", **said, **{heading: value}))


@pytest.mark.parametrize("kind", sorted({*NOT_ASKED, "select_one_from_file tinh.csv", "select_one_external x"}))
def test_a_type_that_is_not_asked_is_refused_with_its_place(kind):
    (fault,) = [fault for fault in refused(asked(kind, "t")) if "row 5, column 'type'" in fault]
    assert fault.startswith(f"sheet 'survey', row 5, column 'type': found {kind!r}; no ")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("rank reasons", "no such question: choices are not put in an order"),
        ("select_one reasons or_other", "no or_other: list what may be chosen"),
        ("select_one nowhere", "a list of the sheet choices; there are: mức, reasons"),
        ("percentage", "text, integer, decimal, select_one LIST, select_multiple LIST, begin_group or end_group"),
        ("begin_group", "an end_group for it"),
        ("end_group", "a begin_group before it"),
        ("", "a type for the row"),
    ],
)
def test_a_type_that_cannot_be_followed_says_what_to_write(kind, expected):
    assert [fault for fault in refused(asked(kind, "t")) if "row 5, column 'type'" in fault and expected in fault]


@pytest.mark.parametrize("kind", sorted(RECORDED))
def test_what_a_phone_would_record_by_itself_is_left_out_and_said(kind):
    place = f"sheet 'survey', row 5, column 'type': found {kind!r}; an anonymous form records no time, place"
    assert [each for each in left_out(asked(kind, "t")) if each.startswith(place)]


def test_a_condition_on_a_row_that_is_not_asked_says_so_and_nothing_twice():
    rows = [[*row, ""] for row in SURVEY]
    rows[0][-1] = "relevant"
    rows += [["date", "d", "Ngày", "Day", "", ""], ["text", "t", "Gì", "What", "", "${d} = '2026-01-01'"]]
    assert refused(book(rows)) == [
        "sheet 'survey', row 5, column 'type': found 'date'; no such question: a form takes no dates",
        "sheet 'survey', row 6, column 'relevant': found 'd'; a question that is asked here; that row is not",
    ]


def test_a_missing_translation_is_refused_where_it_is_missing():
    survey = [list(row) for row in SURVEY]
    choices = [list(row) for row in CHOICES]
    survey[1][3] = choices[5][2] = ""
    faults = refused(book(survey, choices))
    assert any(
        each.startswith("sheet 'survey', row 2, column 'label::English (en)': found ''; a text") for each in faults
    )
    assert any(each.startswith("sheet 'choices', row 6, column 'label::Tiếng Việt (vi)'") for each in faults)


@pytest.mark.parametrize(
    ("choices", "place", "expected"),
    [
        (column("media::image", "a.png", sheet=CHOICES), "row 2, column 'media::image'", "no picture"),
        ([*CHOICES, ["reasons", "slow", "Lâu", "Long"]], "row 7, column 'name'", "each code once; this one stands 2"),
        ([*CHOICES, ["reasons", "quá chậm", "Lâu", "Long"]], "row 7, column 'name'", "letters, digits, _ and -"),
        ([*CHOICES, ["reasons", "", "Lâu", "Long"]], "row 7, column 'name'", "a name for the choice"),
        ([*CHOICES, ["", "long", "Lâu", "Long"]], "row 7, column 'list_name'", "a list_name for the choice"),
        ([*CHOICES, ["reasons", "na", "Không", "None"]], "row 7, column 'name'", "not 'na'"),
        ([*CHOICES, ["reasons", "x", "Chào ${a}", "Hello"]], "row 7, column 'label::Tiếng Việt (vi)'", "without an answer"),
        ([["danh sách", "mã", "nhãn"], ["mức", 1, "Kém"]], "row 1", "a heading list_name and name and label"),
        (CHOICES[:4] + CHOICES[5:], "", "two or more"),
    ],
)  # fmt: skip
def test_what_does_not_fit_among_the_choices_is_refused_with_its_place(choices, place, expected):
    assert [each for each in refused(book(choices=choices)) if place in each and expected in each]


def test_lists_and_columns_of_choices_that_nothing_uses_are_left_out_and_said():
    choices = [[*row, ""] for row in CHOICES]
    choices[0][-1], choices[1][-1] = "tỉnh", "Bắc Kạn"
    said = left_out(book(choices=[*choices, ["unused", "a", "A", "A", ""]]))
    assert "sheet 'choices', row 7: found 'unused'; no question takes this list" in said
    assert any(
        "row 2, column 'tỉnh': found 'Bắc Kạn'; only list_name, name and label are read" in each for each in said
    )


def test_two_wordings_of_does_not_apply_are_refused():
    choices = [*CHOICES, ["mức", "na", "Không có", "None"], ["x", 1, "A", "A"], ["x", 2, "B", "B"]]
    choices.append(["x", "na", "Không áp dụng", "Not applicable"])
    rows = [*SURVEY, ["select_one x", "other", "Câu", "Question", ""]]
    faults = refused(book(rows, choices))
    assert any("row 10, column 'label::Tiếng Việt (vi)'" in each and "one wording" in each for each in faults)


@pytest.mark.parametrize(
    ("setting", "value", "expected"),
    [
        ("public_key", "MIIB", "no encryption for somebody else's key"),
        ("form_id", "phiếu 1", "letters, digits, _ and -"),
        ("hailong::scale", "reasons", "the name of a list whose codes are 1 to n"),
        ("default_language", "Kinh", "a language with its code"),
    ],
)
def test_a_setting_that_cannot_be_kept_is_refused(setting, value, expected):
    row = dict(zip(SETTINGS[0], SETTINGS[1], strict=True)) | {setting: value}
    place = f"sheet 'settings', row 2, column {setting!r}: found {value!r}; "
    faults = refused(book(settings=[list(row), list(row.values())]))
    assert [each for each in faults if each.startswith(place) and expected in each], faults


@pytest.mark.parametrize("setting", ["instance_name", "style", "submission_url", "allow_choice_duplicates", "version"])
def test_a_setting_that_changes_no_answer_is_left_out_and_said(setting):
    settings = column(setting, "x", sheet=SETTINGS)
    place = f"sheet 'settings', row 2, column {setting!r}: found 'x'; "
    assert [each for each in left_out(book(settings=settings)) if each.startswith(place)]


def test_a_changed_title_beside_a_name_of_ours_is_said_and_the_same_title_is_not():
    heads, row = SETTINGS
    names = [f"hailong::name::{language}" for language in ("Tiếng Việt (vi)", "English (en)")]

    def told(name):
        settings = [[*heads, *names], [*row, name, "Trial"]]
        return [each for each in left_out(book(settings=settings)) if "form_title" in each]

    assert told("Phiếu thử") == []
    assert told("Phiếu cũ") == [
        "sheet 'settings', row 2, column 'form_title': found 'Phiếu thử'; the name is taken from hailong::name; change it there too"
    ]


def test_without_settings_the_file_names_the_form_and_texts_without_a_language_are_vietnamese():
    survey = [["type", "name", "label"], ["text", "t", "Ông/bà muốn nói gì?"]]
    made = read(book(survey, None, None), "gop-y.xlsx")
    assert (made.questionnaire.code, made.questionnaire.languages) == ("gop-y", ("vi",))
    said = [str(misfit) for misfit in made.left_out]
    assert "row 0" not in str(said)
    assert any("the form's code is taken from the file's name: 'gop-y'" in each for each in said)
    assert "sheet 'survey', row 1, column 'label': found 'label'; no language is said; taken for vi" in said


def test_a_row_that_is_refused_is_told_its_other_faults_too():
    faults = refused(asked("select_one reasons or_other", "t", relevant="pulldata('a')", default="slow"))
    expected = ("no default", "no or_other", "a condition on one earlier question")
    assert [fault for fault, said in zip(faults, expected, strict=True) if said not in fault] == []
    assert len(refused(asked("geopoint", "t", relevant="pulldata('a')"))) == 2


def test_every_fault_comes_at_once_and_what_would_be_left_out_beside():
    rows = [[*row, ""] for row in SURVEY] + [
        ["geopoint", "g", "Ở đâu", "Where", "", ""],
        ["start", "s", "", "", "", ""],
    ]
    rows[0][-1], rows[1][-1], rows[2][-1] = "default", "1", "slow"
    with pytest.raises(WorkbookFaults) as caught:
        read(book(rows))
    lines = str(caught.value).splitlines()
    assert lines[0] == "Refused in trial.xlsx (3):"
    assert [line.split(":")[0].strip() for line in lines[1:4]] == [
        "sheet 'survey', row 2, column 'default'",
        "sheet 'survey', row 3, column 'default'",
        "sheet 'survey', row 5, column 'type'",
    ]
    assert lines[4] == "Left out of trial.xlsx (3):"
    assert lines[-1].startswith("  sheet 'survey', row 6, column 'type': found 'start'; an anonymous form")
