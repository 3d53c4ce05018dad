"""The pages of the staff, under `/office/`: one noun a file, each route guarded by `allowed(act)`."""

from fastapi import APIRouter

from survey_app.office import (
    accounts,
    cards,
    cases,
    codes,
    comments,
    desks,
    dossiers,
    entry,
    events,
    own_account,
    own_factor,
    register,
    roster,
    start,
    tablets,
    units,
)

router = APIRouter(prefix="/office", include_in_schema=False)
for each in (
    *(start, cases, comments, entry, codes, cards, tablets, dossiers),
    *(register, units, desks, roster),
    *(accounts, events, own_account, own_factor),
):
    router.include_router(each.router)

__all__ = ["router"]
