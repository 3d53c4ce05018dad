import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from survey_app.settings import SettingsFault, read_settings

KEY = "k" * 32


def read(tmp_path, **values):
    return read_settings({"HAILONG_DATA_DIR": str(tmp_path)} | values)


def test_nothing_set_is_loopback_on_port_8000_with_sqlite_under_the_data_folder(tmp_path):
    settings = read(tmp_path)
    assert (settings.host, settings.port, settings.loopback) == ("127.0.0.1", 8000, True)
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.database_url == f"sqlite:///{tmp_path}/hailong.db"


def test_the_key_is_made_once_and_only_its_owner_may_read_it(tmp_path):
    first, second = read(tmp_path), read(tmp_path)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) == 64
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_listening_everywhere_prints_the_address_that_a_phone_reaches(tmp_path):
    settings = read_settings(
        {"HAILONG_DATA_DIR": str(tmp_path), "HAILONG_HOST": "0.0.0.0", "HAILONG_PORT": "8080"},  # noqa: S104 - read, not bound
        network_address="192.168.1.20",
    )
    assert settings.public_url == "http://192.168.1.20:8080"
    assert not settings.loopback


def test_a_public_address_goes_before_everything(tmp_path):
    assert read(tmp_path, HAILONG_PUBLIC_URL="https://hailong.example/").public_url == "https://hailong.example"


def test_a_key_may_come_from_a_file(tmp_path):
    (tmp_path / "key").write_text(KEY + "\n")
    assert read(tmp_path, HAILONG_SECRET_KEY_FILE=str(tmp_path / "key")).secret_key == KEY.encode()


def test_every_secret_may_come_from_a_file(tmp_path):
    (tmp_path / "database").write_text("postgresql://hailong:mật-khẩu@h/d\n")
    (tmp_path / "oidc").write_text("bí mật\n")
    settings = read(
        tmp_path,
        HAILONG_DATABASE_URL_FILE=str(tmp_path / "database"),
        HAILONG_OIDC_ISSUER="https://sso.tinh.gov.vn/realms/tinh",
        HAILONG_OIDC_CLIENT_ID="hailong",
        HAILONG_OIDC_CLIENT_SECRET_FILE=str(tmp_path / "oidc"),
    )
    assert settings.database_url == "postgresql+psycopg://hailong:mật-khẩu@h/d"
    assert (settings.oidc.secret, settings.oidc.name) == ("bí mật", "sso.tinh.gov.vn")
    assert not [secret for secret in ("bí mật", "mật-khẩu", "secret_key", "b'") if secret in repr(settings)]


def test_a_file_that_names_no_database_is_not_repeated_and_its_variable_is_named(tmp_path):
    (tmp_path / "secret").write_text(KEY)
    with pytest.raises(
        SettingsFault, match=r"^HAILONG_DATABASE_URL_FILE leads to none; expected sqlite:///FILE"
    ) as caught:
        read(tmp_path, HAILONG_DATABASE_URL_FILE=str(tmp_path / "secret"))
    assert KEY not in str(caught.value)


SECRETS = ("HAILONG_SECRET_KEY", "HAILONG_DATABASE_URL", "HAILONG_OIDC_CLIENT_SECRET")


@pytest.mark.parametrize("variable", SECRETS)
def test_a_secret_that_is_given_twice_stops_and_is_not_repeated(tmp_path, variable):
    (tmp_path / "secret").write_text(KEY)
    with pytest.raises(SettingsFault, match=f"^{variable}_FILE is set and {variable} too") as caught:
        read(tmp_path, **{variable: "sqlite:///other" + KEY, f"{variable}_FILE": str(tmp_path / "secret")})
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("variable", SECRETS)
@pytest.mark.parametrize(
    ("content", "expected"),
    [(None, "cannot be read"), (b" \n", "is empty"), (b"\xff\xfe", "cannot be read"), (b"a\nb", "several lines")],
)
def test_a_file_of_a_secret_that_cannot_be_used_stops_with_one_line(tmp_path, variable, content, expected):
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsFault, match=f"^{variable}_FILE is .*{expected}"):
        read(tmp_path, **{f"{variable}_FILE": str(file)})


@pytest.mark.parametrize("variable", SECRETS)
@pytest.mark.parametrize("secret", ["postgresql://u:PASSW0RD@h/d", "PASSW0RD" * 5, "/PASSW0RD" * 5, "/PASSW0RD"])
def test_a_secret_put_where_its_file_is_to_be_named_is_not_repeated(tmp_path, variable, secret):
    with pytest.raises(
        SettingsFault, match=f"^{variable}_FILE names no file .* cannot be read: No such file"
    ) as caught:
        read(tmp_path, **{f"{variable}_FILE": secret})
    assert "PASSW0RD" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_file_as_windows_editor_saves_it_holds_the_secret_alone(tmp_path):
    (tmp_path / "key").write_text(f"{KEY}\r\n", encoding="utf-8-sig")
    assert read(tmp_path, HAILONG_SECRET_KEY_FILE=str(tmp_path / "key")).secret_key == KEY.encode()


@pytest.mark.parametrize(("mode", "warned"), [(0o600, False), (0o640, False), (0o644, True), (0o602, True)])
def test_a_file_of_a_secret_that_everybody_may_open_is_told(tmp_path, caplog, mode, warned):
    file = tmp_path / "key"
    file.write_text(KEY)
    file.chmod(mode)
    read(tmp_path, HAILONG_SECRET_KEY_FILE=str(file))
    assert [f"chmod o= {file}" in record.message for record in caplog.records] == [True] * warned
    assert KEY not in caplog.text


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"HAILONG_OIDC_ISSUER": ""}, "HAILONG_OIDC_ISSUER is missing"),
        ({"HAILONG_OIDC_CLIENT_ID": ""}, "HAILONG_OIDC_CLIENT_ID is missing"),
        ({"HAILONG_OIDC_CLIENT_SECRET": ""}, "HAILONG_OIDC_CLIENT_SECRET is missing"),
        ({"HAILONG_OIDC_ISSUER": "http://sso.tinh.gov.vn"}, "expected https://HOST"),
        ({"HAILONG_OIDC_ISSUER": "https://me:pass@sso.tinh.gov.vn"}, "expected https://HOST"),
        ({"HAILONG_OIDC_ISSUER": "https://[abc"}, "expected https://HOST"),
        ({"HAILONG_OIDC_ISSUER": "https://sso.tinh.gov.vn?x=1"}, "expected https://HOST"),
        ({"HAILONG_OIDC_ISSUER": "sso.tinh.gov.vn"}, "expected https://HOST"),
    ],
)
def test_half_of_what_a_provinces_sign_in_needs_stops(tmp_path, changed, expected):
    whole = {"HAILONG_OIDC_ISSUER": "https://s", "HAILONG_OIDC_CLIENT_ID": "hailong", "HAILONG_OIDC_CLIENT_SECRET": "x"}
    with pytest.raises(SettingsFault, match=expected):
        read(tmp_path, **whole | changed)
    assert read(tmp_path, **whole).oidc.issuer == "https://s"


def test_a_postgresql_address_gets_its_driver(tmp_path):
    assert read(tmp_path, HAILONG_DATABASE_URL="postgresql://h/d").database_url == "postgresql+psycopg://h/d"


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("HAILONG_PORT", "eighty", "a whole number from 1 to 65535"),
        ("HAILONG_PORT", "70000", "a whole number from 1 to 65535"),
        ("HAILONG_PORT", "-1", "a whole number from 1 to 65535"),
        ("HAILONG_LOG_LEVEL", "loud", "one of critical, error, warning, info, debug"),
        ("HAILONG_DATABASE_URL", "mysql://h/d", "sqlite:///FILE or postgresql://"),
        ("HAILONG_PUBLIC_URL", "hailong.example", "https://HOST"),
        ("HAILONG_PUBLIC_URL", "https://hailong.example/form", "without a path"),
        ("HAILONG_PUBLIC_URL", "http://my_host:8000", "letters, digits, dots and hyphens"),
        ("HAILONG_PUBLIC_URL", "http://host:99999", "http://HOST:PORT"),
        ("HAILONG_PUBLIC_URL", "http://[abc", "http://HOST:PORT"),
        ("HAILONG_PUBLIC_URL", "http://[::1]:8000", "an IPv4 address"),
        ("HAILONG_HOST", "::1", "HAILONG_PUBLIC_URL beside it"),
        ("HAILONG_HOST", "my_host", "HAILONG_PUBLIC_URL beside it"),
        ("HAILONG_DATABASE_URL", "postgresql://me:secret@h:abc/d", "HOST:PORT/NAME"),
        ("HAILONG_DATABASE_URL", "sqlite:///", "sqlite:///FILE"),
        ("HAILONG_DATABASE_URL", "sqlite:///:memory:", "sqlite:///FILE"),
        ("HAILONG_DATABASE_URL", "sqlite:////srv/hailong.db?mode=ro", "without options"),
        ("HAILONG_PUBLIC_URL", "http://256.1.1.1", "an IPv4 address"),
        ("HAILONG_PUBLIC_URL", "https://a..b", "https://HOST"),
        ("HAILONG_PUBLIC_URL", "https://-a.vn", "https://HOST"),
        ("HAILONG_PUBLIC_URL", "http://0.0.0.0:8000", "https://HOST"),
        ("HAILONG_RATE_LIMIT", "0/minute", "such as 600/minute"),
        ("HAILONG_RATE_LIMIT", "600/0 minute", "such as 600/minute"),
        ("HAILONG_SECRET_KEY", " " * 40, "has 0 characters; expected at least 32"),
        ("HAILONG_METRICS_TOKEN", " " * 40, "has 0 characters; expected at least 32"),
        ("HAILONG_SECRET_KEY", "short", "at least 32"),
        ("HAILONG_SECRET_KEY_FILE", "/nowhere/key", "cannot be read"),
    ],
)
def test_a_wrong_value_stops_with_one_line_that_names_it(tmp_path, variable, value, expected):
    with pytest.raises(SettingsFault) as caught:
        read(tmp_path, **{variable: value})
    assert str(caught.value).startswith(variable)
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_ipv6_address_may_be_listened_on_beside_an_address_to_print(tmp_path):
    settings = read(tmp_path, HAILONG_HOST="::1", HAILONG_PUBLIC_URL="http://hailong.example")
    assert (settings.host, settings.loopback) == ("::1", False)
    assert read(tmp_path, HAILONG_HOST="::").public_url == "http://127.0.0.1:8000"


@pytest.mark.parametrize(("kept", "expected"), [(b"", "0 characters"), (b"\xff\xfe", "other than ASCII")])
def test_a_spoiled_key_stops_with_one_line_that_names_the_file(tmp_path, kept, expected):
    (tmp_path / "secret.key").write_bytes(kept)
    with pytest.raises(SettingsFault, match=expected) as caught:
        read(tmp_path)
    assert str(caught.value).startswith(str(tmp_path / "secret.key"))
    assert "\n" not in str(caught.value)


def test_starts_at_the_same_time_agree_on_one_key_and_leave_nothing_else(tmp_path):
    folder = tmp_path / "var"
    with ThreadPoolExecutor(8) as starts:
        keys = set(starts.map(lambda _: read(folder).secret_key, range(64)))
    assert len(keys) == 1
    assert [file.name for file in folder.iterdir()] == ["secret.key"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_data_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsFault, match="HAILONG_DATA_DIR"):
        read_settings({"HAILONG_DATA_DIR": str(tmp_path / "file" / "var")})


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HAILONG_DATABASE_URL", "oracle://me:secret@h/d"),
        ("HAILONG_DATABASE_URL", "host=db user=hailong password=secret"),
        ("HAILONG_DATABASE_URL", "secret"),
        ("HAILONG_DATABASE_URL", "secret:x"),
        ("HAILONG_DATABASE_URL", "password=secret://"),
        ("HAILONG_DATABASE_URL", "postgresql://me:secret@h:abc/d"),
        ("HAILONG_PUBLIC_URL", "http://me:secret@h"),
    ],
)
def test_a_password_is_not_repeated(tmp_path, variable, value):
    with pytest.raises(SettingsFault) as caught:
        read(tmp_path, **{variable: value})
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("text", ["một\nhai", "x" * 201])
def test_who_is_responsible_is_one_line(tmp_path, text):
    assert read(tmp_path, HAILONG_RESPONSIBLE=" Văn phòng HĐND và UBND xã ").responsible == "Văn phòng HĐND và UBND xã"
    with pytest.raises(SettingsFault, match=r"HAILONG_RESPONSIBLE has .* expected one line of at most 200"):
        read(tmp_path, HAILONG_RESPONSIBLE=text)
