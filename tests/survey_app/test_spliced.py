import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.spliced import SplicedPage


@given(st.text(max_size=3000), st.binary(max_size=300), st.text(max_size=3000))
def test_the_spliced_page_unpacks_to_the_page(head, middle, tail):
    page = SplicedPage.cut(head.replace("@", "") + "@" + tail.replace("@", ""), at="@")
    assert gzip.decompress(page.gzipped(middle)) == page.plain(middle)


@pytest.mark.parametrize("page", ["no mark", "@ twice @"])
def test_the_mark_stands_once(page):
    with pytest.raises(ValueError, match="must be 1"):
        SplicedPage.cut(page, at="@")


def test_a_text_too_long_to_splice_is_refused():
    with pytest.raises(ValueError, match="65535"):
        SplicedPage.cut("a@b", at="@").gzipped(b"x" * 65536)
