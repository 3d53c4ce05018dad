"""Who is behind the pages that a test opens: AppTest runs them without a connection, so the door's word has to be brought."""

from types import SimpleNamespace

import pytest

from survey_app.dashboard_door import EVERYBODY, READER, tell_reader
from survey_app.settings import read_settings


def connect_as(monkeypatch: pytest.MonkeyPatch, reader: str = EVERYBODY) -> None:
    """The pages hear of this reader what the server's door would have told them; reader: as `tell_reader` takes it."""
    hear(monkeypatch, [(READER, tell_reader(reader, read_settings()))])


def hear(monkeypatch: pytest.MonkeyPatch, headers: list[tuple[str, str]]) -> None:
    """The pages' connection carries these headers."""
    context = SimpleNamespace(headers=headers, cookies={})
    monkeypatch.setattr("streamlit.runtime.context._get_client_context", lambda: context)
