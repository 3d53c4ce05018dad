"""From a one-stop system's export to the committee's sentence and its picture, in a real browser on a real server."""

import csv
import json
import signal
import subprocess
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import pytest

from scoring import WorkingCalendar
from tests.conftest import ROOT, own_environment, shipped_catalogue, wait_for
from tests.survey_app.conftest import PASSWORD

TREATED = ("tuy-phuoc.phuoc-nghia", "tuy-phuoc.phuoc-quang")
START = date(2024, 3, 1)


def write_export(path: Path) -> int:
    """Dossiers of thirteen communes, March 2023 to September 2024: two finish an hour sooner from 1/3/2024 on."""
    chance, calendar = np.random.default_rng(1), WorkingCalendar()
    units = sorted(unit.code for unit in shipped_catalogue().units if unit.parent == "tuy-phuoc")
    days = [date(2023, 3, 1) + timedelta(days=n) for n in range(579)]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(
            ["Mã hồ sơ", "Đơn vị", "Họ tên", "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày có kết quả", "Hình thức nộp"]
        )
        number = 0
        for unit in units:
            level = chance.normal(2.5, 0.2)
            for day in filter(calendar.is_working_day, days):
                number += 1
                sooner = 1.0 if unit in TREATED and day >= START else 0.0
                received = datetime.combine(day, time(7, 31 + int(chance.integers(20))))
                finished = received + timedelta(minutes=round(60 * max(level - sooner + chance.normal(0, 0.3), 0.2)))
                told = (f"{moment:%d/%m/%Y %H:%M}" for moment in (received, received.replace(hour=17), finished))
                rows.writerow([f"H{number}", unit, "Nguyễn Văn A", *told, "Trực tiếp"])
    return number


@pytest.fixture
def office(tmp_path, free_port):
    """A server on what the documents say and an account of the home affairs office; its address and environment."""
    environment = own_environment(HAILONG_DATA_DIR=str(tmp_path / "data"), HAILONG_PORT=str(free_port))

    def command(*words: str) -> str:
        call = [sys.executable, "-m", "survey_app", *words]
        return subprocess.run(call, env=environment, cwd=ROOT, check=True, capture_output=True, text=True).stdout

    (tmp_path / "password.txt").write_text(PASSWORD, encoding="utf-8")
    command("init")
    command("user", "add", "noi-vu", "--role", "home_affairs", "--password-file", str(tmp_path / "password.txt"))
    server = subprocess.Popen([sys.executable, "-m", "survey_app", "serve"], env=environment, cwd=ROOT)
    address = f"http://127.0.0.1:{free_port}"
    try:
        wait_for(f"{address}/health", server)
        yield address, command
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)


def test_from_an_export_to_the_sentence_and_the_picture_of_a_pilot(office, browser, tmp_path):
    address, command = office
    written = write_export(tmp_path / "ho-so.csv")
    page = browser.new_context(accept_downloads=True, viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{address}/sign-in")
    page.fill("[name=name]", "noi-vu")
    page.fill("[name=password]", PASSWORD)
    page.click("button[type=submit], form button")
    page.goto(f"{address}/office/dossiers")
    page.fill("#new_source", "mot-cua")
    page.set_input_files("#file", tmp_path / "ho-so.csv")
    page.get_by_role("button", name="Xem tệp").click()
    page.get_by_role("button", name="Nhập").first.click()
    page.locator("p[role=status]").wait_for()
    assert f"{written:,}".replace(",", ".") in page.inner_text("p[role=status]")
    assert "Nguyễn" not in page.content()

    page.goto(f"{address}/dashboards/pilot?outcome=waiting_hours")
    verdict = page.locator(".st-key-verdict h1").first
    verdict.wait_for(timeout=60_000)
    said = verdict.inner_text()
    assert said.startswith("Ở 2 đơn vị thí điểm, thời gian giải quyết trung bình")
    assert "giảm" in said
    assert "hoán vị trong 78 cách chọn, p = 0,013" in said

    figure = page.locator(".js-plotly-plot").first
    figure.hover()
    with page.expect_download() as waiting:
        figure.locator(".modebar-btn").first.click()
    picture = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert picture.startswith("<svg")
    assert "So sánh: 11 đơn vị" in picture

    told = json.loads(command("pilot", "effect", "hanh-chinh-phuc-vu", "--outcome", "waiting_hours", "--json"))
    assert (told["verdict"], told["candidates"]) == ("fell", 78)
    assert told["difference"] == pytest.approx(-1.0, abs=0.1)
    assert said in told["sentence"]
    assert {each["code"] for each in told["threats"]} >= {"displacement", "crowding_out", "not_by_lot"}
    after = [each["treated"]["value"] for each in told["monthly"] if each["month"] >= "2024-03"]
    before = [each["treated"]["value"] for each in told["monthly"] if each["month"] < "2024-03"]
    others = [each["comparison"]["value"] for each in told["monthly"]]
    change = np.mean(after) - np.mean(before) - (np.mean(others[len(before) :]) - np.mean(others[: len(before)]))
    assert change == pytest.approx(told["difference"], abs=1e-9)  # anybody can work it out again from what is told
    assert told["textbook"]["few"]
    assert "Các cách so sánh" in command("pilot", "effect", "hanh-chinh-phuc-vu")
