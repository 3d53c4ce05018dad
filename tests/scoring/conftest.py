"""What tests of scoring share."""

import pytest

from scoring.edition_file import parse_edition


@pytest.fixture(scope="session")
def small_edition():
    """Makes an edition of 100 points with the given nodes below its total."""
    name = 'name = { vi = "V", en = "E" }'

    def make(nodes, *, bands="", total='rule = "sum"', scale="0"):
        named = nodes.replace("[[node]]", f"[[node]]\n{name}").replace("[[node.option]]", f"[[node.option]]\n{name}")
        return parse_edition(
            f"""
            code = "small"
            {name}
            source = {{ vi = "V", en = "E" }}
            confidence = "ours"
            total = "100"
            near_cut = "value"
            in_force = {{ from = 2026-01-01 }}
            rounding = {{ decimals = 2 }}
            thresholds = {{ privacy = 10, evidence = 30, half_width = "0.05" }}
            scale = {{ points = [1, 2, 3, 4, 5], satisfied = [4, 5], zero = "{scale}" }}
            {bands}
            [[node]]
            code = "total"
            {name}
            {total}
            {named}
            """,
            file="small.toml",
        )

    return make
