"""A page that fails tells its reader what to do, and nothing of the inside."""

from survey_app.db import open_database
from tests.survey_app.conftest import PASSWORD, record_staff
from tests.survey_app.test_cli import serving


def test_a_page_that_fails_says_what_to_do_in_both_languages(browser, tmp_path):
    with serving(tmp_path) as (address, said):
        engine = open_database(f"sqlite:///{tmp_path}/hailong.db")
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE service_measure")
        record_staff(engine, {"ban-chi-dao": ("committee", None)})
        engine.dispose()
        page = browser.new_page()
        page.goto(f"{address}/dashboards/")
        page.locator("[name=name]").fill("ban-chi-dao")
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main button").click()
        failure = page.get_by_text("Trang này gặp lỗi").first
        failure.wait_for(timeout=60_000)
        shown = page.inner_text("body")
        page.close()
    assert "This page failed" in shown
    for inside in ("service_measure", "Traceback", "sqlite", "ChatGPT"):
        assert inside not in shown
    assert "service_measure" in said[0]
