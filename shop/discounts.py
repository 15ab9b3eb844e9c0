"""What is taken off an order before it is paid: by a voucher's code, or by a person with a reason.

It is shared out among the lines and frozen with them, so that VAT and refunds go by what was paid.
"""

from dataclasses import dataclass

from shop.errors import Refusal, Unreadable
from shop.money import MOST_PENCE, in_words

LONGEST_REASON = 100  # characters of why somebody at the desk takes something off


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """So many per cent or so many pence off the goods, never off the postage.

    It has a voucher's code, or a reason and who gave it, and is meant for goods of `least_pence`
    or more: what is taken out of a basket later doesn't make it more generous.
    """

    percent: int = 0
    pence: int = 0
    voucher: str | None = None
    reason: str | None = None
    by: str | None = None
    least_pence: int = 0

    def require_enough(self, goods_pence: int) -> None:
        """Raises Refusal for goods at a lower price than it is meant for."""
        if goods_pence < self.least_pence:
            least = in_words(self.least_pence)
            raise Refusal(f"That discount is for goods of {least} or more. Agree on it again.")

    def off(self, goods_pence: int) -> int:
        """Pence off goods at this price: half a penny rounded up, and never more than they cost."""
        of_it = (2 * goods_pence * self.percent + 100) // 200
        return min(self.pence or of_it, goods_pence)


def require_amount(percent: int, pence: int) -> None:
    """Raises Unreadable unless it is a percentage or an amount, and one that can be."""
    if bool(percent) == bool(pence):
        raise Unreadable("Say how many per cent come off, or how much money. One of the two.")
    if not 0 <= percent <= 100:
        raise Unreadable("Take 1 to 100 per cent off.")
    if not 0 <= pence <= MOST_PENCE:
        raise Unreadable("That is more money than one sale can be.")


def by_staff(*, percent: int = 0, pence: int = 0, reason: str, by: str) -> Discount:
    """What somebody at the desk takes off. Raises Unreadable without an amount and a reason."""
    require_amount(percent, pence)
    if not reason.strip():
        raise Unreadable("Say why something comes off the price.")
    if len(reason) > LONGEST_REASON:
        raise Unreadable(f"A reason has at most {LONGEST_REASON} characters.")
    return Discount(percent=percent, pence=pence, reason=reason.strip(), by=by)
