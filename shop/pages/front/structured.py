"""What search engines read of a product, a set and a guide, as the page itself says it.

Source: https://schema.org/Product, https://schema.org/Offer and https://schema.org/HowTo. It is
plain data in the page: no browser runs it, and nothing is loaded for it.
"""

from collections.abc import Iterable
from typing import Any

from flask import url_for

from catalog.guides import Guide
from shop.photos import Size
from shop.products import Product
from shop.set_offers import Offer
from shop.state import here

Data = dict[str, Any]
_SCHEMA = "https://schema.org"


def product_data(product: Product, units: Iterable[int]) -> Data:
    """A product, its price, and whether any clinic has it: never how many. `units` by clinic."""
    data = _thing("Product", product.name, product.summary, url_for(".product", slug=product.slug))
    data |= {"sku": product.sku}
    if product.brand:
        data["brand"] = {"@type": "Brand", "name": product.brand}
    if address := photo_address(product):
        data["image"] = address
    return data | {"offers": _offer(product.price_pence, any(n > 0 for n in units))}


def set_data(offer: Offer, units: Iterable[int]) -> Data:
    """A set that is sold as one, in the same words."""
    where = url_for(".set_page", slug=offer.slug)
    data = _thing("Product", offer.name, offer.summary, where) | {"sku": offer.code}
    return data | {"offers": _offer(offer.price_pence, any(n > 0 for n in units))}


def guide_data(guide: Guide) -> Data:
    """A guide's steps. Doses and safety are for the page itself, where all of it is read."""
    data = _thing("HowTo", guide.title, guide.lead, url_for(".guide", slug=guide.slug))
    steps = [{"@type": "HowToStep", "text": step.text} for step in guide.steps]
    return data | {"totalTime": f"PT{guide.minutes}M", "step": steps}


def photo_address(product: Product) -> str:
    """Where its photo is, for who shares the page. Empty where it has none."""
    if product.photo is None:
        return ""
    return url_for(".photo", name=product.photo.name, size=Size.LARGE, _external=True)


def _thing(kind: str, name: str, description: str, path: str) -> Data:
    data = {"@context": _SCHEMA, "@type": kind, "name": name, "url": _whole(path)}
    return data | ({"description": description} if description else {})


def _offer(pence: int, is_there: bool) -> Data:
    return {
        "@type": "Offer",
        "price": f"{pence // 100}.{pence % 100:02}",
        "priceCurrency": here().settings.currency,
        "availability": f"{_SCHEMA}/{'InStock' if is_there else 'OutOfStock'}",
        "itemCondition": f"{_SCHEMA}/NewCondition",
    }


def _whole(path: str) -> str:
    """An address of ours with its host."""
    return url_for(".home", _external=True).removesuffix(url_for(".home")) + path
