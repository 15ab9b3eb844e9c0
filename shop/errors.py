"""Refusals: what the shop will not do, each with a sentence for the person who asked."""


class Refusal(Exception):  # noqa: N818 - a refusal is no error of ours
    """Base of every refusal. `status` is the HTTP answer; the message is shown as it is."""

    status = 409


class Unreadable(Refusal):
    """What was typed or sent is not something we can use."""

    status = 400


class NotAllowed(Refusal):
    status = 403


class NotFound(Refusal):
    status = 404


class Gone(Refusal):
    """It was here, and its time is over."""

    status = 410


class TooManyTries(Refusal):
    status = 429


class NotReady(Refusal):
    """The shop itself can't work yet: no tables, or a setting that can't be right."""

    status = 503


class OutOfStock(Refusal):
    """A shelf holds fewer than are wanted. Nothing was changed."""

    def __init__(self, name: str, site: str, *, wanted: int, left: int, undone: str) -> None:
        there = f"Only {left} {name} left" if left else f"No {name} left"
        super().__init__(f"{there} at {site}, and you asked for {wanted}. Nothing was {undone}.")
        self.wanted, self.left = wanted, left
