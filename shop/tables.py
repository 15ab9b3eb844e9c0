"""Every module that has a table, so that importing this one is knowing them all."""

from shop import (
    accounts,
    audit,
    baskets,
    holds,
    kept_results,
    ledger,
    levels,
    numbers,
    orders,
    payments,
    presses,
    products,
    receipts,
    sites,
    spells,
    stock_rules,
)

__all__ = [
    "accounts",
    "audit",
    "baskets",
    "holds",
    "kept_results",
    "ledger",
    "levels",
    "numbers",
    "orders",
    "payments",
    "presses",
    "products",
    "receipts",
    "sites",
    "spells",
    "stock_rules",
]
