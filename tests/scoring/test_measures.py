"""What was measured is refused where it is no count, or is in no unit that there is."""

from decimal import Decimal

import pytest

from scoring.measures import Entered, Ratio


@pytest.mark.parametrize(("numerator", "denominator"), [(0.5, 2), (1, 2.0), (float("nan"), 1), ("1", 2), (None, 1)])
def test_a_ratio_of_what_is_no_count_is_refused(numerator, denominator):
    with pytest.raises(ValueError, match=r"Ratio == .*, both must be whole numbers"):
        Ratio(numerator, denominator)


def test_points_in_another_unit_are_refused():
    with pytest.raises(ValueError, match="unit == 'share', must be one of points, percent"):
        Entered(Decimal(1), "", unit="share")
