"""Unit × criterion as a table with five steps of colour and the numbers inside: real text that any reader can read."""

from collections.abc import Mapping, Sequence
from html import escape

from dashboards.data import UnitResult
from dashboards.theme import ON_SCALE, SCALE, Theme
from dashboards.wording import show_estimate, show_number, translator
from scoring import Estimate

CUTS = (0.6, 0.7, 0.8, 0.9)
"""Shares satisfied at which the next step begins."""


def draw_heat(units: Sequence[UnitResult], criteria: Mapping[str, str], theme: Theme, language: str) -> str:
    """A table in HTML: one row a unit, one column a criterion; too few answers are hatched.

    Args:
        units: top to bottom.
        criteria: code → name, left to right.
        theme: of the page.
        language: of numbers and words.
    """
    heads = "".join(f"<th scope='col'>{escape(name)}</th>" for name in criteria.values())
    rows = "".join(_row(unit, criteria, language) for unit in units)
    corner = escape(translator(language)("Đơn vị"))
    return (
        f"<style>{_style(theme)}</style><div class='heat' tabindex='0'><table>"
        f"<thead><tr><th scope='col'>{corner}</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def step_of(share: float) -> int:
    """The step 0–4 of a share.

    >>> [step_of(share) for share in (0.59, 0.6, 0.799, 0.9, 1.0)]
    [0, 1, 2, 4, 4]
    """
    return sum(share >= cut for cut in CUTS)


def _row(unit: UnitResult, criteria: Mapping[str, str], language: str) -> str:
    cells = "".join(_cell(unit.result.sheet.node(code).value, language) for code in criteria)
    return f"<tr><th scope='row'>{escape(unit.name)}</th>{cells}</tr>"


def _cell(value: object, language: str) -> str:
    if not isinstance(value, Estimate):
        return f"<td class='few'><span>{escape(translator(language)('chưa đủ dữ liệu'))}</span></td>"
    title = escape(f"{show_estimate(value, language)}, n = {value.n}", quote=True)
    number = show_number(value.value * 100, language, decimals=0)
    return f"<td class='step{step_of(value.value)}' title='{title}'>{number}</td>"


def _style(theme: Theme) -> str:
    steps = "".join(
        f".heat .step{step}{{background:{colour};color:{ink}}}"
        for step, (colour, ink) in enumerate(zip(SCALE, ON_SCALE, strict=True))
    )
    hatch = f"repeating-linear-gradient(45deg,{theme.paper} 0 5px,{theme.line} 5px 7px)"
    return (
        ".heat{overflow-x:auto}"
        f".heat table{{border-collapse:separate;border-spacing:2px;font-size:14px;color:{theme.ink};min-width:720px;"
        "width:100%;font-variant-numeric:tabular-nums}"
        ".heat th{font-weight:500;text-align:left;padding:4px 6px;vertical-align:bottom;line-height:1.3}"
        f".heat th[scope=row],.heat thead th:first-child{{position:sticky;left:0;background:{theme.paper};"
        "white-space:nowrap}"
        ".heat tbody th{vertical-align:middle}"
        ".heat td{text-align:center;padding:6px 4px;min-width:56px}"
        f".heat .few{{background:{hatch};font-size:11px;line-height:1.2}}"
        f".heat .few span{{background:{theme.paper};color:{theme.quiet};padding:0 3px}}" + steps
    )
