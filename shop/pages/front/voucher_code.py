"""The voucher's code that a visitor typed: kept by their browser until they order with it."""

from dataclasses import dataclass

from flask import session
from sqlalchemy.orm import Session
from wtforms import StringField

from shop import clock, vouchers
from shop.basket_contents import Inside
from shop.discounts import Discount
from shop.errors import Refusal
from shop.pages.fields import LineField
from shop.pages.form import Form
from shop.state import here
from shop.vouchers import LONGEST_CODE


class CodeForm(Form):
    """`remove` is the button that goes on without a code."""

    code = LineField("Your code", most=2 * LONGEST_CODE)
    remove = StringField()


@dataclass(frozen=True, slots=True)
class Code:
    """A code as the last page shows it: what it takes off now, or why it takes nothing."""

    code: str = ""
    discount: Discount | None = None
    off_pence: int = 0
    refused: str = ""


def look_up(work: Session, goods_pence: int, inside: Inside) -> Code:
    """What this visitor's code takes off goods at this price, also where their own order that is
    not paid yet has its last use."""
    code = session.get(_key(), "")
    if not code:
        return Code()
    try:
        discount = find(work, code, goods_pence, inside)
    except Refusal as refusal:
        return Code(code, refused=str(refusal))
    return Code(code, discount, discount.off(goods_pence))


def find(work: Session, code: str, goods_pence: int, inside: Inside) -> Discount:
    """The same of a code that they type. Raises Refusal for one that doesn't work."""
    used = inside.voucher if inside.waits else None
    return vouchers.find(work, code, goods_pence=goods_pence, used=used, at=clock.now())


def keep(code: str) -> None:
    session[_key()] = code


def drop() -> None:
    session.pop(_key(), None)


def _key() -> str:
    return f"shop_code:{here().name}"
