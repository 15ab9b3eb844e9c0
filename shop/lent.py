"""What of a clinic's demo units is out on loan, for who moves demo units.

A lent unit is still in the books as a demo one. The loans themselves stand higher in the house
(`loans.py`); down here only their number is asked for.
"""

from collections.abc import Mapping

from sqlalchemy import bindparam, column, func, select, table
from sqlalchemy.orm import Session

from shop import places, products, sites
from shop.db import table_of
from shop.errors import Refusal
from shop.levels import StockLevel
from shop.places import Kind

_LOAN = table("shop_loan", column("site"), column("sku"), column("ended_at"))
_OUT = (
    select(func.count())
    .where(
        _LOAN.c.site == bindparam("at_site"),
        _LOAN.c.sku == bindparam("of_sku"),
        _LOAN.c.ended_at.is_(None),
    )
    .scalar_subquery()
)
_OUT_OF = (
    select(_LOAN.c.site, func.count())
    .where(_LOAN.c.sku == bindparam("of_sku"), _LOAN.c.ended_at.is_(None))
    .group_by(_LOAN.c.site)
)
_LEVEL = table_of(StockLevel)
_LEFT_AND_OUT = select(_LEVEL.c.on_hand, _OUT).where(
    _LEVEL.c.place == bindparam("at_place"), _LEVEL.c.sku == bindparam("of_sku")
)


def of_product(work: Session, sku: str) -> Mapping[str, int]:
    """How many demo units of it are out on loan, by the place where they will be again."""
    out = work.execute(_OUT_OF, {"of_sku": sku})
    return {places.place(Kind.DEMO, site_id): units for site_id, units in out}


def keep(work: Session, site_id: str, sku: str, *, taken: int) -> None:
    """Refuse what took demo units away that are not here to be taken.

    Call it after the level was shifted: whoever lends one waits for that level, so of the two the
    second sees what the first one did. Raises Refusal; the caller's transaction then undoes it.
    """
    asked = {"at_place": places.place(Kind.DEMO, site_id), "at_site": site_id, "of_sku": sku}
    left, out = work.execute(_LEFT_AND_OUT, asked).one()
    if left >= out:
        return
    there = left + taken
    name, site = products.get(work, sku).name, sites.get(work, site_id).name
    units = "demo unit" if there == 1 else "demo units"
    are = "is" if out == 1 else "are"
    raise Refusal(
        f"{name}: {out} of {there} {units} at {site} {are} out on loan. "
        "Nothing was moved. End the loan first: it is back, sold or lost."
    )
