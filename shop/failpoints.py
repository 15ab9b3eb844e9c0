"""Named points where a test may break the process. Outside tests they are nothing.

A test starts a process with SHOP_TEST_FAILPOINTS=1 and, in SHOP_FAILPOINT, what should happen
where: `transfer.after_dispatch:kill9`. `sleep` takes milliseconds after a second colon.
Without the first variable `reached` is an empty function, whatever the second one says.
"""

import os
import signal
import time

from sqlalchemy.orm import Session

POINTS = frozenset(
    {
        "checkout.after_commit",
        "checkout.after_reserve",
        "checkout.after_save_session",
        "checkout.after_stripe_create",
        "counter.after_payment",
        "delivery.after_moves",
        "hold.after_rows",
        "ledger.after_moves",
        "ledger.between_levels",
        "mail.after_send",
        "mail.after_take",
        "migrate.step",
        "plan.after_holds",
        "plan.after_rows",
        "plan.after_swaps",
        "refund.after_intent",
        "refund.after_restock",
        "refund.after_save",
        "refund.after_stripe",
        "seal.after_row",
        "stocktake.after_count",
        "stocktake.before_post",
        "sweeper.after_expire_call",
        "sweeper.before_release",
        "till.after_number",
        "till.before_close",
        "transaction.after_commit",
        "transaction.before_commit",
        "transfer.after_dispatch",
        "transfer.after_partial",
        "transfer.before_receive_commit",
        "webhook.after_apply",
        "webhook.after_commit",
        "webhook.after_event_insert",
        "webhook.after_verify",
    }
)


class Broken(Exception):  # noqa: N818 - it is no error of ours, it stands for anybody's
    """What the action `raise` raises."""


def _nothing(name: str, work: Session | None = None) -> None:
    """The shop as it is served: no point exists."""


def _act(name: str, work: Session | None = None) -> None:
    """Do what the test asked for, if it asked for it here."""
    assert name in POINTS, name
    where, _, action = os.environ.get("SHOP_FAILPOINT", "").partition(":")
    if where != name:
        return
    action, _, amount = action.partition(":")
    if action == "kill9":
        os.kill(os.getpid(), signal.SIGKILL)
    elif action == "sleep":
        time.sleep(int(amount) / 1000)
    elif action == "drop_connection" and work is not None:
        work.connection().connection.dbapi_connection.close()  # type: ignore[union-attr]
    elif action == "raise":
        raise Broken(name)
    else:
        raise ValueError(f"{action!r} can't happen at {name}.")


reached = _act if os.environ.get("SHOP_TEST_FAILPOINTS") == "1" else _nothing
