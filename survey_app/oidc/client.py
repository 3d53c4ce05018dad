"""What the office agreed with the province's sign-in: its address, our name there and our secret."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from qr_codes import is_loopback
from survey_app.secret_file import SettingsFault, read_secret

CALLBACK = "/sign-in/oidc/callback"
VARIABLES = ("HAILONG_OIDC_ISSUER", "HAILONG_OIDC_CLIENT_ID", "HAILONG_OIDC_CLIENT_SECRET")


@dataclass(frozen=True, slots=True)
class OidcClient:
    """issuer: as the provider itself spells it. name: what the button calls it; the issuer's host unless given."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    name: str


def read_client(environment: Mapping[str, str]) -> OidcClient | None:
    """What the `HAILONG_OIDC_…` variables say; None where none is set.

    Raises:
        SettingsFault: some are set and some are missing, or the issuer is no address over TLS.
    """
    issuer, client_id = environment.get(VARIABLES[0], ""), environment.get(VARIABLES[1], "")
    secret, _ = read_secret(environment, VARIABLES[2])
    given = dict(zip(VARIABLES, (issuer, client_id, secret), strict=True))
    if not any(given.values()):
        return None
    if missing := [name for name, value in given.items() if not value]:
        raise SettingsFault(
            f"{missing[0]} is missing; expected all of {', '.join(VARIABLES)} (or …_SECRET_FILE), or none."
        )
    if not over_tls(issuer) or set(issuer) & set("?#"):
        raise SettingsFault(f"{VARIABLES[0]} is {issuer!r}; expected https://HOST or https://HOST/PATH.")
    return OidcClient(issuer, client_id, secret, environment.get("HAILONG_OIDC_NAME") or urlsplit(issuer).netloc)


def over_tls(address: str) -> bool:
    """Whether an address of the provider is reached over TLS, or is on this very computer, for trying it out.

    >>> over_tls("https://sso.tinh.gov.vn"), over_tls("http://sso.tinh.gov.vn"), over_tls("http://localhost:8080")
    (True, False, True)
    """
    try:
        parts = urlsplit(address)
        local = parts.scheme == "http" and is_loopback(f"http://{parts.netloc}")
    except ValueError:
        return False
    return bool(parts.hostname) and "@" not in parts.netloc and (parts.scheme == "https" or local)
