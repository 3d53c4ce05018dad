"""Signing in by a province's own sign-in: a real provider over HTTP, and one that lies."""

import base64
import hmac
import json
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from oidc_provider_mock import User, run_server_in_thread
from sqlalchemy import select
from starlette.testclient import TestClient

from survey_app.app import make_app
from survey_app.door import local_now
from survey_app.oidc.client import OidcClient
from survey_app.oidc.identity import email_identity, subject_identity
from survey_app.oidc.routes import _find_account as find_account
from survey_app.recording import table
from survey_app.recording.people import TakenIdentity, record_disabled, record_identity
from survey_app.sign_in_rule import hash_token
from survey_app.tables import AuditRow, SignInRow, UserRow
from tests.survey_app.conftest import PASSWORD, form_token, record_office, record_staff, serving, sign_in

PEOPLE = (
    User(sub="8f1c-lan", claims={"email": "Lan@tinh.gov.vn", "email_verified": True}),
    User(sub="77aa-minh", claims={"email": "minh@tinh.gov.vn", "email_verified": False}),
    User(sub="<b>la</b>", claims={}),
)


@pytest.fixture(scope="module")
def provider():
    """The address of a provider in a thread of its own."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
        with run_server_in_thread(user_claims=PEOPLE, require_nonce=True) as server:
            yield f"http://localhost:{server.server_port}"


@dataclass
class Site:
    """Our server with the small office, reached by a browser that keeps cookies."""

    client: TestClient
    engine: object
    issuer: str

    def bind(self, name, subject=None, email=None):
        identity = subject_identity(self.issuer, subject) if subject else email_identity(self.issuer, email)
        with self.engine.begin() as connection:
            assert record_identity(connection, name, identity, at=local_now())

    def leave(self, wanted=""):
        """Where the browser is sent; it now keeps the cookie between."""
        left = self.client.get("/sign-in/oidc", params={"next": wanted}, follow_redirects=False)
        assert left.status_code == 303, left.text
        return left.headers["location"]

    def back(self, address):
        """What we say to a browser that the provider sends back."""
        parts = urlsplit(address)
        return self.client.get(f"{parts.path}?{parts.query}", follow_redirects=False)

    def events(self):
        with self.engine.connect() as connection:
            rows = connection.execute(select(table(AuditRow)).order_by(table(AuditRow).c.number)).mappings()
            return [(row["user"], row["act"], row["detail"].get("why", row["detail"].get("way", ""))) for row in rows]

    def signed_in(self):
        return self.client.get("/office/", follow_redirects=False).status_code == 200


def confirm(address, subject):
    """Where the provider sends somebody back who says who they are there."""
    answer = httpx2.post(address, data={"sub": subject}, follow_redirects=False)
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


@contextmanager
def open_site(engine, settings, issuer):
    record_office(engine)
    record_staff(engine)
    client = OidcClient(issuer, "hailong", "bí mật & dài: +/=", "SSO tỉnh Đồng Tháp")
    with TestClient(make_app(engine, replace(settings, oidc=client)), base_url=settings.public_url) as browser:
        yield Site(browser, engine, issuer)


@pytest.fixture
def site(engine, settings, provider):
    with open_site(engine, settings, provider) as opened:
        yield opened


def test_somebody_bound_signs_in_and_goes_on_to_the_page_wanted_with_our_own_role(site):
    site.bind("noi-vu", subject="8f1c-lan")
    page = site.client.get("/sign-in?next=/office/cases").text
    [address] = re.findall(r'href="(/sign-in/oidc[^"]*)"', page)
    assert "Đăng nhập bằng SSO tỉnh Đồng Tháp" in page
    left = site.client.get(address.replace("&amp;", "&"), follow_redirects=False)
    led = site.back(confirm(left.headers["location"], "8f1c-lan"))
    assert led.status_code == 200
    assert '<meta http-equiv="refresh" content="0;url=/office/cases">' in led.text
    assert "Nội vụ" in site.client.get("/office/").text
    with site.engine.connect() as connection:
        assert connection.execute(select(table(SignInRow).c.way)).scalars().all() == ["oidc"]
    assert site.events() == [("noi-vu", "sign_in", "oidc")]


def test_the_province_is_asked_with_state_nonce_and_challenge_and_the_cookie_tells_none_of_the_secrets(site):
    address = site.leave()
    asked = {name: value for name, [value] in parse_qs(urlsplit(address).query).items()}
    assert asked | {"state": "", "nonce": "", "code_challenge": ""} == {
        "response_type": "code",
        "client_id": "hailong",
        "redirect_uri": "http://hailong.example/sign-in/oidc/callback",
        "scope": "openid email",
        "code_challenge_method": "S256",
        "state": "",
        "nonce": "",
        "code_challenge": "",
    }
    assert all(len(asked[name]) == 43 for name in ("state", "nonce", "code_challenge"))
    cookie = site.client.get("/sign-in/oidc", follow_redirects=False).headers["set-cookie"]
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert parts == {"httponly", "max-age=600", "path=/", "samesite=lax"}
    assert asked["state"] not in cookie


def test_behind_tls_the_cookie_between_is_secure_and_held_to_this_host(engine, settings, provider):
    over_tls = replace(settings, public_url="https://danhgia.tanhong.gov.vn")
    with open_site(engine, over_tls, provider) as site:
        cookie = site.client.get("/sign-in/oidc", follow_redirects=False).headers["set-cookie"]
    assert cookie.startswith("__Host-hailong-oidc=")
    assert "; Secure" in cookie


def test_nobody_gets_an_account_by_coming(site):
    refused = site.back(confirm(site.leave(), "8f1c-lan"))
    assert refused.status_code == 403
    assert "8f1c-lan" in refused.text
    assert "Xin gửi mã này cho người quản trị" in refused.text
    assert not site.signed_in()
    assert site.events() == [("", "refuse_sign_in", "unbound")]


def test_a_strange_subject_is_shown_as_text(site):
    refused = site.back(confirm(site.leave(), "<b>la</b>"))
    assert "&lt;b&gt;la&lt;/b&gt;" in refused.text
    assert "<b>la" not in refused.text


def test_a_verified_address_binds_once_and_then_the_subject_counts(site):
    site.bind("noi-vu", email="lan@tinh.gov.vn")
    assert site.back(confirm(site.leave(), "8f1c-lan")).status_code == 200
    with site.engine.connect() as connection:
        kept = connection.execute(select(table(UserRow).c.subject).where(table(UserRow).c.name == "noi-vu")).scalar()
    assert kept == subject_identity(site.issuer, "8f1c-lan")
    assert [act for _, act, _ in site.events()] == ["bind_user", "sign_in"]


def test_an_address_that_the_province_did_not_verify_binds_nobody(site):
    site.bind("noi-vu", email="minh@tinh.gov.vn")
    assert site.back(confirm(site.leave(), "77aa-minh")).status_code == 403
    assert not site.signed_in()


def test_a_closed_account_stays_closed_for_the_provinces_sign_in(site):
    site.bind("noi-vu", subject="8f1c-lan")
    with site.engine.begin() as connection:
        record_disabled(connection, "noi-vu", at=local_now())
    assert site.back(confirm(site.leave(), "8f1c-lan")).status_code == 403


@pytest.mark.parametrize("change", ["closed", "unbound"])
def test_an_account_changed_while_the_province_is_believed_lets_nobody_in(site, monkeypatch, change):
    site.bind("noi-vu", subject="8f1c-lan")

    def then_changed(*given):
        found = find_account(*given)
        with site.engine.begin() as connection:
            if change == "closed":
                record_disabled(connection, "noi-vu", at=local_now())
            else:
                record_identity(connection, "noi-vu", None, at=local_now())
        return found

    monkeypatch.setattr("survey_app.oidc.routes._find_account", then_changed)
    site.back(confirm(site.leave(), "8f1c-lan"))
    assert not site.signed_in()
    assert site.events() == [("", "refuse_sign_in", "changed")]


def test_two_accounts_are_never_bound_to_one_person_and_unbinding_signs_out(site):
    site.bind("noi-vu", subject="8f1c-lan")
    with pytest.raises(TakenIdentity):
        site.bind("mot-cua", subject="8f1c-lan")
    assert site.back(confirm(site.leave(), "8f1c-lan")).status_code == 200
    with site.engine.begin() as connection:
        assert record_identity(connection, "noi-vu", None, at=local_now())
    assert not site.signed_in()
    assert site.back(confirm(site.leave(), "8f1c-lan")).status_code == 403


def test_signing_out_ends_ours_and_a_password_still_opens_the_door(site):
    site.bind("noi-vu", subject="8f1c-lan")
    site.back(confirm(site.leave(), "8f1c-lan"))
    site.client.post("/sign-out", data={"form_token": form_token(site.client)})
    assert not site.signed_in()
    assert sign_in(site.client, "noi-vu", PASSWORD).status_code == 303


def test_the_sign_in_of_before_in_this_browser_ends(site):
    site.bind("noi-vu", subject="8f1c-lan")
    sign_in(site.client, "mot-cua")
    before = hash_token(site.client.cookies["hailong"])
    site.back(confirm(site.leave(), "8f1c-lan"))
    with site.engine.connect() as connection:
        rows = table(SignInRow)
        assert connection.execute(select(rows.c.ended).where(rows.c.token_hash == before)).scalar() is not None


def test_who_refuses_there_is_told_so_kindly(site):
    answer = httpx2.post(site.leave(), data={"action": "deny"}, follow_redirects=False)
    parts = urlsplit(answer.headers["location"])
    state = parse_qs(urlsplit(site.leave()).query)["state"][0]
    refused = site.client.get(f"{parts.path}?{parts.query.partition('state')[0]}&state={state}", follow_redirects=False)
    assert refused.status_code == 403
    assert "bấm từ chối" in refused.text
    assert site.events() == [("", "refuse_sign_in", "denied")]


@pytest.fixture
def engine(sqlite_engine):
    """What somebody may not do hangs on no database; `test_bound_on_postgresql` tries the other."""
    return sqlite_engine


def test_bound_on_postgresql(postgresql_engine, settings, provider):
    with open_site(postgresql_engine, settings, provider) as site:
        site.bind("noi-vu", email="lan@tinh.gov.vn")
        with pytest.raises(TakenIdentity):
            site.bind("mot-cua", email="lan@tinh.gov.vn")
        assert site.back(confirm(site.leave(), "8f1c-lan")).status_code == 200
        assert site.signed_in()


# Attacks on the way back


def refused_as(site, answer, why):
    assert answer.status_code == 403, answer.text
    assert not site.signed_in()
    assert site.events()[-1] == ("", "refuse_sign_in", why)


def test_an_answer_that_is_sent_again_lets_nobody_in(site):
    site.bind("noi-vu", subject="8f1c-lan")
    back = confirm(site.leave(), "8f1c-lan")
    kept = site.client.cookies["hailong-oidc"]
    assert site.back(back).status_code == 200
    assert "hailong-oidc" not in site.client.cookies
    site.client.cookies.clear()
    refused_as(site, site.back(back), "state")
    site.client.cookies.set("hailong-oidc", kept)  # whoever took the cookie too: the provider knows the code no more
    refused_as(site, site.back(back), "token")


def test_an_answer_that_another_browser_began_lets_nobody_in(site):
    site.bind("noi-vu", subject="8f1c-lan")
    theirs = confirm(site.leave(), "8f1c-lan")
    site.client.cookies.clear()
    refused_as(site, site.back(theirs), "state")
    site.leave()
    refused_as(site, site.back(theirs), "state")


def test_a_code_of_another_try_lets_nobody_in_for_its_nonce_is_another(site):
    site.bind("noi-vu", subject="8f1c-lan")
    theirs = confirm(site.leave(), "8f1c-lan")
    mine = confirm(site.leave(), "77aa-minh")
    [code] = parse_qs(urlsplit(theirs).query)["code"]
    refused_as(site, site.back(re.sub("code=[^&]+", f"code={code}", mine)), "token")


@pytest.mark.parametrize("cookie", ["", "x", "gAAAAABk", "A{sealed}", "{first}{other}{rest}"])
def test_a_cookie_that_was_made_up_or_changed_lets_nobody_in(site, cookie):
    back = confirm(site.leave(), "8f1c-lan")
    sealed = site.client.cookies["hailong-oidc"]
    changed = cookie.format(sealed=sealed, first=sealed[:60], other="AB"[sealed[60] == "A"], rest=sealed[61:])
    site.client.cookies.clear()
    site.client.cookies.set("hailong-oidc", changed)
    refused_as(site, site.back(back), "state")


@pytest.mark.parametrize("query", ["", "?code=x", "?state=x", "?code=x&state=%C4%83%00", "?state=&code="])
def test_an_answer_without_state_or_code_lets_nobody_in(site, query):
    site.leave()
    refused_as(site, site.client.get(f"/sign-in/oidc/callback{query}", follow_redirects=False), "state")


def test_an_answer_in_the_name_of_another_issuer_lets_nobody_in(site):
    refused_as(site, site.back(confirm(site.leave(), "8f1c-lan") + "&iss=https://evil.example"), "state")


def test_ten_minutes_later_the_try_is_over(engine, settings, provider):
    class Later:
        by = 0

        def __call__(self):
            return local_now().fromtimestamp(time.time() + self.by, tz=local_now().tzinfo)

    clock = Later()
    record_office(engine)
    record_staff(engine)
    client = OidcClient(provider, "hailong", "x", "SSO")
    with TestClient(
        make_app(engine, replace(settings, oidc=client), clock=clock), base_url=settings.public_url
    ) as browser:
        site = Site(browser, engine, provider)
        back = confirm(site.leave(), "8f1c-lan")
        clock.by = 601
        refused_as(site, site.back(back), "state")


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "/office/../sign-out", "javascript:alert(1)", '/office/"><script>', "/r/ABC", "/office/" + "a" * 5000],
)  # fmt: skip
def test_nobody_is_led_away_from_us_after_signing_in(site, wanted):
    site.bind("noi-vu", subject="8f1c-lan")
    led = site.back(confirm(site.leave(wanted), "8f1c-lan"))
    [where] = re.findall(r'content="0;url=([^"]*)"', led.text)
    assert where == "/office/" or (where.startswith("/office/aaa") and len(where) <= 1000)


def test_sixty_tries_of_an_address_in_a_quarter_of_an_hour_and_no_more(site):
    codes = [site.client.get("/sign-in/oidc/callback").status_code for _ in range(61)]
    assert codes == [403] * 60 + [429]


def test_without_a_province_there_is_no_button_and_no_door(office):
    record_staff(office.engine)
    assert "/sign-in/oidc" not in office.client.get("/sign-in").text
    assert office.client.get("/sign-in/oidc", follow_redirects=False).status_code == 404
    assert office.client.get("/sign-in/oidc/callback?code=x&state=y").status_code == 404


# A provider that lies


@dataclass
class Liar:
    """A provider over HTTP whose every answer a test can bend."""

    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    address: str = ""
    discovery: dict = field(default_factory=dict)
    claims: dict = field(default_factory=dict)
    nonce: str = ""
    keys: dict | None = None
    sign: object = None
    token: object = None
    asked: list = field(default_factory=list)
    status: int = 200

    def answer(self, path, body):
        self.asked.append((path, body))
        if path.endswith("openid-configuration"):
            return {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/keys",
            } | self.discovery
        if path == "/keys":
            return KeySet([self.key]).as_dict(private=False) if self.keys is None else self.keys
        return self.token if self.token is not None else {"access_token": "a", "id_token": self.id_token()}

    def id_token(self):
        now = int(time.time())
        claims = {
            "iss": self.address,
            "sub": "8f1c-lan",
            "aud": "hailong",
            "iat": now,
            "exp": now + 300,
            "nonce": self.nonce,
        }
        claims = {name: value for name, value in (claims | self.claims).items() if value is not None}
        return self.sign(claims) if self.sign else jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.key)


@pytest.fixture
def liar():
    told = Liar()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            said = told.answer(urlsplit(self.path).path, body)
            sent = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(told.status)
            self.send_header("content-length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        do_POST = do_GET  # noqa: N815 - as the server calls it

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        told.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield told
        server.shutdown()
        thread.join()


@pytest.fixture
def lied_to(engine, settings, liar):
    with open_site(engine, settings, liar.address) as site:
        site.bind("noi-vu", subject="8f1c-lan")
        yield site


def come_back(site, liar):
    asked = parse_qs(urlsplit(site.leave()).query)
    liar.nonce = liar.nonce or asked["nonce"][0]
    return site.client.get("/sign-in/oidc/callback", params={"code": "c", "state": asked["state"][0]})


def unsigned(claims, alg="none"):
    parts = [json.dumps(part).encode() for part in ({"alg": alg}, claims)]
    return ".".join([*(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts), ""])


def test_a_token_in_which_everything_holds_lets_in(lied_to, liar):
    assert come_back(lied_to, liar).status_code == 200
    assert lied_to.signed_in()
    [form] = [parse_qs(body) for path, body in liar.asked if path == "/token"]
    assert len(form["code_verifier"][0]) == 43
    assert "client_secret" not in form  # by the header, unless the provider says otherwise


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-office"},
        {"aud": ["another-office"]},
        {"aud": ["hailong", "another-office"], "azp": "another-office"},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"exp": 1},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iat": 32503680000},
        {"iat": None},
        {"nbf": 32503680000},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "a\nb"},
        {"sub": "a" * 300},
        {"at_hash": "bm90IGl0"},
    ],
)
def test_a_token_in_which_one_thing_does_not_hold_lets_nobody_in(lied_to, liar, claims):
    liar.claims = claims
    refused_as(lied_to, come_back(lied_to, liar), "token")


STRANGER = RSAKey.generate_key(2048, {"kid": "1"})


@pytest.mark.parametrize(
    "sign",
    [
        unsigned,
        lambda claims: unsigned(claims, "None"),
        lambda claims: unsigned(claims, "RS256"),
        lambda claims: jwt.encode({"alg": "RS256", "kid": "1"}, claims, STRANGER),
        lambda claims: jwt.encode({"alg": "RS256", "kid": "2"}, claims, STRANGER),
        lambda claims: jwt.encode({"alg": "HS256", "kid": "1"}, claims, OctKey.import_key("bí mật & dài: +/=")),
        lambda _: "no token",
        lambda _: "a.b.c",
        lambda _: "",
        lambda _: "ă" * 30,
    ],
)  # fmt: skip
def test_a_token_that_the_province_did_not_sign_lets_nobody_in(lied_to, liar, sign):
    liar.sign = sign
    refused_as(lied_to, come_back(lied_to, liar), "token")


def test_the_provinces_public_key_taken_as_a_shared_secret_lets_nobody_in(lied_to, liar):
    def sign(claims):
        signed = unsigned(claims, "HS256").rstrip(".")
        seal = hmac.digest(liar.key.as_pem(private=False), signed.encode(), "sha256")
        return f"{signed}.{base64.urlsafe_b64encode(seal).decode().rstrip('=')}"

    liar.sign = sign
    refused_as(lied_to, come_back(lied_to, liar), "token")


def test_a_new_key_of_the_province_is_fetched_once_it_is_met_but_not_again_and_again(lied_to, liar):
    assert come_back(lied_to, liar).status_code == 200
    old, liar.key = liar.key, RSAKey.generate_key(2048, {"kid": "2"})
    liar.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": "2"}, claims, liar.key)
    liar.nonce = ""
    provider = lied_to.client.app.state.province
    provider._ticks = lambda: time.monotonic() + 61
    assert come_back(lied_to, liar).status_code == 200
    liar.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": "3"}, claims, old)
    for _ in range(3):
        liar.nonce = ""
        assert come_back(lied_to, liar).status_code == 403
    assert len([path for path, _ in liar.asked if path == "/keys"]) == 2
    assert len([path for path, _ in liar.asked if path.startswith("/.well")]) == 1


@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "https://evil.example"},
        {"authorization_endpoint": "http://evil.example/authorize"},
        {"token_endpoint": None},
        {"jwks_uri": "file:///etc/passwd"},
    ],
)
def test_a_province_that_says_to_be_another_or_names_no_safe_doors_is_not_used(lied_to, liar, discovery):
    liar.discovery = discovery
    answer = lied_to.client.get("/sign-in/oidc", follow_redirects=False)
    assert answer.status_code == 503
    assert "đăng nhập bằng tên và mật khẩu" in answer.text


@pytest.mark.parametrize("bent", [{"status": 500}, {"status": 302}, {"discovery": {"x": "y" * 1_100_000}}])
def test_a_province_that_fails_redirects_or_never_ends_is_told_as_silent(lied_to, liar, bent):
    for name, value in bent.items():
        setattr(liar, name, value)
    assert lied_to.client.get("/sign-in/oidc", follow_redirects=False).status_code == 503


def test_a_silent_province_is_not_asked_again_and_again(lied_to, liar):
    liar.status = 500
    for _ in range(5):
        assert lied_to.client.get("/sign-in/oidc", follow_redirects=False).status_code == 503
    assert len(liar.asked) == 1
    liar.status = 200
    lied_to.client.app.state.province._ticks = lambda: time.monotonic() + 16
    assert lied_to.client.get("/sign-in/oidc", follow_redirects=False).status_code == 303


def test_while_the_province_hangs_others_sign_in_by_their_password(engine, settings, liar):
    record_office(engine)
    record_staff(engine)
    answer, goes_on = liar.answer, threading.Event()
    met = threading.Event()
    liar.answer = lambda path, body: met.set() or (goes_on.wait(60) and answer(path, body))
    client = OidcClient(liar.address, "hailong", "x", "SSO")
    with serving(make_app(engine, replace(settings, oidc=client))) as address, ThreadPoolExecutor(20) as pool:
        left = [
            pool.submit(httpx2.get, f"{address}/sign-in/oidc", timeout=60, follow_redirects=False) for _ in range(20)
        ]
        assert met.wait(60)
        data = {"name": "noi-vu", "password": PASSWORD}
        assert httpx2.post(f"{address}/sign-in", data=data, timeout=60, follow_redirects=False).status_code == 303
        assert not any(one.done() for one in left)
        goes_on.set()
        assert {one.result().status_code for one in left} <= {303, 503}


@pytest.mark.parametrize("token", [{"error": "invalid_grant"}, {}, [], b"<html>", {"id_token": 7}])
def test_a_province_that_gives_no_token_lets_nobody_in(lied_to, liar, token):
    liar.token = token
    assert come_back(lied_to, liar).status_code in {403, 503}
    assert not lied_to.signed_in()


@pytest.mark.parametrize("keys", [{}, {"keys": []}, {"keys": [{"kty": "x"}]}, {"keys": 7}, b"no json"])
def test_keys_that_cannot_be_read_let_nobody_in(lied_to, liar, keys):
    liar.keys = keys
    assert come_back(lied_to, liar).status_code in {403, 503}
    assert not lied_to.signed_in()


def test_while_the_province_is_away_a_page_says_so_and_the_password_still_works(engine, settings, free_port):
    with open_site(engine, settings, f"http://127.0.0.1:{free_port}") as site:
        answer = site.client.get("/sign-in/oidc?lang=en", follow_redirects=False)
        assert answer.status_code == 503
        assert "does not answer" in answer.text
        assert 'href="/sign-in"' in answer.text
        assert sign_in(site.client, "noi-vu").status_code == 303


def test_nothing_of_a_secret_or_a_token_reaches_the_log(lied_to, liar, caplog):
    liar.claims = {"aud": "another"}
    come_back(lied_to, liar)
    assert "was not believed: InvalidClaimError aud" in caplog.text
    assert not re.search(r"bí mật|eyJ|code_verifier", caplog.text)
