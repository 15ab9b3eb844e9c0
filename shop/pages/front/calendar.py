"""A calendar file (RFC 5545) that reminds once a day, in words that say nothing of a body."""

import uuid
from datetime import datetime, time, timedelta

from shop.state import here

AT = time(18)  # in the evening; whoever likes another time moves it in their own calendar
MINUTES = 10
WORDS = "Ten minutes for yourself"


def daily(times: int, *, at: datetime) -> str:
    """So many days in a row from tomorrow on. It has no link: a calendar is often shared."""
    tomorrow = at.astimezone(here().settings.zone).date() + timedelta(days=1)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Sorespot//Reminders//EN",
        "BEGIN:VEVENT",
        f"UID:{uuid.uuid4()}",
        f"DTSTAMP:{at:%Y%m%dT%H%M%SZ}",
        f"DTSTART:{datetime.combine(tomorrow, AT):%Y%m%dT%H%M%S}",
        f"DURATION:PT{MINUTES}M",
        f"RRULE:FREQ=DAILY;COUNT={times}",
        f"SUMMARY:{WORDS}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{WORDS}",
        "TRIGGER:PT0M",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "\r\n".join([*lines, ""])
