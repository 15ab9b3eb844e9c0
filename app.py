"""The stand-alone clinic site: a host like any other, with accounts of its own."""

import os
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from click import UsageError, get_current_context
from flask import Flask, url_for

from shop import Shop, safe_start
from shop.config import from_environment
from shop.errors import NotReady
from shop.pages.staff.sign_in import current_staff, open_door


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Build the site from the environment, or from `config` where a test brings its own."""
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.config.from_mapping(from_environment(os.environ) if config is None else config)
    harden(app)
    open_door(app)
    shop = Shop(
        staff=current_staff,
        sign_in_url=lambda: url_for("shop.sign_in"),
        whole_site=True,
        own_accounts=True,
    )
    try:
        shop.init_app(app)
    except NotReady as refusal:
        if get_current_context(silent=True):  # a command: the sentence is enough, and exit 2
            raise UsageError(str(refusal)) from refusal
        raise
    if get_current_context(silent=True):
        app.wsgi_app = checked(app)  # type: ignore[method-assign]
    else:
        check(app)
    return app


def checked(app: Flask) -> Any:
    """The app, refusing to serve what is unsafe. A `flask shop` command never comes here."""
    serve = app.wsgi_app
    good: list[bool] = []

    def serve_checked(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not good:
            check(app)
            good.append(True)
        return serve(environ, start_response)

    return serve_checked


def check(app: Flask) -> None:
    """Refuse to serve with settings that are unsafe. Raises NotReady with what to set."""
    for shop in app.extensions["shop"].values():
        safe_start.check(shop.settings, app.config, shop.database)


def harden(app: Flask) -> None:
    """Cookies that only this site reads, over TLS in production."""
    production = app.config.get("SHOP_ENV", "production") == "production"
    app.config.update(
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=production,
        SESSION_COOKIE_NAME="__Host-sorespot" if production else "sorespot",
    )
    if not production:
        app.config["SECRET_KEY"] = app.config["SECRET_KEY"] or secrets.token_hex(32)
    if hosts := app.config.get("TRUSTED_HOSTS"):
        app.config["TRUSTED_HOSTS"] = _names(hosts) if isinstance(hosts, str) else hosts


def _names(listed: str) -> list[str]:
    return [name.strip() for name in listed.split(",") if name.strip()]


def __getattr__(name: str) -> Flask:
    """`app:app`, made when a server asks for it, so that importing this file starts nothing."""
    if name != "app":
        raise AttributeError(name)
    globals()["app"] = app = create_app()
    return app
