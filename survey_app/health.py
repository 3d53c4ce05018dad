"""`/health` for whoever watches the server, and `/health/live` for whoever only asks whether it runs."""

from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

from fastapi import FastAPI, responses
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from survey_app.writer import Writer

RELEASE: Final = version("hailong")
READ = ["GET", "HEAD"]


@dataclass(frozen=True, slots=True)
class Health:
    """Whether answers are taken. writer: `ok`, `refused` where the database takes none, or `stopped`."""

    database: bool
    writer: str = "ok"

    def said(self) -> tuple[int, dict[str, str]]:
        """The status and the words: 503 as long as an answer would be refused."""
        well = self.database and self.writer == "ok"
        words = {
            "status": "ok" if well else "down",
            "release": RELEASE,
            "database": "ok" if self.database else "away",
            "writer": self.writer,
        }
        return (200 if well else 503), words


def add_health(app: FastAPI, engine: Engine, *, survey: bool) -> None:
    """Both addresses. survey: whether answers are taken here."""

    @app.api_route("/health", methods=READ, include_in_schema=False)
    def health() -> responses.JSONResponse:
        writer = state_of(app.state.door.writer) if survey else "ok"
        status, words = Health(answers(engine), writer).said()
        return responses.JSONResponse(words, status)

    @app.api_route("/health/live", methods=READ, include_in_schema=False)
    async def live() -> dict[str, str]:
        return {"status": "ok", "release": RELEASE}


def state_of(writer: Writer) -> str:
    """The word of `/health` for it."""
    return "stopped" if not writer.alive else "refused" if writer.refuses else "ok"


def answers(engine: Engine) -> bool:
    """Whether the database answers."""
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True
