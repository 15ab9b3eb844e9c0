"""Days and times as people read them, by the business's clock."""

from datetime import date, datetime

from babel.dates import format_date, format_datetime

from shop.state import here

_LOCALE = "en_GB"


def day_in_words(day: date) -> str:
    """Wednesday 3 June 2026."""
    return format_date(day, "EEEE d MMMM y", locale=_LOCALE)


def time_in_words(moment: datetime, *, with_day: bool = False) -> str:
    """2:30pm, or 3 June 2026, 2:30pm, by the business's clock."""
    pattern = "d MMMM y, h:mma" if with_day else "h:mma"
    return format_datetime(moment, pattern, tzinfo=here().settings.zone, locale=_LOCALE)
