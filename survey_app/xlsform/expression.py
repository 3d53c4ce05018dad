"""XLSForm's expressions, as far as a condition or a bound can be said with them: comparisons joined by and, or.

Source: XPath 1.0 as XLSForm uses it; `${code}` is the answer to a question, `.` the answer itself.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""\s*(?: \$\{\s*(?P<ref>[^{}\s]+)\s*\} | (?P<number>-?[0-9]+(?:\.[0-9]+)?(?![\w.])) | (?P<text>'[^']*'|"[^"]*")
      | (?P<sign><=|>=|!=|=|<|>|\(|\)|,) | (?P<word>[A-Za-z][A-Za-z-]*(?:\([ ]*\))?) | (?P<this>\.) )""",
    re.VERBOSE,
)
_QUOTES = str.maketrans("‘’“”", "''\"\"")
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}
DEEPEST = 20


class NotSayable(ValueError):
    """The expression says more than a condition or a bound."""


@dataclass(frozen=True, slots=True)
class Value:
    """What a comparison compares: kind is ref (a question's code), this, length (of the answer), text or number."""

    kind: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A value, how it is compared (=, !=, <, <=, >, >=, or selected), and with what; the constant stands right."""

    left: Value
    sign: str
    right: Value


@dataclass(frozen=True, slots=True)
class Joined:
    """Comparisons of which all (and) or one (or) must hold."""

    word: str
    parts: tuple["Comparison | Joined", ...]


Expression = Comparison | Joined


def parse_expression(text: str) -> Expression:
    """The comparisons that an expression says.

    Raises:
        NotSayable: it says something else.

    >>> parse_expression("${overall} <= 2").sign
    '<='
    """
    parser = _Parser(_tokens(text.translate(_QUOTES)))
    expression = parser.alternatives(0)
    if parser.rest:
        raise NotSayable(text)
    return expression


def joined(expression: Expression, word: str) -> Sequence[Comparison]:
    """The comparisons of an expression that only `word` joins.

    Raises:
        NotSayable: another word joins some.
    """
    if isinstance(expression, Comparison):
        return [expression]
    if expression.word != word:
        raise NotSayable(expression.word)
    return [comparison for part in expression.parts for comparison in joined(part, word)]


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, at = [], 0
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        if found is None:
            raise NotSayable(text[at:])
        kind = str(found.lastgroup)
        tokens.append((kind, found[kind]))
        at = found.end()
    return tokens


class _Parser:
    """Reads tokens from the left; each method takes what it names."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.rest = tokens

    def alternatives(self, depth: int) -> Expression:
        return self._join("or", depth)

    def _join(self, word: str, depth: int) -> Expression:
        def part() -> Expression:
            return self._join("and", depth) if word == "or" else self._one(depth)

        parts = [part()]
        while self.rest[:1] == [("word", word)]:
            self._take()
            parts.append(part())
        return parts[0] if len(parts) == 1 else Joined(word, tuple(parts))

    def _one(self, depth: int) -> Expression:
        if depth > DEEPEST:
            raise NotSayable("too many parentheses")
        if self.rest[:1] == [("sign", "(")]:
            self._take()
            inside = self.alternatives(depth + 1)
            self._expect(")")
            return inside
        if self.rest[:1] == [("word", "selected")]:
            return self._selected()
        left, sign, right = self._value(), self._take(), self._value()
        if sign[0] != "sign" or sign[1] not in _TURNED:
            raise NotSayable(sign[1])
        if left.kind in {"text", "number"}:
            return Comparison(right, _TURNED[sign[1]], left)
        return Comparison(left, sign[1], right)

    def _selected(self) -> Comparison:
        self._take()
        self._expect("(")
        left = self._value()
        self._expect(",")
        right = self._value()
        self._expect(")")
        return Comparison(left, "selected", right)

    def _value(self) -> Value:
        kind, text = self._take()
        if kind in {"ref", "number", "this"}:
            return Value(kind, text if kind != "this" else "")
        if kind == "text":
            return Value(kind, text[1:-1])
        if (kind, text) == ("word", "string-length"):
            self._expect("(")
            self._expect(".")
            self._expect(")")
            return Value("length")
        raise NotSayable(text)

    def _take(self) -> tuple[str, str]:
        if not self.rest:
            raise NotSayable("the end")
        return self.rest.pop(0)

    def _expect(self, text: str) -> None:
        taken = self._take()
        if taken[1] != text:
            raise NotSayable(taken[1])
