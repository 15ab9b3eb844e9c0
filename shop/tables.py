"""Every module that has a table, so that importing this one is knowing them all."""

from shop import (
    accounts,
    audit,
    baskets,
    content_reviews,
    kept_results,
    numbers,
    orders,
    payments,
    photos,
    products,
    receipts,
    sites,
    stock,
)

__all__ = [
    "accounts",
    "audit",
    "baskets",
    "content_reviews",
    "kept_results",
    "numbers",
    "orders",
    "payments",
    "photos",
    "products",
    "receipts",
    "sites",
    "stock",
]
