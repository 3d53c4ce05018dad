"""What a page is made of, apart from what people typed: a trick must never change it."""

from html.parser import HTMLParser

from survey_app.submission import Posted


class Skeleton(HTMLParser):
    """The tags of a page with the names of their attributes, its text, and what stands in each text area.

    turned: the texts inside elements whose direction is that of their own first letter.
    """

    def __init__(self, page):
        super().__init__()
        self.tags, self.typed, self.texts, self.turned = [], {}, [], []
        self._area, self._open = None, []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, *(name for name, _ in attrs)))
        if tag not in {"br", "input", "meta", "link", "img"}:
            self._open.append((tag, dict(attrs).get("dir") == "auto"))
        if tag == "textarea":
            self._area = dict(attrs)["name"]
            self.typed.setdefault(self._area, "")

    def handle_endtag(self, tag):
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag == "textarea":
            self._area = None

    def handle_data(self, data):
        self.texts.append(data)
        if self._area:
            self.typed[self._area] += data
        if self._open and self._open[-1][1]:
            self.turned.append(data)


def kept(trick):
    """A trick as a form keeps it: one spelling, no control characters."""
    return Posted.of([("x", trick)])["x"]
