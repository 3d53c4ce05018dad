"""`hailong pilot plan`: before a pilot starts, how many answers for how many weeks?"""

import json
import math
import re
from typing import Annotated, Any

import typer

from scoring import needed_sentence, plan_sentence, spread_sentence
from scoring.effect_wording import Language
from survey_app.cli_results import pilot, take_snapshot
from survey_app.command_line import Json, Refused
from survey_app.pilot_plan import PastRecord, PilotPlan, PlanRequest, plan_pilot, read_past
from survey_app.pilot_results import PRIVACY


@pilot.command("plan")
def pilot_plan(
    *,
    locality: Annotated[
        str | None, typer.Option("--locality", help="A code such as tuy-phuoc: its communes and their past answers.")
    ] = None,
    units: Annotated[
        int | None, typer.Option("--units", help="Units that could be chosen, the pilot's included.")
    ] = None,
    treated: Annotated[int, typer.Option("--treated", help="Units in the pilot.")] = 2,
    weeks: Annotated[int, typer.Option("--weeks", help="Weeks after the start.")] = 26,
    weeks_before: Annotated[
        int | None, typer.Option("--weeks-before", help="Weeks before the start; default: as many as after it.")
    ] = None,
    answers: Annotated[
        float | None, typer.Option("--answers", help="Answers (or finished dossiers) of each unit and week.")
    ] = None,
    outcome: Annotated[str, typer.Option("--outcome", help="satisfied or on-time.")] = "satisfied",
    share: Annotated[float | None, typer.Option("--share", help="Where the outcome stands, 0–1.")] = None,
    drift: Annotated[
        float | None, typer.Option("--drift", help="How far a unit drifts from the others by itself, 0–1.")
    ] = None,
    month_drift: Annotated[
        float | None, typer.Option("--month-drift", help="How far one month of one unit is off, 0–1.")
    ] = None,
    effect: Annotated[float, typer.Option("--effect", help="The change hoped for, 0–1.")] = 0.05,
    level: Annotated[float, typer.Option("--level", help="Confidence level.")] = 0.95,
    power: Annotated[float, typer.Option("--power", help="Chance to see the effect if it is there.")] = 0.8,
    language: Annotated[str, typer.Option("--lang", help="vi or en.")] = "vi",
    as_json: Json = False,
) -> None:
    """The smallest change that a pilot could show, before it starts: how many answers for how many weeks?"""
    try:
        request = PlanRequest(
            locality=locality, units=units, treated=treated, weeks=weeks, weeks_before=weeks_before, answers=answers,
            outcome=outcome, share=share, drift=drift, month_drift=month_drift, effect=effect, level=level, power=power,
        )  # fmt: skip
        plan = plan_pilot(request, None if locality is None else _past(locality, outcome))
    except ValueError as error:
        raise Refused(_with_options(str(error))) from error
    spoken: Language = "en" if language == "en" else "vi"
    if as_json:
        print(json.dumps(_row(plan, spoken), ensure_ascii=False, indent=2, allow_nan=False))
    else:
        _print(plan, spoken)


def _past(locality: str, outcome: str) -> PastRecord:
    past = read_past(take_snapshot(), locality, outcome)
    if not past.units:
        raise Refused(f"No locality {locality!r} with communes. Codes are like tuy-phuoc; or say --units.")
    return past


def _with_options(faults: str) -> str:
    """The same with each argument named as it is typed: weeks_before is --weeks-before."""
    return re.sub(r"^\w+(, \w+)?(?= ==|:)", lambda found: _option(found[0]), faults, flags=re.MULTILINE)


def _option(names: str) -> str:
    return ", ".join(f"--{name.replace('_', '-')}" for name in names.split(", "))


def _sentences(plan: PilotPlan, language: Language) -> dict[str, str]:
    chance = plan.request
    said = {"sentence": plan_sentence(plan.planned, plan.found, language, of=plan.outcome, at_least=PRIVACY)}
    if plan.found.reason != "too_few_choices":
        said["needed"] = needed_sentence(
            plan.planned, chance.effect, language,
            of=plan.outcome, level=chance.level, power=chance.power, at_least=PRIVACY,
        )  # fmt: skip
    said["spread"] = spread_sentence(plan.planned, language, of=plan.outcome)
    return said


def _row(plan: PilotPlan, language: Language) -> dict[str, Any]:
    planned, spread = plan.planned, plan.planned.spread
    return {
        "outcome": plan.request.outcome,
        "units": planned.units,
        "treated": planned.treated,
        "weeks_before": planned.weeks_before,
        "weeks_after": planned.weeks_after,
        "answers": planned.answers,
        "share": planned.share,
        "drift": spread.change,
        "month_drift": spread.unit_month,
        "assumed": plan.assumed,
        "smallest_effect": _finite(plan.found.effect),
        "reason": plan.found.reason,
        "smallest_p": plan.found.smallest_p,
        "level": plan.found.level,
        "power": plan.found.power,
        "effect": plan.request.effect,
        "answers_needed": _finite(plan.needed),
        "table": {
            "weeks": plan.table.weeks,
            "answers": plan.table.answers,
            "effects": [[_finite(each) for each in line] for line in plan.table.effects.tolist()],
        },
        "simulated": plan.past is not None and plan.past.simulated,
        **_sentences(plan, language),
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _print(plan: PilotPlan, language: Language) -> None:
    if plan.past is not None and plan.past.simulated:
        print("SIMULATED DATA" if language == "en" else "DỮ LIỆU MÔ PHỎNG")
    for said in _sentences(plan, language).values():
        print(said)
    if plan.assumed:
        start = "Assumed, for nothing is recorded" if language == "en" else "Giả định vì chưa có số liệu"
        print(f"{start}: {', '.join(_option(name) for name in plan.assumed)}.")
    if plan.found.reason != "too_few_choices":
        _print_table(plan, language)


def _print_table(plan: PilotPlan, language: Language) -> None:
    """Smallest changes in points: a line for each number of weeks, a column for each number of answers a week."""
    counted = plan.outcome.counted(language)
    head = f"weeks \\ {counted} a week" if language == "en" else f"tuần \\ {counted} mỗi tuần"
    width = len(head)
    print(f"\n{head}  {''.join(f'{each:>7g}' for each in plan.table.answers)}")
    for weeks, effects in zip(plan.table.weeks, plan.table.effects.tolist(), strict=True):
        shown = ("–" if math.isnan(each) else plan.outcome.size(each, language) for each in effects)
        print(f"{weeks:>{width}}  {''.join(f'{each:>7}' for each in shown)}")
