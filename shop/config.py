"""Every setting, its default, and the values it refuses. Read once, when the shop is mounted."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from shop import colour, mail_server, post_zones
from shop.errors import NotReady
from shop.mail_server import MailServer
from shop.post_zones import PostZone, Zones
from shop.postage import Band

_ORIGIN = re.compile(r"https://[a-z0-9.-]+|http://127\.0\.0\.1:\d+")

_POUNDS = re.compile(r"\d{1,3}(\.\d{2})?", re.ASCII)
NOT_POSTED = "none"
_OF_A_ZONE = [f"postage_{zone}_{band}" for zone in ("ni", "islands") for band in Band]
_PERCENT = re.compile(r"\d{1,2}|100", re.ASCII)


class Env(StrEnum):
    PRODUCTION = "production"
    DEVELOPMENT = "development"  # the only place where the demo works


def _setting(default: object, help_: str) -> Any:
    return field(default=default, metadata={"help": help_})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Each field is read from the host's config, or the environment, as SHOP_ plus its name."""

    env: str = _setting("production", "production or development; only development has the demo")
    database_url: str = _setting("", "SQLAlchemy URL of the shop's tables; default DATABASE_URL")
    name: str = _setting("Sorespot", "the business, as customers know it")
    logo: str = _setting(
        "", "the file of the logo, a PNG, JPEG or WebP picture; it stands beside the name"
    )
    brand_colour: str = _setting(
        "", "one colour of the business, for example #0b5a5e; refused where it is hard to read"
    )
    phone: str = _setting("", "the number people can ring with a question")
    opening_hours: str = _setting(
        "", "when somebody answers, for example Monday to Friday, 8am to 6pm"
    )
    responsible: str = _setting("", "who answers for the clinical content, shown at the foot")
    vat_number: str = _setting(
        "", "set when the business is VAT registered; empty: no VAT on receipts"
    )
    currency: str = _setting("GBP", "the one currency of the business")
    time_zone: str = _setting("Europe/London", "where the business day starts and ends")
    content_folders: str = _setting("", "more folders of clinical content, separated by ':'")
    article_author: str = _setting("", "the article's author, once they have given permission")
    csp: str = _setting("", "a Content-Security-Policy to send in place of our own")
    postage_small: str = _setting(
        "", "pounds that a small parcel costs by post, for example 3.50; empty: none is posted"
    )
    postage_medium: str = _setting(
        "", "pounds that a medium parcel costs by post; empty: none is posted"
    )
    postage_free_from: str = _setting(
        "", "pounds of goods from which the post is free, for example 40; empty: it never is"
    )
    postage_ni_small: str = _setting(
        "", "the same to Northern Ireland; empty: as the mainland, none: not posted there"
    )
    postage_ni_medium: str = _setting("", "the same for a medium parcel to Northern Ireland")
    postage_islands_small: str = _setting(
        "", "the same to an island; empty: as the mainland, none: not posted there"
    )
    postage_islands_medium: str = _setting("", "the same for a medium parcel to an island")
    postage_islands: str = _setting(
        post_zones.ISLANDS, "where the islands are: the postcodes that begin so"
    )
    refund_limit: str = _setting(
        "50.00",
        "pounds that reception may give back of one sale, all its refunds together; a manager more",
    )
    discount_limit: str = _setting(
        "10", "per cent that reception may take off a sale; a manager may take off more"
    )
    reserve: str = _setting(
        "", "yes: customers may reserve and pay at the desk also where they can pay online"
    )
    smtp_host: str = _setting("", "the server that takes our mail; empty: mail waits, unsent")
    smtp_port: str = _setting("", "its port; empty: 587, or 465 with tls and 25 with off")
    smtp_user: str = _setting("", "the name by which we sign in there; empty: we don't")
    smtp_password: str = field(
        default="", repr=False, metadata={"help": "the password that goes with it"}
    )
    smtp_tls: str = _setting(
        "starttls", "starttls, tls from the first byte, or off for a server on the same machine"
    )
    mail_from: str = _setting("", "the address that mail comes from; it can be answered")
    payment_page: str = _setting(
        "https://checkout.stripe.com",
        "where Stripe shows its page: your own domain, if you pay for one",
    )

    def __post_init__(self) -> None:
        if self.env not in tuple(Env):
            raise NotReady(f"SHOP_ENV is production or development, not {self.env!r}.")
        if self.currency != "GBP":
            raise NotReady("SHOP_CURRENCY can only be GBP so far.")
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise NotReady(f"SHOP_TIME_ZONE {self.time_zone!r} is no time zone.") from error
        if self.brand_colour and (problem := colour.complaint(self.brand_colour)):
            raise NotReady(f"SHOP_BRAND_COLOUR {problem}")
        if {"\n", "\r"} & {*self.csp}:
            raise NotReady("SHOP_CSP must be one line: it is sent as a header.")
        for name in ("postage_small", "postage_medium", "postage_free_from", "refund_limit"):
            if not _POUNDS.fullmatch(getattr(self, name) or "0"):
                raise NotReady(f"SHOP_{name.upper()} must be an amount in pounds, such as 3.50.")
        for name in _OF_A_ZONE:
            if getattr(self, name) != NOT_POSTED and not _POUNDS.fullmatch(
                getattr(self, name) or "0"
            ):
                raise NotReady(
                    f"SHOP_{name.upper()} must be pounds, such as 3.50, or {NOT_POSTED}."
                )
        try:
            _ = self.zones
        except ValueError as error:
            raise NotReady(
                f"SHOP_POSTAGE_ISLANDS must be postcode areas, such as HS KW15-17, not {error}."
            ) from error
        if not _PERCENT.fullmatch(self.discount_limit):
            raise NotReady("SHOP_DISCOUNT_LIMIT must be per cent from 0 to 100, such as 10.")
        if self.reserve not in ("", "yes"):
            raise NotReady("SHOP_RESERVE is yes, or not set.")
        _ = self.mail_server
        if not _ORIGIN.fullmatch(self.payment_page):
            raise NotReady(
                "SHOP_PAYMENT_PAGE must be an address such as https://pay.clinic.example."
            )

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def mail_server(self) -> MailServer | None:
        """Where mail goes out, None where it waits. Raises NotReady for what can't be right."""
        return mail_server.read(
            host=self.smtp_host, port=self.smtp_port, user=self.smtp_user,
            password=self.smtp_password, tls=self.smtp_tls, from_=self.mail_from,
        )  # fmt: skip

    @property
    def development(self) -> bool:
        return self.env == Env.DEVELOPMENT

    @property
    def postage(self) -> Mapping[Band, int]:
        """Pence by band, of the bands that are posted."""
        said = {Band.SMALL: self.postage_small, Band.MEDIUM: self.postage_medium}
        return {band: _pence(pounds) for band, pounds in said.items() if pounds}

    @property
    def postage_zones(self) -> Mapping[PostZone, Mapping[Band, int]]:
        """The same for each zone that has a price of its own, or is not posted to."""
        ni = {Band.SMALL: self.postage_ni_small, Band.MEDIUM: self.postage_ni_medium}
        islands = {Band.SMALL: self.postage_islands_small, Band.MEDIUM: self.postage_islands_medium}
        said = {PostZone.NI: ni, PostZone.ISLANDS: islands}
        return {
            zone: {
                band: _pence(pounds) if pounds else self.postage[band]
                for band, pounds in bands.items()
                if pounds != NOT_POSTED and band in self.postage
            }
            for zone, bands in said.items()
            if any(bands.values())
        }

    @property
    def zones(self) -> Zones:
        """How the zone of an address is found. Raises ValueError for areas that can't be read."""
        return Zones(frozenset(self.postage_zones), post_zones.areas(self.postage_islands))

    @property
    def postage_free_pence(self) -> int | None:
        """Pence of goods from which the post is free; none where it never is."""
        return _pence(self.postage_free_from) if self.postage_free_from else None

    @property
    def refund_limit_pence(self) -> int:
        return _pence(self.refund_limit or "0")

    @property
    def discount_limit_percent(self) -> int:
        return int(self.discount_limit)

    @property
    def folders(self) -> tuple[Path, ...]:
        return tuple(Path(name) for name in self.content_folders.split(os.pathsep) if name)

    @property
    def url(self) -> URL:
        """The database, with the short PostgreSQL names meaning psycopg."""
        if not self.database_url:
            raise NotReady(
                "Set DATABASE_URL or SHOP_DATABASE_URL, for example sqlite:///shop.sqlite."
            )
        try:
            url = make_url(self.database_url)
        except (ArgumentError, ValueError) as error:
            raise NotReady(
                "DATABASE_URL is not a database URL that SQLAlchemy can read."
            ) from error
        if url.drivername in ("postgres", "postgresql"):
            return url.set(drivername="postgresql+psycopg")
        if url.get_backend_name() not in ("sqlite", "postgresql"):
            raise NotReady(f"The shop runs on SQLite and PostgreSQL, not on {url.drivername}.")
        return url

    @classmethod
    def read(cls, config: Mapping[str, Any]) -> Self:
        """Take SHOP_* from a host's config. A key that is no setting is refused by name."""
        known = {f"SHOP_{field_.name.upper()}": field_.name for field_ in fields(cls)}
        if strange := sorted(k for k in config if k.startswith("SHOP_") and k not in known):
            raise NotReady(f"{strange[0]} is no setting of the shop.")
        set_ = {name: config.get(key) for key, name in known.items()}
        set_["database_url"] = set_["database_url"] or config.get("DATABASE_URL")
        return cls(**{name: str(value) for name, value in set_.items() if value is not None})


def _pence(pounds: str) -> int:
    whole, _, rest = pounds.partition(".")
    return int(whole) * 100 + int(rest or 0)


def from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """The stand-alone app's config: the same names, read from the environment."""
    names = {f"SHOP_{field_.name.upper()}" for field_ in fields(Settings)}
    names |= {"SECRET_KEY", "DATABASE_URL", "PUBLIC_BASE_URL", "TRUSTED_HOSTS"}
    names |= {"STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "STRIPE_API_BASE"}
    return {name: environ[name] for name in sorted(names & environ.keys())}
