"""An office's first morning in a real browser: from an empty folder to a poster, a scan, an answer, and a unit that sees its own."""

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pypdfium2
import pytest
import xlsxwriter
import zxingcpp

from tests.conftest import PUBLIC_NAME, ROOT, own_environment, wait_for, wait_until_drawn

CHOSEN = "bốn từ dễ nhớ đây"
UNITS = [
    ("Tên", "Loại", "Mã chính thức", "Đơn vị cấp trên", "Từ ngày"),
    ("Đồng Tháp", "tỉnh", "82", "", "01/07/2025"),
    ("Tân Hồng", "xã", "29926", "tỉnh Đồng Tháp", "01/07/2025"),
    ("Tân Thành", "xã", "29938", "tỉnh Đồng Tháp", "01/07/2025"),
]
DESKS = [
    ("Đơn vị", "Tên quầy", "Nơi đặt", "Lĩnh vực"),
    ("xã Tân Hồng", "Quầy 1 – Hộ tịch", "Trung tâm Phục vụ hành chính công", "Hộ tịch"),
    ("xã Tân Hồng", "Quầy 2 – Đất đai", "Trung tâm Phục vụ hành chính công", "Đất đai"),
    ("xã Tân Thành", "Quầy 1 – Một cửa", "Trung tâm Phục vụ hành chính công", "Hộ tịch; Chứng thực"),
]
PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}


def write_workbook(path: Path, rows):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


@pytest.fixture
def served(tmp_path, free_port):
    """`hailong serve` on an empty folder, nothing else: its address, and what it says on the terminal."""
    said = tmp_path / "said.txt"
    environment = own_environment(
        HAILONG_DATA_DIR=str(tmp_path / "data"),
        HAILONG_PORT=str(free_port),
        HAILONG_PUBLIC_URL=f"http://{PUBLIC_NAME}:{free_port}",
        PYTHONUNBUFFERED="1",
    )
    with said.open("w") as out:
        server = subprocess.Popen([sys.executable, "-m", "survey_app", "serve"], env=environment, cwd=ROOT, stdout=out)
    wait_for(f"http://127.0.0.1:{free_port}/health", server)
    yield f"http://{PUBLIC_NAME}:{free_port}", said
    server.send_signal(signal.SIGINT)
    server.wait(timeout=30)


@pytest.fixture
def people(browser):
    """Browsers of people that know nothing of one another: `people(**device)` opens a page."""
    opened = []

    def one(**device):
        opened.append(browser.new_context(**device))
        return opened[-1].new_page()

    yield one
    for context in opened:
        context.close()


def press(page, words):
    page.get_by_role("button", name=words).click()


def import_workbook(page, kind, path):
    """Bring a file, look at what it would change, import it."""
    page.get_by_role("link", name=re.compile(kind)).first.click()
    page.locator("[type=file]").set_input_files(path)
    press(page, "Xem tệp")
    press(page, re.compile(r"Nhập \d+ mục"))
    page.get_by_role("heading", name="Đã nhập").wait_for()


def decode(pdf: bytes):
    """What a phone reads from each page of a printed sheet, at 200 dpi."""
    pages = (page.render(scale=200 / 72).to_pil() for page in pypdfium2.PdfDocument(pdf))
    return [zxingcpp.read_barcodes(page)[0].text for page in pages]


def read_dashboards(page, address):
    page.goto(address)
    wait_until_drawn(page)
    return page.locator("body").inner_text()


def test_from_an_empty_folder_to_a_poster_a_scan_an_answer_and_a_unit_that_sees_its_own(served, people, tmp_path):
    base, said = served
    code = re.search(r"code ([0-9A-Z-]{14})", said.read_text())[1]

    clerk = people()
    clerk.goto(base)
    clerk.goto(f"{base}/office/")
    clerk.get_by_role("heading", name="Bắt đầu").wait_for()  # nobody has an account yet
    for field, typed in (
        ("code", code),
        ("name", "quan-tri"),
        ("shown_name", "Lê Văn Tám"),
        ("password", CHOSEN),
        ("again", CHOSEN),
    ):
        clerk.locator(f"[name={field}]").fill(typed)
    press(clerk, "Lập tài khoản và vào")
    clerk.wait_for_url("**/office/**")

    clerk.goto(f"{base}/office/register")
    import_workbook(clerk, "Đơn vị", write_workbook(tmp_path / "don-vi.xlsx", UNITS))
    clerk.goto(f"{base}/office/register")
    import_workbook(clerk, "Quầy", write_workbook(tmp_path / "quay.xlsx", DESKS))
    clerk.get_by_role("link", name="Cấp mã và in áp phích").click()
    clerk.locator("select#unit").select_option(label="xã Tân Hồng")
    press(clerk, "Xem")
    press(clerk, "Cấp mã cho mọi quầy")
    with clerk.expect_download() as printed:
        clerk.get_by_role("link", name="A5").click()
    addresses = decode(Path(printed.value.path()).read_bytes())
    assert len(set(addresses)) == 2

    citizen = people(**PHONE)
    citizen.goto(addresses[0].lower().replace("/r/", "/R/"))
    assert "Tân Hồng" in citizen.locator("body").inner_text()
    citizen.locator("label.face, .faces label").first.click()
    citizen.locator("form button").first.click()
    citizen.get_by_text("Cảm ơn ông/bà").first.wait_for()

    clerk.goto(f"{base}/office/accounts")
    for field, typed in (("name", "tan-thanh"), ("shown_name", "Nguyễn Thị Hoa")):
        clerk.locator(f"main [name={field}]").fill(typed)
    clerk.locator("main [name=unit]").select_option(label="xã Tân Thành")
    clerk.locator("[name=role]").select_option("unit")
    press(clerk, "Lập tài khoản và tạo mã mời")
    invitation = clerk.locator(".copied").inner_text()

    reader = people()
    reader.goto(invitation)
    for field in ("password", "again"):
        reader.locator(f"[name={field}]").fill(CHOSEN)
    reader.locator("main form button").click()
    reader.wait_for_url("**/office/**")
    shown = read_dashboards(reader, f"{base}/dashboards/units?place=all&unit=xa.29926")
    assert "xã Tân Thành" in shown
    assert "Tân Hồng" not in shown
    assert "Hôm nay đã nhận 0 lượt đánh giá." in shown

    until = time.monotonic() + 60
    while "Hôm nay đã nhận 1 lượt đánh giá." not in (
        told := read_dashboards(clerk, f"{base}/dashboards/units?place=all")
    ):
        assert time.monotonic() < until, told
    assert "xã Tân Hồng" in told
