"""Every route of the application and who may open it, read off the application itself: `docs/routes.md`.

`python -m survey_app.route_table` prints the page. A route that neither a dependency guards nor `OPEN` names is unguarded, and
a test refuses it.
"""

import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from survey_app.api import API_PATH
from survey_app.app import make_app
from survey_app.dashboard_door import DashboardDoor
from survey_app.db import migrate, open_database
from survey_app.settings import read_settings
from survey_app.staff import ACTS, ROLES
from survey_app.staff_door import visit

OPEN = {
    "GET /": "says what this is",
    "GET POST /r/{code}": "a desk's form, opened by its printed code",
    "POST /r/{code}/tap": "the first answer of a form, by its ticket",
    "GET /r/{code}/thanks": "says that a form was counted",
    "GET /r/{code}/poster.pdf": "the poster that hangs there",
    "GET /c": "asks for the code of a case",
    "GET /c/": "asks for the code of a case",
    "GET POST /c/{code}": "a case, for whoever has its code of ten letters",
    "GET /k/{code}": "a tablet's form, by its code",
    "GET /k/{code}/count": "how many answered on a tablet",
    "GET /k/{code}/app.webmanifest": "a tablet's name and icon",
    "POST /k/{code}/answers": "what a tablet kept without a network, by its tickets",
    "GET /s/{code}": "a desk's code for a screen",
    "GET /privacy": "what is kept, and for how long",
    "GET /static/{version}/{name}": "scripts and styles of the tablet",
    "GET /static/worker.js": "the tablet's worker",
    "GET /fonts": "the type of the dashboards",
    "GET POST /sign-in": "the way in: tries are counted",
    "POST /sign-in/code": "the second step of signing in, by a code: for who typed the right password, and tries are counted",
    "GET POST /invitation": "sets the first password, by an invitation that somebody was handed",
    "GET /invitation/{code}": "an invitation's address, once and for a time",
    "GET /sign-in/oidc": "the way to the province's own sign-in; 404 where there is none",
    "GET /sign-in/oidc/callback": "the way back, for the browser that went",
    "GET POST /first-run": "the first account, by the code on the terminal; nothing once there is one",
    "GET /openapi.json": "the API's document, the same everywhere",
    "GET /health": "whether the server answers, for a monitor",
    "GET /health/live": "whether the process lives, for a monitor",
    "GET /dashboards": "leads to the dashboards, which ask for a sign-in",
}
"""What nobody signs in for, by methods and path, and why that is right. Citizens have no account, but codes."""
NETWORK = {"GET /metrics": "this machine, `HAILONG_METRICS_NETWORKS`, or the token; for others there is no such page"}
READING = frozenset({"GET", "HEAD"})
WEBSOCKET = "WEBSOCKET"
STREAM = "/dashboards/_stcore/stream"


@dataclass(frozen=True, slots=True)
class GuardedRoute:
    """One method of one route. needs: acts of `staff.ACTS`; scopes: of a key; guard: the word for what else guards it.

    guard: `act`, `scope`, `signed in`, `open`, `network`, or empty for none at all.
    """

    method: str
    path: str
    guard: str
    needs: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether it may change something."""
        return self.method not in READING | {WEBSOCKET}

    def lets_in(self, role: str | None) -> bool:
        """Whether somebody of this role, or nobody, gets past the guard."""
        if self.guard == "act":
            return role is not None and all(role in ACTS[act] for act in self.needs)
        return self.guard == "open" or (self.guard == "signed in" and role is not None)


def read_routes(app: FastAPI) -> list[GuardedRoute]:
    """Every method of every route, those below what is mounted too, by path."""
    return sorted(set(_read_routes(app)), key=lambda route: (route.path.lower(), route.path, route.method))


def _read_routes(app: FastAPI, below: str = "") -> Iterator[GuardedRoute]:
    for context in iter_route_contexts(app.routes):
        route, path = context.original_route, below + (context.path or "")
        if isinstance(route, Mount):
            yield from _read_mount(route, path)
            continue
        dependant = getattr(route, "dependant", None)
        for method in set(context.methods or ()) - {"HEAD"} or {WEBSOCKET}:
            guard, needs = _guard(dependant, method, path)
            yield GuardedRoute(method, path, guard, needs)


def _read_mount(route: Mount, path: str) -> Iterator[GuardedRoute]:
    if isinstance(route.app, FastAPI):
        yield from _read_routes(route.app, path)
    elif isinstance(route.app, DashboardDoor):
        yield GuardedRoute("GET", f"{path}/", "signed in")
        yield GuardedRoute(WEBSOCKET, f"{path}/_stcore/stream", "signed in")
    else:
        yield GuardedRoute("GET", path, _guard(None, "GET", path)[0])


def _guard(dependant: Dependant | None, method: str, path: str) -> tuple[str, tuple[str, ...]]:
    acts, scopes = _marks(dependant, "act"), _marks(dependant, "scope")
    if acts:
        return "act", tuple(sorted(acts))
    if scopes:
        return "scope", tuple(sorted(scopes))
    if _asks_for_visit(dependant):
        return "signed in", ()
    words = (("open", OPEN), ("network", NETWORK))
    return next((word for word, named in words if _reason(named, method, path)), ""), ()


def _reason(named: Mapping[str, str], method: str, path: str) -> str:
    """Why a route may be open; empty where nothing names it. Codes are printed in capitals, so such paths are too."""
    plain = re.sub(r"^/[RCKS](?=/)", lambda first: first[0].lower(), path)
    for methods_and_path, reason in named.items():
        *methods, known = methods_and_path.split()
        if known == plain and method in methods:
            return reason
    return ""


def _marks(dependant: Dependant | None, name: str) -> set[str]:
    """What `allowed`, `uploading` and the API's `allowed` left on a route's arguments, at any depth."""
    if dependant is None:
        return set()
    own = {getattr(dependant.call, name)} if hasattr(dependant.call, name) else set()
    return own.union(*(_marks(each, name) for each in dependant.dependencies))


def _asks_for_visit(dependant: Dependant | None) -> bool:
    return dependant is not None and (
        dependant.call is visit or any(_asks_for_visit(each) for each in dependant.dependencies)
    )


def draw_routes(routes: list[GuardedRoute]) -> str:
    """The page for a reader."""
    staff = [route for route in routes if route.guard in {"act", "signed in"}]
    lines = [
        "# Who may open which route",
        "",
        "Written by `python -m survey_app.route_table > docs/routes.md` from the application itself; never edited by hand. Every",
        "cell is tried by `tests/survey_app/test_route_table.py` on a running application, which finds new routes by itself.",
        "",
        "## Pages of the staff, and the dashboards",
        "",
        "✓ opens. – is told that the role may not (403). Nobody is led to `/sign-in` (303); a websocket does not open. A role `unit`",
        "opens things of its own unit and those below it alone: other people's are told as not there, or as not allowed (404, 403).",
        "Whatever changes something also asks for the token of a form that this very sign-in opened (403 without).",
        "",
        f"| method | route | act | nobody | {' | '.join(ROLES)} |",
        f"|---|---|---|---|{'---|' * len(ROLES)}",
        *(_staff_line(route) for route in staff),
        "",
        f"## Programs, below `{API_PATH}`",
        "",
        "✓ answers. A key without the scope is told so (403); no key, a closed key or a sign-in of the staff: 401. A key that is bound",
        "to a unit is for that and those below it alone.",
        "",
        "| method | route | no key | staff's sign-in | key to read | key to write |",
        "|---|---|---|---|---|---|",
        *(_scope_line(route) for route in routes if route.guard == "scope"),
        "",
        "## Open to everybody",
        "",
        "Without a sign-in, and the same for every role.",
        "",
        "| method | route | what it is |",
        "|---|---|---|",
        *(_open_line(route) for route in routes if route.guard in {"open", "network"}),
    ]
    return "\n".join(lines) + "\n"


def _open_line(route: GuardedRoute) -> str:
    return f"| {route.method} | `{route.path}` | {_reason(OPEN | NETWORK, route.method, route.path)} |"


def _staff_line(route: GuardedRoute) -> str:
    cells = " | ".join("✓" if route.lets_in(role) else "–" for role in ROLES)
    act = ", ".join(f"`{need}`" for need in route.needs) or "signed in"
    return f"| {route.method} | `{route.path}` | {act} | sign in | {cells} |"


def _scope_line(route: GuardedRoute) -> str:
    cells = " | ".join("✓" if set(route.needs) <= {scope} else "403" for scope in ("read", "write"))
    return f"| {route.method} | `{route.path}` | 401 | 401 | {cells} |"


async def _no_dashboards(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """Stands for the dashboards, which have no routes of ours."""


def read_whole_application() -> list[GuardedRoute]:
    """Every route of a server that serves all, on an empty database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings({"HAILONG_DATA_DIR": folder})
        engine = open_database(settings.database_url)
        migrate(engine)
        try:
            return read_routes(make_app(engine, settings, dashboards=_no_dashboards))
        finally:
            engine.dispose()


if __name__ == "__main__":
    print(draw_routes(read_whole_application()), end="")  # noqa: T201 - it is what the command is for
