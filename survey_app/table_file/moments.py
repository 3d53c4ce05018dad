"""Days and times of day as exports write them, column by column."""

import polars as pl

from survey_app.zone import ZONE

_DAY_FIRST = r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})"
_YEAR_FIRST = r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"
_CLOCK = r"(?:(?:T|[ ,]+)(?P<hour>\d{1,2})[:hHgG](?P<minute>\d{2})?(?::(?P<second>\d{2})(?:[.,]\d+)?)?\s?(?P<half>SA|CH|AM|PM)?)?"
_OFFSET = r"\s?(?P<offset>Z|[+-]\d{2}:?\d{2})?"
_SHAPES = (f"^{_DAY_FIRST}{_CLOCK}$", f"^{_YEAR_FIRST}{_CLOCK}{_OFFSET}$")
_CLOCK_FIRST = r"^(\d{1,2}[:hHgG]\d{2}(?::\d{2})?)\s?,?\s?(?:ngày )?(\d{1,2}[/.-]\d{1,2}[/.-]\d{4})$"
_SERIAL = r"^[2-7]\d{4}(?:[.,]\d+)?$"
"""Days since 30/12/1899, as spreadsheets count: 1954 to 2119."""
DAY_SECONDS = 24 * 3600
NOON = 12


def parse_moments(text: pl.Series) -> pl.DataFrame:
    """What a column of text says of days and times.

    dd/mm/yyyy or yyyy-mm-dd, one digit or two, with `/`, `-` or `.`; hh:mm or hh:mm:ss after it (or before it), 24 hours or
    SA/CH/AM/PM; an offset from UTC after an ISO date; or a spreadsheet's serial number. Without an offset it is the time in
    Viet Nam.

    Returns:
        `seconds`: since 1/1/1970 UTC, of the day's start where no time is told; null where there is no such day.
        `timed`: whether a time of day is told; 00:00 is none, for many exports print it after every day.
    """
    turned = text.str.replace(_CLOCK_FIRST, "$2 $1")
    frames = [
        turned.to_frame("text").select(pl.col("text").str.extract_groups(shape)).unnest("text") for shape in _SHAPES
    ]
    first, second = frames[0].with_columns(offset=pl.lit(None, pl.String)), frames[1]
    names = ("year", "month", "day", "hour", "minute", "second", "half", "offset")
    parts = pl.DataFrame({name: first[name].zip_with(first["year"].is_not_null(), second[name]) for name in names})
    serial = _serials(turned)
    read = parts.select(seconds=_seconds(), timed=_told())
    return read.with_columns(
        seconds=pl.coalesce(read["seconds"], serial["seconds"]),
        timed=read["timed"].fill_null(value=False) | serial["timed"].fill_null(value=False),
    )


def _seconds() -> pl.Expr:
    """Seconds of the parts; null where there is no such day or time."""
    hour = pl.col("hour").cast(pl.Int64).fill_null(0)
    half = pl.col("half").str.to_uppercase()
    afternoon, morning = half.is_in(["CH", "PM"]), half.is_in(["SA", "AM"])
    hour = pl.when(afternoon & (hour < NOON)).then(hour + NOON).when(morning & (hour == NOON)).then(0).otherwise(hour)
    minute = pl.col("minute").cast(pl.Int64).fill_null(0)
    second = pl.col("second").cast(pl.Int64).fill_null(0)
    day = pl.concat_str(
        [pl.col("year"), pl.col("month").str.zfill(2), pl.col("day").str.zfill(2)], separator="-"
    ).str.to_date("%Y-%m-%d", strict=False)
    told = (hour < 24) & (minute < 60) & (second < 60)  # noqa: PLR2004 - of a clock
    local = day.cast(pl.Datetime("us")) + pl.duration(hours=hour, minutes=minute, seconds=second)
    here = local.dt.replace_time_zone(ZONE.key, ambiguous="earliest", non_existent="null").dt.epoch("s")
    away = local.dt.replace_time_zone("UTC").dt.epoch("s") - _offset()
    return pl.when(told).then(pl.when(pl.col("offset").is_null()).then(here).otherwise(away))


def _told() -> pl.Expr:
    parts = (pl.col(name).cast(pl.Int64).fill_null(0) > 0 for name in ("hour", "minute", "second"))
    return pl.any_horizontal(*parts)


def _offset() -> pl.Expr:
    """Seconds ahead of UTC."""
    digits = pl.col("offset").str.replace_all(":", "")
    ahead = digits.str.slice(1, 2).cast(pl.Int64, strict=False) * 3600
    ahead += digits.str.slice(3, 2).cast(pl.Int64, strict=False) * 60
    sign = pl.when(digits.str.starts_with("-")).then(-1).otherwise(1)
    return pl.when(digits == "Z").then(0).otherwise(sign * ahead)


def _serials(text: pl.Series) -> pl.DataFrame:
    told = text.str.contains(_SERIAL)
    days = text.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    whole = days.floor()
    seconds = ((days - whole) * 86_400).round()
    local = ((whole - 25_569) * 86_400 + seconds).cast(pl.Int64, strict=False)
    here = pl.from_epoch(local, time_unit="s").dt.replace_time_zone(ZONE.key, ambiguous="earliest", non_existent="null")
    return pl.DataFrame({"seconds": here.dt.epoch("s"), "timed": seconds > 0}).with_columns(
        pl.when(told).then(pl.all())
    )
