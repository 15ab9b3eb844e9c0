"""Z reports: what a till session came to, numbered per clinic without a gap, and never changed.

The figures are frozen with the number. `flask shop verify` holds them to the payments, refunds and
moves of cash that name the session.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import cash_counts, failpoints, numbers, sites, takings, till
from shop.cash_counts import Occasion
from shop.db import Base, BigId, UTCTime, table_of, whole
from shop.errors import NotFound, Unreadable
from shop.money import MOST_PENCE
from shop.takings import Takings

LONGEST_NOTE = 200  # characters
_MOST_TAKEN = 2_000_000_000  # pence, in one session


class ZReport(Base):
    """`CAM-Z12` is prefix and serial. `variance_pence` is what was counted less what should be."""

    __tablename__ = "shop_z_report"
    __table_args__ = (
        UniqueConstraint("site", "serial"),
        whole("serial", 1, 999_999_999),
        whole("float_pence", 0, MOST_PENCE),
        whole("cash_in_pence", 0, _MOST_TAKEN),
        whole("cash_out_pence", 0, _MOST_TAKEN),
        whole("expected_pence", -_MOST_TAKEN, _MOST_TAKEN),
        whole("counted_pence", 0, MOST_PENCE),
        CheckConstraint("variance_pence = counted_pence - expected_pence", name="variance_is"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    site: Mapped[str] = mapped_column(ForeignKey("shop_site.id"))
    serial: Mapped[int]
    number: Mapped[str] = mapped_column(unique=True)
    session_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_till_session.id"), unique=True)
    float_pence: Mapped[int]
    cash_in_pence: Mapped[int]
    cash_out_pence: Mapped[int]
    expected_pence: Mapped[int]
    counted_pence: Mapped[int]
    variance_pence: Mapped[int]
    note: Mapped[str]
    issued_by: Mapped[str]
    issued_at: Mapped[datetime] = mapped_column(UTCTime)


class ZLine(Base):
    """What came in and went back in one way of paying."""

    __tablename__ = "shop_z_line"
    __table_args__ = tuple(
        whole(column, 0, _MOST_TAKEN)
        for column in ("sales", "sales_pence", "refunds", "refunds_pence")
    )

    z_report_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("shop_z_report.id"), primary_key=True, autoincrement=False
    )
    method: Mapped[str] = mapped_column(primary_key=True)
    sales: Mapped[int]
    sales_pence: Mapped[int]
    refunds: Mapped[int]
    refunds_pence: Mapped[int]


def series(site_id: str) -> str:
    return f"z:{site_id}"


def close(
    work: Session,
    session_id: int,
    pieces: Mapping[int, int],
    *,
    note: str = "",
    by: str,
    at: datetime,
) -> ZReport:
    """Close a session with what was counted in its drawer, and number its report.

    Whatever is being sold from it is in the report, or refused: the session is locked first.
    Raises TillClosed for one that is closed already; nothing is kept then.
    """
    session, counted = till.locked(work, session_id), cash_counts.total(pieces)
    if len(note) > LONGEST_NOTE:
        raise Unreadable(f"A note has at most {LONGEST_NOTE} characters.")
    cash_counts.write(work, session.id, Occasion.CLOSED, pieces)
    figures = takings.of_session(work, session)
    till.close(work, session, by=by, at=at)
    failpoints.reached("till.before_close", work)
    prefix = sites.get(work, session.site).receipt_prefix
    serial = numbers.take(work, series(session.site))
    report = ZReport(
        site=session.site,
        serial=serial,
        number=f"{prefix}-Z{serial}",
        session_id=session.id,
        **_drawer(figures, counted),
        note=note,
        issued_by=by,
        issued_at=at,
    )
    work.add(report)
    work.flush()
    failpoints.reached("till.after_number", work)
    _write_lines(work, report, figures)
    return report


def _drawer(figures: Takings, counted_pence: int) -> dict[str, int]:
    """The drawer's figures, as they are frozen."""
    return {
        "float_pence": figures.float_pence,
        "cash_in_pence": figures.cash_in_pence,
        "cash_out_pence": figures.cash_out_pence,
        "expected_pence": figures.expected_pence,
        "counted_pence": counted_pence,
        "variance_pence": counted_pence - figures.expected_pence,
    }


def _write_lines(work: Session, report: ZReport, figures: Takings) -> None:
    rows = [
        {
            "z_report_id": report.id,
            "method": each.method,
            "sales": each.sales,
            "sales_pence": each.sales_pence,
            "refunds": each.refunds,
            "refunds_pence": each.refunds_pence,
        }
        for each in figures.by_method
    ]
    work.execute(insert(table_of(ZLine)), rows)


def numbered(work: Session, number: str) -> ZReport:
    """The report with this number, typed in any case. Raises NotFound."""
    its = select(ZReport).where(ZReport.number == number.strip().upper())
    found = work.scalars(its).one_or_none()
    if found is None:
        raise NotFound("There is no Z report with that number.")
    return found


def of_session(work: Session, session_id: int) -> ZReport | None:
    return work.scalars(select(ZReport).where(ZReport.session_id == session_id)).one_or_none()


def lines_of(work: Session, report: ZReport) -> Sequence[ZLine]:
    """By way of paying, in the order that a till offers them."""
    its = select(ZLine).where(ZLine.z_report_id == report.id)
    return work.scalars(its.order_by(ZLine.method)).all()


def latest(work: Session, site_id: str, *, most: int) -> Sequence[ZReport]:
    """A clinic's last reports, the latest first."""
    its = select(ZReport).where(ZReport.site == site_id)
    return work.scalars(its.order_by(ZReport.serial.desc()).limit(most)).all()
