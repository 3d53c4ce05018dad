"""`hailong pilot effect`: what a pilot changed, by every comparison that its dates and lists allow, and what speaks against it."""

import json
from typing import Annotated, Any

import typer

from scoring import (
    ClusteredErrors,
    Estimate,
    PilotEffect,
    candidates_text,
    check_text,
    design_reason_text,
    design_text,
    sentence,
    threat_text,
)
from scoring.outcome import Language
from survey_app.cli_results import known_pilot, note_shown, take_snapshot
from survey_app.cli_sessions import number_or_none, pilot
from survey_app.command_line import Json, Refused
from survey_app.pilot_outcomes import Compared, PilotOutcome, outcomes_of, read_clustered, read_outcome
from survey_app.pilot_panels import SATISFIED_CODE, SERVICE_OUTCOMES


@pilot.command("effect")
def pilot_effect(
    code: Annotated[str, typer.Argument(help="A pilot's code, as in pilot list.")],
    outcome: Annotated[
        str, typer.Option("--outcome", help="satisfied, element-1 …, on_time or waiting_hours.")
    ] = SATISFIED_CODE,
    language: Annotated[str, typer.Option("--lang", help="vi or en.")] = "vi",
    *,
    as_json: Json = False,
) -> None:
    """What a pilot changed, in one sentence; then every comparison that could be made, and what could make it wrong."""
    snapshot = take_snapshot()
    asked, known = known_pilot(snapshot, code), outcomes_of(snapshot)
    if (plainly := outcome.replace("-", "_")) in SERVICE_OUTCOMES:  # `pilot plan` writes on-time
        outcome = plainly
    if outcome in SERVICE_OUTCOMES and outcome not in known:
        raise Refused(f"{outcome} needs dossiers, and there are none yet. See: hailong import dossiers --help")
    if outcome not in known:
        raise Refused(f"No outcome {outcome!r}; there are {', '.join(known)}.")
    if not snapshot.register.participations_in(code):
        raise Refused(
            f"No unit takes part in {code}, so there is nothing to compare. See: hailong import pilots --help"
        )
    spoken: Language = "en" if language == "en" else "vi"
    told = read_outcome(snapshot, asked, outcome)
    note_shown(f"pilot effect {code}", outcome=outcome)
    if as_json:
        row = {
            "pilot": code,
            "outcome": outcome,
            **_row(told, spoken),
            "textbook": _textbook(read_clustered(snapshot, asked, told)),
            "simulated": snapshot.simulated,
        }
        print(json.dumps(row, ensure_ascii=False, indent=2, allow_nan=False))
        return
    if snapshot.simulated:
        print("SIMULATED DATA." if spoken == "en" else "DỮ LIỆU MÔ PHỎNG.")
    _print(told, spoken)


def _row(told: PilotOutcome, language: Language) -> dict[str, Any]:
    effect = told.effect
    return {
        "verdict": effect.verdict,
        **_numbers(effect),
        "treated": effect.treated,
        "comparison": effect.comparison,
        "window": {name: str(day) for name, day in effect.design.window._asdict().items()},
        "monthly": [
            {
                "month": each.month.isoformat()[:7],
                "treated": _estimate(each.treated),
                "comparison": _estimate(each.comparison),
            }
            for each in effect.monthly
        ],
        "same_mix": None if told.standardised is None else _numbers(told.standardised),
        "series": None
        if told.series is None
        else {
            "jump": _estimate(told.series.jump),
            "slope": _estimate(told.series.slope),
            "end": _estimate(told.series.end),
        },
        "sentence": sentence(effect, language, outcome=told.outcome),
        "comparisons": [
            {
                "kind": each.choice.design.kind,
                "reason": each.choice.reason,
                "verdict": each.effect.verdict,
                **_numbers(each.effect),
            }
            for each in told.compared
        ],
        "threats": [
            {"code": each.code, "status": each.status, "said": check_text(each, language)} for each in effect.threats
        ],
    }


def _textbook(found: ClusteredErrors | None) -> dict[str, Any] | None:
    """Errors clustered by unit and the wild cluster bootstrap; few: whether neither can be trusted here."""
    if found is None:
        return None
    parts = {"cr1_p": found.cr1.p, "cr1_standard_error": found.cr1.standard_error, "wild_p": found.wild.p}
    return {name: number_or_none(value) for name, value in parts.items()} | {"few": found.few}


def _estimate(found: Estimate) -> dict[str, Any]:
    numbers = {"value": found.value, "low": found.low, "high": found.high}
    return {name: number_or_none(value) for name, value in numbers.items()} | {"n": found.n}


def _numbers(effect: PilotEffect) -> dict[str, Any]:
    return {
        "difference": number_or_none(effect.difference.value),
        "low": number_or_none(effect.difference.low),
        "high": number_or_none(effect.difference.high),
        "p": number_or_none(effect.p),
        "smallest_p": number_or_none(effect.smallest_p),
        "candidates": effect.candidates,
    }


def _print(told: PilotOutcome, language: Language) -> None:
    print(sentence(told.effect, language, outcome=told.outcome))
    print("\nComparisons" if language == "en" else "\nCác cách so sánh")
    possible = [each for each in told.compared if each.choice.design.kind != "none"]
    for each in possible:
        print(f"- {_comparison(each, language)}")
    if not possible:  # no comparison is not one that could be «used»
        print(f"- {design_text('none', language)}")
    print("\nWhat could make it wrong" if language == "en" else "\nĐiều có thể làm kết quả sai")
    for threat in told.effect.threats:
        print(f"- {threat_text(threat, language)}: {check_text(threat, language)}")


def _comparison(compared: Compared, language: Language) -> str:
    design = compared.choice.design
    parts = (
        design_text(design.kind, language),
        candidates_text(design, language),
        design_reason_text(compared.choice.reason, language),
    )
    return " ".join(dict.fromkeys(parts))
