"""No transaction is open while we wait for another machine: the seam that makes sure of it.

A row that stays locked until somebody else's server answers stops every till behind it. The
database module says when a transaction is open, and whoever talks to another machine asks first.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_open = ContextVar("open transactions", default=0)


@contextmanager
def held_up() -> Iterator[None]:
    """A transaction is open here, so no call may leave."""
    before = _open.set(_open.get() + 1)
    try:
        yield
    finally:
        _open.reset(before)


def about_to_call() -> None:
    """Stated before every call to another machine. It can only fail through a bug of ours."""
    assert not _open.get(), "a transaction is open during a network call"
