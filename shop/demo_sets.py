"""The demo's sets of products: two, so that there is one with three parts to see."""

from datetime import datetime

from sqlalchemy.orm import Session

from shop import sets

SETS = (
    ("SET-START", "Starter set", {"BALL-65-S": 1, "ROLL-45-S": 1}, 1750,
     "Two soft tools to begin with: a ball for a small area and a roller for a large one."),
    ("SET-SOFT", "Soft ball set", {"BALL-90-S": 1, "SPIKY-70-S": 1, "PEANUT-65-S": 1}, 2150,
     "Three soft balls of different shapes, to find out which one you like."),
)  # fmt: skip


def fill(work: Session, *, by: str, at: datetime) -> None:
    """Make both, after the demo's sales: those were of single products."""
    for code, name, parts, pence, summary in SETS:
        sets.make(work, code, name, parts, price_pence=pence, summary=summary, by=by, at=at)
