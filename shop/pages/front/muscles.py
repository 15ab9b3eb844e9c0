"""Muscle names in the finder, for staff who go through it with a patient.

Words on the screen and nothing else: no question, answer or outcome knows of them.
"""

from collections.abc import Callable, Mapping

from flask import session

from shop.pages import pages
from shop.pages.staff import signed_in
from shop.state import here


def show_muscles(wanted: bool) -> None:
    """Switch them on or off on this device, until its person signs out."""
    session.pop(_key(), None)
    if wanted:
        session[_key()] = True


def muscles_shown() -> bool:
    """Whether the visitor is signed-in staff who asked for them. A patient never meets them."""
    return bool(session.get(_key())) and signed_in() is not None


def muscle_hints() -> Mapping[str, str]:
    """The muscles of each region by its id, as a hint under its name; none for a patient."""
    if not muscles_shown():
        return {}
    return {
        region.id: region.in_muscle_words
        for region in here().library.regions.values()
        if region.muscles
    }


@pages.context_processor
def naming() -> dict[str, Callable[[], object]]:
    return {"muscles_shown": muscles_shown, "muscle_hints": muscle_hints}


def _key() -> str:
    """The session's key: one for each shop of an app."""
    return f"shop_muscles:{here().name}"
