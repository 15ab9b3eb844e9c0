"""The voucher's code that a visitor typed: kept by their browser until they order with it."""

from dataclasses import dataclass

from flask import session
from sqlalchemy.orm import Session
from wtforms import StringField

from shop import clock, vouchers
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


def look_up(work: Session, goods_pence: int) -> Code:
    """What this visitor's code takes off goods at this price."""
    code = session.get(_key(), "")
    if not code:
        return Code()
    try:
        discount = vouchers.find(work, code, goods_pence=goods_pence, at=clock.now())
    except Refusal as refusal:
        return Code(code, refused=str(refusal))
    return Code(code, discount, discount.off(goods_pence))


def keep(code: str) -> None:
    session[_key()] = code


def drop() -> None:
    session.pop(_key(), None)


def _key() -> str:
    return f"shop_code:{here().name}"
