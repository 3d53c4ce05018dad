"""A score sheet as a table, as formulas and as a file."""

from dashboards.plain_text import Strong
from dashboards.sheet_table import formula_lines, sheet_columns, sheet_rows, sheet_table, unmeasured_sentence


def test_the_table_has_measured_lines_only_with_their_interval_and_n(make_result):
    rows = sheet_table(make_result(90, 100).sheet, "vi")
    assert [name for name, _, _ in rows] == [
        "Chỉ số hài lòng chung",
        "3. Công chức trực tiếp giải quyết công việc",
        "3.1 Công chức giao tiếp lịch sự",
        "3.4 Công chức hướng dẫn kê khai tận tình, chu đáo",
    ]
    assert [isinstance(name, Strong) for name, _, _ in rows] == [True, True, False, False]
    assert rows[2][1:] == ("90,0\u00a0% (82,6–94,5)", "100")
    assert len(sheet_columns("en")) == 3


def test_too_few_answers_are_no_number(make_result):
    rows = sheet_table(make_result(9, 9).sheet, "vi")
    assert {row[1:] for row in rows} == {("chưa đủ dữ liệu", "")}


def test_what_is_not_asked_is_named_as_neither_counted_nor_zero(make_result):
    told = unmeasured_sentence(make_result(90, 100).sheet, "vi")
    assert "1.1" in told
    assert "3.1," not in told
    assert "không phải 0 điểm" in told


def test_every_formula_comes_with_its_source_and_how_sure_it_is(make_result):
    lines = list(formula_lines(make_result(90, 100).sheet, "vi"))
    assert len(lines) == 4
    assert "90 ÷ 100" in lines[2]
    assert all("Nguồn: Quyết định 2640/QĐ-BNV" in line for line in lines)
    assert "đã đọc trong văn bản gốc" in lines[2]


def test_every_measured_line_says_why_it_has_an_interval(make_result):
    sheet = make_result(90, 100).sheet
    lines = list(formula_lines(sheet, "vi"))
    assert "= 90,00 %. Khoảng tin cậy 95 % của câu hỏi.  \n" in lines[2]
    assert f". {sheet.total.uncertainty.vi}.  \n" in lines[0]


def test_the_file_has_every_line_with_plain_numbers_and_nothing_where_nothing_is_shown(make_result):
    result = make_result(90, 100)
    rows = {row["code"]: row for row in sheet_rows(result.sheet, "xã Tân Hồng", "vi")}
    assert len(rows) == 28
    assert (rows["3.1"]["share"], rows["3.1"]["low"], rows["3.1"]["n"]) == ("0.900000", "0.825634", 100)
    assert rows["3.1"]["uncertainty"] == "Khoảng tin cậy 95 % của câu hỏi"
    assert rows["1.1"]["share"] is rows["1.1"]["uncertainty"] is None
    assert rows["1.1"]["n"] is None
    assert rows["total"]["edition_digest"] == result.sheet.edition_digest
    few = {row["code"]: row for row in sheet_rows(make_result(9, 9).sheet, "xã Tân Hồng", "vi")}
    assert (few["3.1"]["state"], few["3.1"]["n"]) == ("too_few", None)
