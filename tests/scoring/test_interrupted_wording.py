from dataclasses import replace

from scoring.estimate import Estimate
from scoring.interrupted import interrupted_series
from scoring.interrupted_wording import series_sentence
from scoring.outcome import ON_TIME_SHARE
from tests.scoring.test_effect import STARTED
from tests.scoring.test_interrupted import DESIGN, panel_of

SERIES = replace(
    interrupted_series(panel_of(0.5 + 0.1 * STARTED), DESIGN, at_least=10),
    jump=Estimate(0.04, -0.01, 0.09, 900),
    end=Estimate(-0.02, -0.06, 0.02, 900),
)


def test_a_series_is_described_and_not_called_an_effect():
    assert series_sentence(SERIES, "vi") == (
        "Không còn đơn vị nào để so sánh. Ở 3 đơn vị thí điểm, so với đường xu hướng trước đó kéo dài, tỷ lệ hài lòng ở "
        "tháng đầu sau khi bắt đầu chênh +4,0 điểm phần trăm (khoảng 95 %: từ −1,0 đến 9,0), ở tháng cuối chênh −2,0 điểm "
        "phần trăm (khoảng 95 %: từ −6,0 đến 2,0). Đây là mô tả một chuỗi số, không loại trừ được nguyên nhân khác xảy ra "
        "cùng lúc, nên không phải tác dụng của mô hình. Chưa đủ hai năm số liệu nên chưa tách được mùa vụ."
    )
    assert "so it is not the pilot's effect. With less than two years" in series_sentence(SERIES, "en")
    assert series_sentence(replace(SERIES, seasonal=True), "en").endswith("so it is not the pilot's effect.")
    assert "In 3 pilot units, against the earlier trend" in series_sentence(SERIES, "en")


def test_too_few_months_say_how_many_it_takes():
    short = interrupted_series(panel_of(0.5 + 0.1 * STARTED, n=5), DESIGN, at_least=10)

    assert series_sentence(short, "vi", outcome=ON_TIME_SHARE).endswith("các đơn vị thí điểm cũng có đủ hồ sơ.")
    assert series_sentence(short, "en").startswith("Not enough data: it takes at least 6 months before and 3 after")


def test_lines_that_leave_nothing_to_judge_by_have_no_interval():
    exact = interrupted_series(panel_of(0.5 + 0.1 * STARTED), DESIGN, at_least=10)

    assert "khoảng" not in series_sentence(exact, "vi")
