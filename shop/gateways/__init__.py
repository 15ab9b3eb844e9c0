"""Ways to be paid. Each hands back the same value: money that is really there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Captured:
    """Money that has been taken, in pence, and by which way."""

    gateway: str
    method: str
    amount_pence: int
    currency: str
