"""The time: the one place that asks the machine, and the business's own days."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def now() -> datetime:
    return datetime.now(UTC)


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """The business day a moment falls in."""
    return moment.astimezone(zone).date()


def bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """First moment of a business day and of the next: 23, 24 or 25 hours apart."""
    start, end = (datetime.combine(d, time(), zone) for d in (day, day + timedelta(days=1)))
    return start.astimezone(UTC), end.astimezone(UTC)
