"""What the environment decides, read once at the edge and checked when made."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
LOG_LEVELS = ("critical", "error", "warning", "info", "debug")
HIGHEST_PORT = 65535


class SettingsFault(Exception):
    """A wrong value in the environment; the message is the one line to show."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the data are, where to listen, and what signs the codes. `public_url` has no trailing slash."""

    database_url: str
    data_dir: Path
    host: str
    port: int
    public_url: str
    secret_key: bytes
    log_level: str

    @property
    def loopback(self) -> bool:
        """Whether only this computer can open the pages."""
        return self.host in LOOPBACK


def read_settings(environment: Mapping[str, str] = os.environ, *, network_address: str = "") -> Settings:
    """Settings from the `HAILONG_…` variables.

    Args:
        environment: names and values; `HAILONG_SECRET_KEY_FILE` may name a file instead of the key itself.
        network_address: this machine's address as a phone would reach it; used for the printed codes when
            the server listens on every interface and no public address is set.

    Raises:
        SettingsFault: a value cannot be used; names the variable, the value and what was expected.
    """
    data_dir = Path(environment.get("HAILONG_DATA_DIR") or "var").absolute()
    host = environment.get("HAILONG_HOST") or "127.0.0.1"
    port = _parse_port(environment.get("HAILONG_PORT") or "8000")
    log_level = (environment.get("HAILONG_LOG_LEVEL") or "warning").lower()
    if log_level not in LOG_LEVELS:
        raise SettingsFault(f"HAILONG_LOG_LEVEL is {log_level!r}; expected one of {', '.join(LOG_LEVELS)}.")
    return Settings(
        database_url=_parse_database_url(environment.get("HAILONG_DATABASE_URL") or f"sqlite:///{data_dir}/hailong.db"),
        data_dir=data_dir,
        host=host,
        port=port,
        public_url=_parse_public_url(environment.get("HAILONG_PUBLIC_URL") or _own_url(host, port, network_address)),
        secret_key=_read_secret_key(environment, data_dir),
        log_level=log_level,
    )


def _parse_port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= HIGHEST_PORT:
        raise SettingsFault(f"HAILONG_PORT is {text!r}; expected a whole number from 1 to {HIGHEST_PORT}.")
    return int(text)


def _parse_database_url(text: str) -> str:
    for plain, driver in (("postgresql://", "postgresql+psycopg://"), ("postgres://", "postgresql+psycopg://")):
        if text.startswith(plain):
            text = driver + text.removeprefix(plain)
    if not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingsFault(
            f"HAILONG_DATABASE_URL begins with {text.split(':', 1)[0]!r}; expected sqlite:///FILE or postgresql://…"
        )
    return text


def _parse_public_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise SettingsFault(
            f"HAILONG_PUBLIC_URL is {text!r}; expected https://HOST or http://HOST:PORT without a path."
        )
    return text.rstrip("/")


def _own_url(host: str, port: int, network_address: str) -> str:
    shown = network_address or "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}"


def _read_secret_key(environment: Mapping[str, str], data_dir: Path) -> bytes:
    if text := environment.get("HAILONG_SECRET_KEY"):
        return _checked_key(text, "HAILONG_SECRET_KEY")
    if name := environment.get("HAILONG_SECRET_KEY_FILE"):
        try:
            return _checked_key(Path(name).read_text(encoding="utf-8").strip(), "HAILONG_SECRET_KEY_FILE")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsFault(f"HAILONG_SECRET_KEY_FILE is {name!r}, which cannot be read: {error}.") from error
    return _kept_key(data_dir / "secret.key")


def _checked_key(text: str, variable: str) -> bytes:
    if len(text) < 32:  # noqa: PLR2004 - said in the message
        raise SettingsFault(f"{variable} has {len(text)} characters; expected at least 32.")
    return text.encode()


def _kept_key(path: Path) -> bytes:
    """The key of this installation, made at the first start and readable by its owner alone."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:  # noqa: PTH123 - pathlib cannot set the mode
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    except OSError as error:
        raise SettingsFault(f"HAILONG_DATA_DIR is {str(path.parent)!r}, which cannot be written: {error}.") from error
    return _checked_key(path.read_text(encoding="ascii").strip(), str(path))
