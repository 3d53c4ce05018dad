"""What the environment decides, read once at the edge and checked when made."""

import os
import re
import secrets
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from tempfile import NamedTemporaryFile

from limits import parse as parse_rate_limit
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from qr_codes import is_loopback, printed_base
from survey_app.file_owner import told_of_owner
from survey_app.integrity import Network
from survey_app.logs import FORMATS
from survey_app.oidc.client import OidcClient, read_client
from survey_app.retention import USUAL, Retention, parse_retention
from survey_app.secret_file import SettingsFault, read_secret
from survey_app.staff import ROLES

LOG_LEVELS = ("critical", "error", "warning", "info", "debug")
HIGHEST_PORT = 65535
RATE_LIMIT = "600/minute"
MOST_OF_A_LINE = 200
SCHEME = re.compile(r"([a-z][a-z0-9+.-]{0,30})://")
NO_HOST = re.compile(r"https?://0\.0\.0\.0(:|$)")
KEY_FILE = "secret.key"
"""In the folder of the data."""

KEY_VARIABLES = ("HAILONG_SECRET_KEY", "HAILONG_SECRET_KEY_FILE")
"""What may name the installation's key instead of the file `secret.key` in the folder of the data."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the data are, where to listen, and what signs the codes. `public_url` has no trailing slash.

    rate_limit: requests an address may make in a time, as `limits` writes it; empty for no limit. trusted_proxies: how
    many proxies of the office's own stand in front. staff_networks: from which the staff reaches the server, apart from
    the Wi-Fi of those who wait. secret_key: empty where there is none and none was to be made; no_key: why, in words. webhook_private: whether webhooks may lead inside a network, and without TLS. upload_bytes:
    how large a file of dossiers may be that is brought to the server by a page. oidc: the province's own sign-in, if any.
    second_factor: the roles whose people must set up a second factor.
    keep: how long what tells of people is kept; purge: whether the server removes by night what was kept for longer.
    responsible: who answers to citizens for their data, as the page `/privacy` names it.
    log_format: of `logs.FORMATS`.
    metrics_networks: from which `/metrics` may be read beside this machine; metrics_token: with which from anywhere.
    backup_before_migration: whether the database is backed up before a new release changes its tables.
    """

    database_url: str = field(repr=False)
    data_dir: Path
    host: str
    port: int
    public_url: str
    secret_key: bytes = field(repr=False)
    log_level: str
    rate_limit: str = RATE_LIMIT
    trusted_proxies: int = 0
    staff_networks: tuple[Network, ...] = ()
    webhook_private: bool = False
    upload_bytes: int = 300_000_000
    oidc: OidcClient | None = None
    second_factor: frozenset[str] = frozenset()
    keep: Retention = USUAL
    purge: bool = False
    responsible: str = ""
    log_format: str = "text"
    metrics_networks: tuple[Network, ...] = ()
    metrics_token: str = field(default="", repr=False)
    backup_before_migration: bool = True
    no_key: str = ""

    @property
    def loopback(self) -> bool:
        """Whether only this computer can open the printed addresses."""
        return is_loopback(self.public_url)


def read_settings(
    environment: Mapping[str, str] = os.environ, *, network_address: str = "", make_key: bool = True
) -> Settings:
    """Settings from the `HAILONG_…` variables.

    Args:
        environment: names and values; `HAILONG_SECRET_KEY_FILE` and the like may name a file instead of the secret itself.
        network_address: this machine's address as a phone would reach it; used for the printed codes when
            the server listens on every interface and no public address is set.
        make_key: whether an installation without a key is given one, and its folder.

    Raises:
        SettingsFault: a value cannot be used; names the variable, the value and what was expected.
    """
    data_dir = Path(environment.get("HAILONG_DATA_DIR") or "var").absolute()
    host = environment.get("HAILONG_HOST") or "127.0.0.1"
    port = _parse_port(environment.get("HAILONG_PORT") or "8000")
    log_level = (environment.get("HAILONG_LOG_LEVEL") or "warning").lower()
    if log_level not in LOG_LEVELS:
        raise SettingsFault(f"HAILONG_LOG_LEVEL is {log_level!r}; expected one of {', '.join(LOG_LEVELS)}.")
    secret_key, no_key = _read_secret_key(environment, data_dir, make=make_key)
    return Settings(
        database_url=_read_database_url(environment, data_dir),
        data_dir=data_dir,
        host=host,
        port=port,
        public_url=_parse_public_url(environment.get("HAILONG_PUBLIC_URL", ""))
        or _own_url(host, port, network_address),
        secret_key=secret_key,
        no_key=no_key,
        log_level=log_level,
        rate_limit=_parse_rate_limit(environment.get("HAILONG_RATE_LIMIT", RATE_LIMIT)),
        trusted_proxies=_parse_whole(
            "HAILONG_TRUSTED_PROXIES", environment.get("HAILONG_TRUSTED_PROXIES") or "0", most=9
        ),
        staff_networks=_parse_networks(environment, "HAILONG_STAFF_NETWORKS"),
        webhook_private=_parse_switch("HAILONG_WEBHOOK_PRIVATE", environment.get("HAILONG_WEBHOOK_PRIVATE") or "off"),
        backup_before_migration=_parse_switch(
            "HAILONG_BACKUP_BEFORE_MIGRATION", environment.get("HAILONG_BACKUP_BEFORE_MIGRATION") or "on"
        ),
        upload_bytes=1_000_000
        * _parse_whole("HAILONG_UPLOAD_MB", environment.get("HAILONG_UPLOAD_MB") or "300", most=4000),
        oidc=read_client(environment),
        second_factor=_parse_roles("HAILONG_SECOND_FACTOR", environment.get("HAILONG_SECOND_FACTOR", "")),
        keep=_parse_retention(environment),
        log_format=_parse_word("HAILONG_LOG_FORMAT", environment.get("HAILONG_LOG_FORMAT") or "text", FORMATS),
        metrics_networks=_parse_networks(environment, "HAILONG_METRICS_NETWORKS"),
        metrics_token=_read_metrics_token(environment),
        purge=_parse_switch("HAILONG_PURGE", environment.get("HAILONG_PURGE") or "off"),
        responsible=_parse_line("HAILONG_RESPONSIBLE", environment.get("HAILONG_RESPONSIBLE", "")),
    )


def _parse_port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= HIGHEST_PORT:
        raise SettingsFault(f"HAILONG_PORT is {text!r}; expected a whole number from 1 to {HIGHEST_PORT}.")
    return int(text)


def _parse_whole(name: str, text: str, *, most: int) -> int:
    if not text.isdecimal() or int(text) > most:
        raise SettingsFault(f"{name} is {text!r}; expected a whole number from 0 to {most}.")
    return int(text)


def _parse_line(name: str, text: str) -> str:
    if len(text) > MOST_OF_A_LINE or not text.isprintable():
        raise SettingsFault(f"{name} has {len(text)} characters; expected one line of at most {MOST_OF_A_LINE}.")
    return text.strip()


def _parse_rate_limit(text: str) -> str:
    if text in {"", "off"}:
        return ""
    try:
        parse_rate_limit(text)
        counts = all(map(int, re.findall("[0-9]+", text)))  # `limits` takes 0 too, or for 1
    except ValueError:
        counts = False
    if not counts:
        raise SettingsFault(f"HAILONG_RATE_LIMIT is {text!r}; expected such as 600/minute, or off.")
    return text


def _parse_word(name: str, text: str, words: Collection[str]) -> str:
    if text not in words:
        raise SettingsFault(f"{name} is {text!r}; expected one of {', '.join(words)}.")
    return text


def _parse_switch(name: str, text: str) -> bool:
    if text not in {"on", "off"}:
        raise SettingsFault(f"{name} is {text!r}; expected on or off.")
    return text == "on"


def _parse_retention(environment: Mapping[str, str]) -> Retention:
    try:
        return parse_retention(environment)
    except ValueError as error:
        raise SettingsFault(str(error)) from error


def _parse_roles(name: str, text: str) -> frozenset[str]:
    roles = frozenset(text.replace(",", " ").split())
    if wrong := sorted(roles - set(ROLES)):
        raise SettingsFault(f"{name} names {', '.join(wrong)}; expected some of {', '.join(ROLES)}, a comma between.")
    return roles


def _parse_networks(environment: Mapping[str, str], name: str) -> tuple[Network, ...]:
    text = environment.get(name, "")
    try:
        return tuple(ip_network(each) for each in text.replace(",", " ").split())
    except ValueError as error:
        raise SettingsFault(
            f"{name} is {text!r}; expected networks such as 10.20.0.0/16, a space between. {error}."
        ) from error


def _read_metrics_token(environment: Mapping[str, str]) -> str:
    text, variable = read_secret(environment, "HAILONG_METRICS_TOKEN")
    if text and (_length(text) < 32 or not text.isascii()):  # noqa: PLR2004 - said in the message
        raise SettingsFault(f"{variable} has {_length(text)} characters; expected at least 32, all of them ASCII.")
    return text


def _length(secret: str) -> int:
    """Of a secret; spaces alone are none."""
    return 0 if secret.isspace() else len(secret)


def _read_database_url(environment: Mapping[str, str], data_dir: Path) -> str:
    text, variable = read_secret(environment, "HAILONG_DATABASE_URL")
    return _parse_database_url(text, variable) if text else f"sqlite:///{data_dir}/hailong.db"


def _parse_database_url(text: str, variable: str) -> str:
    for plain, driver in (("postgresql://", "postgresql+psycopg://"), ("postgres://", "postgresql+psycopg://")):
        if text.startswith(plain):
            text = driver + text.removeprefix(plain)
    if not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        scheme = SCHEME.match(text)  # anything else may be a password, or the key where its file was named by mistake
        found = f"begins with {scheme[1]!r}" if scheme else "leads to none"
        raise SettingsFault(f"{variable} {found}; expected sqlite:///FILE or postgresql://…")
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise SettingsFault(  # without the cause: it may repeat the password
            f"{variable} cannot be read; expected sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME."
        ) from None
    if text.startswith("sqlite:") and url.database in {None, "", ":memory:"}:
        raise SettingsFault(f"{variable} is {text!r}, which names no file; expected sqlite:///FILE.")
    if text.startswith("sqlite:") and url.query:
        raise SettingsFault(f"{variable} is {text!r}; expected sqlite:///FILE without options.")
    return text


def _parse_public_url(text: str) -> str:
    if text and not _is_printable(text.rstrip("/")):
        shown = re.sub("//.*@", "//…@", text)
        raise SettingsFault(
            f"HAILONG_PUBLIC_URL is {shown!r}; expected https://HOST or http://HOST:PORT without a path, "
            "HOST a name of letters, digits, dots and hyphens or an IPv4 address."
        )
    return text.rstrip("/")


def _own_url(host: str, port: int, network_address: str) -> str:
    """Where the server is reached when nobody says it."""
    shown = network_address or "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
    url = f"http://{shown}:{port}"
    if not _is_printable(url):
        raise SettingsFault(
            f"HAILONG_HOST is {host!r}, which no printed code can hold; expected an IPv4 address or a name, "
            "or HAILONG_PUBLIC_URL beside it."
        )
    return url


def _is_printable(url: str) -> bool:
    """Whether a printed code can hold this address."""
    try:
        return bool(printed_base(url)) and not NO_HOST.match(url)
    except ValueError:
        return False


def _read_secret_key(environment: Mapping[str, str], data_dir: Path, *, make: bool) -> tuple[bytes, str]:
    """The key, or why there is none."""
    text, variable = read_secret(environment, "HAILONG_SECRET_KEY")
    if text:
        return _checked_key(text, variable), ""
    file = data_dir / KEY_FILE
    if make:
        return _kept_key(file), ""
    try:
        return (_kept_key(file), "") if file.exists() else (b"", f"There is no key at {file}.")
    except SettingsFault as error:  # whoever looks, or brings a key back, goes on as if there were none
        return b"", str(error)


def _checked_key(text: str, variable: str) -> bytes:
    if _length(text) < 32:  # noqa: PLR2004 - said in the message
        raise SettingsFault(f"{variable} has {_length(text)} characters; expected at least 32.")
    return text.encode(errors="surrogateescape")


def _kept_key(path: Path) -> bytes:
    """The key of this installation, made at the first start and readable by its owner alone."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _make_key(path)
    except OSError as error:
        raise SettingsFault(f"HAILONG_DATA_DIR is {str(path.parent)!r}, which cannot be used: {error}.") from error
    try:
        return _checked_key(path.read_text(encoding="ascii").strip(), str(path))
    except UnicodeDecodeError:
        raise SettingsFault(f"{path} holds other than ASCII; expected the key as it was made.") from None
    except OSError as error:
        owner = f"; {told}" if isinstance(error, PermissionError) and (told := told_of_owner(path)) else ""
        raise SettingsFault(f"{path} cannot be read: {error.strerror}{owner}.") from error


def _make_key(path: Path) -> None:
    """Whole or not at all: neither a crash nor another start at the same time leaves half a key or a second one."""
    with NamedTemporaryFile("w", dir=path.parent, prefix=f"{path.name}.", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(file.name, path)
