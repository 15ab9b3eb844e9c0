"""What one mounted shop holds for as long as its process runs. Nothing in here is shared state."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import Flask, current_app, has_request_context, request
from markupsafe import Markup

from catalog.library import Library
from shop.config import Settings
from shop.raster import Picture
from shop.staff import CurrentStaff

if TYPE_CHECKING:
    from shop.db import Database
    from shop.gateways import Online


@dataclass(frozen=True, slots=True, eq=False)
class State:
    name: str  # the blueprint's, so that two shops in one app can tell themselves apart
    settings: Settings
    library: Library
    database: Database
    staff: CurrentStaff
    sign_in_url: Callable[[], str]
    gateway: Online | None  # how customers pay online; None where they pay at the desk alone
    logo: Picture | None = None
    parts: dict[Hashable, Markup] = field(default_factory=dict)  # see shop/pages/kept.py


def here() -> State:
    """The shop this request came to, or the app's only shop outside a request."""
    shops: dict[str, State] = current_app.extensions["shop"]
    if has_request_context() and request.blueprint in shops:
        return shops[request.blueprint]
    return next(iter(shops.values()))


def keep(app: Flask, state: State) -> None:
    app.extensions.setdefault("shop", {})[state.name] = state
