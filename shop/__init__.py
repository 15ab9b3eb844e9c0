"""The clinic's shop: products, stock of every site, sales. `Shop` mounts it in a Flask app."""

from shop.extension import Shop

__all__ = ["Shop"]
