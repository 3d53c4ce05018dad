"""The pages of the staff, under `/office/`: one noun a file, each route guarded by `allowed(act)`."""

from fastapi import APIRouter

from survey_app.office import entry, start

router = APIRouter(prefix="/office", include_in_schema=False)
router.include_router(start.router)
router.include_router(entry.router)

__all__ = ["router"]
