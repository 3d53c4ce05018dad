"""A form that comes back with what is wrong: seen and heard at once, and in the other language too."""

import re

import pytest

from tests.survey_app.conftest import form_token, record_staff, sign_in

ON_SQLITE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
ALERT = '<div class="faults" role="alert" tabindex="-1" autofocus'


def posted(office, path, **fields):
    return office.client.post(path, data={"form_token": form_token(office.client)} | fields, follow_redirects=False)


@ON_SQLITE
@pytest.mark.parametrize(
    ("name", "path", "first"), [("noi-vu", "/office/units", "code"), ("quan-tri", "/office/accounts", "name")]
)
def test_faults_of_a_form_below_a_list_stand_above_it_with_the_form_and_take_the_focus(office, name, path, first):
    record_staff(office.engine)
    sign_in(office.client, name)
    page = office.client.get(path).text
    assert page.index("<table>") < page.index(f'<input id="{first}"')
    assert "<title>Lỗi:" not in page
    refused = posted(office, path, **{first: "có dấu cách"})
    page = refused.text
    assert refused.status_code == 422
    assert page.index("<h1>") < page.index(ALERT) < page.index(f'<input id="{first}"') < page.index("<table>")
    assert page.count("autofocus") == 1
    assert re.search(r"<title>Lỗi: (Các đơn vị|Tài khoản) – Hài Lòng</title>", page)


def languages(page):
    return re.findall(r'<a href="([^"]*)" lang="en" hreflang="en">', page)


@ON_SQLITE
def test_a_page_that_answers_a_form_leads_to_the_other_language(office):
    record_staff(office.engine)
    assert languages(sign_in(office.client, "noi-vu", "sai").text) == ["/sign-in?lang=en"]
    assert languages(office.client.post("/invitation", data={"code": "AB12"}).text) == ["/invitation?lang=en"]
    sign_in(office.client, "noi-vu")
    for path, leads in (
        ("/office/units", "/office/units"),
        ("/office/units/xa.29926", "/office/units/xa.29926"),
        ("/office/units/xa.29926/change", "/office/units/xa.29926"),
        ("/office/desks/xa.29926.1/close", "/office/desks/xa.29926.1"),
        ("/office/cards", "/office/cards"),
        ("/office/codes", "/office/codes"),
        ("/office/me/password", "/office/me"),
    ):
        page = posted(office, path).text
        assert languages(page) == [f"{leads}?lang=en"], path
        assert office.client.get(leads).status_code == 200


@ON_SQLITE
def test_what_is_shown_once_has_no_link_by_which_it_would_be_lost(office):
    record_staff(office.engine)
    sign_in(office.client, "quan-tri")
    page = posted(office, "/office/accounts", name="lan.tran", role="committee").text
    assert "/invitation/" in page
    assert languages(page) == []
