"""How easily it is stirred up: the four sensitivity answers become one band.

The worst answer decides, so a higher answer can never lead to a stronger suggestion.
An answer nobody gave counts as moderate, never as zero.

Source: bands follow the classes of the STAR-Shoulder scheme (McClure and Michener 2015,
Phys Ther 95:791), with its lower, more careful cut-offs.
"""

from enum import IntEnum

SOURCE = "McClure PW, Michener LA. STAR-Shoulder. Phys Ther 2015;95:791–800"
UNANSWERED = 4  # of ten: keeps the advice at moderate or gentler


class Band(IntEnum):
    LOW = 1
    MODERATE = 2
    HIGH = 3
    VERY_HIGH = 4

    @property
    def word(self) -> str:
        return self.name.lower().replace("_", " ")


def band(
    press: int | None,
    usual: int | None = None,
    settling: int | None = None,
    waking: int | None = None,
) -> Band:
    """The band of four answers, each 0 to 10: on pressing, on a usual day, settling, waking."""
    scores = [UNANSWERED if score is None else score for score in (press, usual, settling, waking)]
    if any(not 0 <= score <= 10 for score in scores):
        raise ValueError(f"A sensitivity answer is out of 10, and these are {scores}.")
    worst = max(scores)
    if worst >= 9 or sum(score >= 7 for score in scores) >= 3:
        return Band.VERY_HIGH
    if worst >= 7:
        return Band.HIGH
    return Band.MODERATE if worst >= 4 else Band.LOW
