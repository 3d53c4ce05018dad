"""Channels and flags in words and in a picture, made by hand."""

import pytest

from dashboards.channel_words import channel_name, channel_rows, channels_sentence, doubt_sentence, flag_name
from dashboards.data import ChannelResult, DoubtResult
from dashboards.figures.channel_dots import draw_channels
from dashboards.theme import theme_of
from scoring import load_edition, wilson
from survey_app.channel import CHANNELS
from survey_app.integrity import FLAGS

POSTER, CARD = ChannelResult("poster", 120, wilson(95, 100)), ChannelResult("card", 205, wilson(160, 200))
NOBODY = ChannelResult("tablet", 4, wilson(0, 0))


def doubt(**changes):
    values = {"over": 200, "left_out": 12, "flags": {"burst": 10, "too_fast": 4, "all_alike": 30}}
    values |= {"leaves_out": ("burst", "too_fast"), "without": wilson(150, 188), "with_": wilson(162, 200)}
    return DoubtResult(**values | changes)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_channel_and_flag_has_a_name(language):
    assert len({channel_name(channel, language) for channel in CHANNELS}) == len(CHANNELS)
    assert len({flag_name(flag, language) for flag in FLAGS}) == len(FLAGS)


def test_channels_that_clearly_differ_are_said_to():
    assert "clearly differ" in channels_sentence([POSTER, CARD, NOBODY], "en")
    assert "clearly differ" not in channels_sentence([POSTER, ChannelResult("card", 9, wilson(93, 100))], "en")


def test_a_channel_of_too_few_answers_has_words_and_no_number():
    assert channel_rows([NOBODY], "vi") == [("Máy tính bảng dùng chung", "4", "chưa đủ dữ liệu")]
    assert "Chưa kênh nào có đủ lượt đánh giá để hiện." in channels_sentence([NOBODY], "vi")


def test_the_picture_has_each_channel_with_its_interval_and_n():
    figure = draw_channels([POSTER, CARD, NOBODY], theme_of("light"), "vi")
    dots = figure.data[0]
    assert list(dots.x) == [0.95, 0.8]
    assert dots.error_x.array[1] == pytest.approx(CARD.index.high - 0.8)
    words = " ".join(note.text for note in figure.layout.annotations)
    assert "n = 100" in words
    assert "Thẻ biên nhận" in words
    low = min(POSTER.index.low, CARD.index.low)
    assert figure.layout.xaxis.range[0] == pytest.approx(low - 0.02)
    assert figure.layout.xaxis.title.text.startswith("⌇ Trục ngang bắt đầu từ")


def test_what_is_left_out_is_said_with_reason_share_and_effect():
    text = doubt_sentence(doubt(), "vi").replace("\u00a0", " ")
    assert (
        "Trong các tháng đã hết, 12 phiếu (6,0 %) có cờ nên không tính vào chỉ số: trả lời quá nhanh 4, quá nhiều phiếu một lúc ở một quầy 10."
        in text
    )
    assert "Nếu tính cả: 81,0 % (75,0–85,8) thay vì 79,8 % (73,5–84,9)." in text
    assert "Có cờ nhưng vẫn tính: mọi câu cùng một mức 30." in text


def test_no_flags_and_too_few_to_compare_are_said_without_numbers():
    assert (
        doubt_sentence(doubt(left_out=0, flags={}), "en")
        == "In the months that are over no answer bears a flag of doubt."
    )
    assert "Nếu tính cả" not in doubt_sentence(doubt(with_=wilson(0, 0)), "vi")


def test_the_satisfaction_edition_names_flags_that_there_are():
    assert set(load_edition("sipas-2017").leaves_out) <= set(FLAGS)
    assert load_edition("thi-dua-2026-mau").leaves_out == load_edition("sipas-2017").leaves_out
