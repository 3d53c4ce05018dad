"""Words of exports for channels, for yes and no."""

from collections.abc import Mapping

from survey_app.table_file.words import without_accents

CHANNELS = ("counter", "online", "post")
_COUNTER = (
    "counter", "trực tiếp", "nộp trực tiếp", "nhận trực tiếp", "trả trực tiếp", "tại quầy", "tại bộ phận một cửa",
    "tại một cửa", "một cửa", "trực tiếp tại bộ phận một cửa", "tại trung tâm phục vụ hành chính công", "tại nơi tiếp nhận",
    "tiếp nhận trực tiếp", "direct", "in person", "at the counter",
)  # fmt: skip
_ONLINE = (
    "online", "trực tuyến", "nộp trực tuyến", "qua mạng", "qua internet", "dịch vụ công", "dịch vụ công trực tuyến",
    "cổng dịch vụ công", "cổng dịch vụ công quốc gia", "cổng dvc quốc gia", "dvc", "dvcqg", "dvctt", "bản điện tử",
    "kết quả điện tử", "nhận trực tuyến", "trả trực tuyến", "điện tử", "electronic",
)  # fmt: skip
_POST = (
    "post", "bưu chính", "bưu điện", "bưu chính công ích", "bcci", "dịch vụ bưu chính", "dịch vụ bưu chính công ích",
    "qua bưu điện", "qua bưu chính", "qua dịch vụ bưu chính công ích", "mail", "by post", "postal",
)  # fmt: skip
CHANNEL_WORDS: Mapping[str, str] = {
    without_accents(word): channel
    for channel, words in (("counter", _COUNTER), ("online", _ONLINE), ("post", _POST))
    for word in words
}
"""A word without its accents → counter, online or post."""

_YES = (
    "có", "x", "1", "true", "yes", "y", "đã", "đúng", "rồi", "đã thanh toán", "đã thanh toán trực tuyến", "đã nộp", "đã số hóa",
    "đã số hóa hồ sơ", "trực tuyến", "thanh toán trực tuyến", "online", "số hóa",
)  # fmt: skip
_NO = (
    "không", "0", "false", "no", "n", "chưa", "sai", "chưa thanh toán", "chưa số hóa", "không số hóa", "không thanh toán",
    "trực tiếp", "thanh toán trực tiếp", "tiền mặt", "không trực tuyến",
)  # fmt: skip
FLAG_WORDS: Mapping[str, str] = {
    without_accents(word): told for told, words in (("yes", _YES), ("no", _NO)) for word in words
}
"""A word without its accents → yes or no."""
