"""A TOML file that somebody brings takes no more of the server than its length, and says what is wrong with it."""

import tracemalloc

import pytest

from survey_app.toml_file import MOST_BYTES, MOST_TABLES, UnreadableToml, read_toml
from survey_app.xlsform.misfits import LONGEST_SHOWN

KEY = "keys of fewer than 10 parts"


def written(folder, content):
    path = folder / "a.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("content", "key", "expected"),
    [
        ("a = 1\n" + "a." * 50_000 + "b = 1", "line 2", KEY),
        ("a . " * 50_000 + "b = 1", "line 1", KEY),
        ("""'a'."b".""" * 25_000 + "b = 1", "line 1", KEY),
        ("[" + "a." * 50_000 + "b]", "line 1", KEY),
        ("x = { " + "a." * 50_000 + "b = 1 }", "line 1", KEY),
        ("a = " + "[" * 2_000, "(whole file)", "values nested at most 20 deep"),
        ("a = " + "[" * 900 + "]" * 900, "(whole file)", "values nested at most 20 deep"),
        ("a = " + "[" * 200 + "]" * 200, "a" + ".0" * 20, "values nested at most 20 deep"),
        ("\n\nx = 1" + "0" * 5_000, "line 3", "whole numbers below 1,000,000,000"),
        ("x = 0x" + "f" * 5_000, "x", "whole numbers below 1,000,000,000"),
        ("[a]\nx = [1, -1_000_000_000]", "a.x.1", "whole numbers below 1,000,000,000"),
        ("a = [" + "{}," * MOST_TABLES + "]", "(whole file)", "at most 10,000 tables and lists"),
        ('"' + "k" * 5_000 + '" = [[2_000_000_000]]', "k" * 80, "whole numbers below 1,000,000,000"),
        ("#" * (MOST_BYTES + 1), "(whole file)", "at most 1,000,000 bytes"),
        ("a = 1\n[b]]", "line 2", "TOML in UTF-8"),
        (b"a = 1\n\xff", "(whole file)", "TOML in UTF-8"),
    ],
)
def test_what_no_person_writes_is_refused_with_its_place_and_takes_little(tmp_path, content, key, expected):
    path = written(tmp_path, content)
    tracemalloc.start()
    with pytest.raises(UnreadableToml) as refused:
        read_toml(path, name="a.toml")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    fault = refused.value.fault
    assert (fault.file, fault.key, fault.expected) == ("a.toml", key, expected)
    assert len(fault.shown) <= LONGEST_SHOWN + 1
    assert most < 30_000_000


def test_a_file_as_windows_editor_saves_it_is_read_and_its_mark_is_not_kept(tmp_path):
    text, raw = read_toml(written(tmp_path, "\ufeffa.b = 'Hộ tịch'\r\n".encode()), name="a.toml")
    assert (text, raw) == ("a.b = 'Hộ tịch'\n", {"a": {"b": "Hộ tịch"}})


def test_dots_in_words_are_no_keys(tmp_path):
    text = "a = 'Điều 1. Khoản 2. Điểm a. …......... 1.2.3.4 hailong.example.gov.vn'\n# --------- 000000000000 -----"
    assert read_toml(written(tmp_path, text), name="a.toml")[1].keys() == {"a"}
