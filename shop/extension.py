"""`Shop`: mounts the shop in a Flask app, and touches nothing of the host's."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from click import Group, get_current_context
from flask import Flask

from catalog import library
from catalog.entries import ContentError
from shop import raster
from shop.cli import shop_cli
from shop.config import Settings
from shop.db import Database
from shop.errors import NotReady, Unreadable
from shop.gateways import Online
from shop.gateways.demo import Demo
from shop.gateways.stripe import StripeGateway
from shop.pages import all_pages
from shop.raster import Picture
from shop.staff import CurrentStaff
from shop.state import State, keep
from shop.stripe_keys import StripeKeys

WEBHOOK = "shop.pages.front.webhook.stripe_webhook"

LONGEST_LOGO = 400  # pixels: sharp at twice the size that it is shown at
MOST_LOGO = 4_000  # bytes


class Shop:
    """One shop. `staff` says who is at the desk; `sign_in_url` is where they sign in.

        Shop(staff=who_is_there, sign_in_url=lambda: "/login").init_app(app, url_prefix="/tools")

    Two shops in one app need two names. `whole_site` answers for every address, also those
    that nothing is at; `own_accounts` adds our own sign-in. Both are for `app.py`.
    """

    def __init__(
        self,
        *,
        staff: CurrentStaff | None = None,
        sign_in_url: Callable[[], str] | str = "/",
        name: str = "shop",
        whole_site: bool = False,
        own_accounts: bool = False,
    ) -> None:
        self._staff = staff or _nobody
        self._sign_in_url = sign_in_url if callable(sign_in_url) else lambda: str(sign_in_url)
        self._name = name
        self._options = {"whole_site": whole_site, "own_accounts": own_accounts}

    def init_app(self, app: Flask, url_prefix: str | None = None) -> None:
        """Register the pages and keep this shop's state. Raises NotReady for a bad setting."""
        settings = Settings.read(app.config)
        try:
            content = library.load(*settings.folders)
        except ContentError as mistake:
            raise NotReady(f"The clinical content can't be used. {mistake}") from mistake
        database = _database(settings)
        state = State(
            name=self._name,
            settings=settings,
            library=content,
            logo=_logo(settings.logo),
            database=database,
            gateway=_online(settings, StripeKeys.read(app.config), database, url_prefix or ""),
            staff=self._staff,
            sign_in_url=self._sign_in_url,
        )
        keep(app, state)
        if guard := app.extensions.get("csrf"):  # the host's own: Stripe has no token of its
            guard.exempt(WEBHOOK)
        app.register_blueprint(all_pages(), name=self._name, url_prefix=url_prefix, **self._options)
        if "shop" not in app.cli.commands:
            app.cli.add_command(shop_cli)


def _online(settings: Settings, keys: StripeKeys, database: Database, prefix: str) -> Online | None:
    """How customers pay online: with Stripe where there are keys, and pretending in the demo."""
    if keys:
        return StripeGateway(keys)
    if settings.development:
        return Demo(database, lambda page: f"{prefix}/demo-pay/{page}", development=True)
    return None


def _logo(file: str) -> Picture | None:
    """The clinic's logo, drawn anew like every picture that is handed to us."""
    if not file:
        return None
    try:
        image = raster.read(Path(file).read_bytes(), longest=LONGEST_LOGO, see_through=True)
    except (OSError, ValueError) as error:
        raise NotReady(f"SHOP_LOGO {file!r} can't be read.") from error
    except Unreadable as refusal:
        raise NotReady(f"SHOP_LOGO {file!r}: {refusal}") from refusal
    return raster.webp(image, longest=LONGEST_LOGO, most_bytes=MOST_LOGO)


def _nobody() -> None:
    return None


def _database(settings: Settings) -> Database:
    """The shop's engine. Raises NotReady where none is set, but for a command: some need none."""
    try:
        return Database(settings.url)
    except NotReady as refusal:
        context = get_current_context(silent=True)
        if context is None or not isinstance(context.command, Group):
            raise
        return cast(Database, _NoDatabase(refusal))


class _NoDatabase:
    """Stands where the database would be, and refuses whoever asks it for anything."""

    def __init__(self, refusal: NotReady) -> None:
        self._refusal = refusal

    def __getattr__(self, name: str) -> Any:
        raise self._refusal
