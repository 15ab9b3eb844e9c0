"""Places: everywhere that a unit can be. Those of a clinic have levels, those outside do not."""

from enum import StrEnum

SUPPLIER, CUSTOMER, ADJUSTMENT = "supplier", "customer", "adjustment"
OUTSIDE = (SUPPLIER, CUSTOMER, ADJUSTMENT)


class Kind(StrEnum):
    SHELF = "shelf"  # the only place that is sold from
    KEPT = "kept"  # paid for, and waiting to be collected or posted
    DEMO = "demo"  # on the counter, to try
    DAMAGED = "damaged"
    TRANSIT = "transit"  # on the way to this clinic from another one


def place(kind: Kind, site_id: str) -> str:
    return f"{kind}:{site_id}"


def shelf(site_id: str) -> str:
    return place(Kind.SHELF, site_id)


def kept(site_id: str) -> str:
    return place(Kind.KEPT, site_id)


def transit(site_id: str) -> str:
    return place(Kind.TRANSIT, site_id)


def kind_of(of: str) -> str:
    """`shelf` of `shelf:ely`; a place outside is a kind of its own."""
    return of.partition(":")[0]


def site_of(of: str) -> str:
    """`ely` of `shelf:ely`, and nothing for a place outside."""
    return of.partition(":")[2]
