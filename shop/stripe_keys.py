"""The keys of the clinic's Stripe account: read once, never shown, and refused where unsafe."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from shop.config import Settings
from shop.errors import NotReady

_SECRET = re.compile(r"(sk|rk)_(test|live)_[A-Za-z0-9_]+")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeKeys:
    """Empty keys mean that nobody pays online. No `repr` shows one."""

    secret_key: str = field(default="", repr=False)
    webhook_secret: str = field(default="", repr=False)
    api_base: str = ""

    def __post_init__(self) -> None:
        if self.secret_key and not _SECRET.fullmatch(self.secret_key):
            raise NotReady(
                "STRIPE_SECRET_KEY must be a secret or restricted key of Stripe: "
                "it starts with sk_test_, rk_test_, sk_live_ or rk_live_."
            )
        if self.webhook_secret and not self.webhook_secret.startswith("whsec_"):
            raise NotReady("STRIPE_WEBHOOK_SECRET must be a signing secret: it starts with whsec_.")
        if self.api_base and not _ADDRESS.fullmatch(self.api_base):
            raise NotReady("STRIPE_API_BASE must be a bare address such as http://127.0.0.1:8080.")
        if self.api_base and self.live:
            raise NotReady(
                "STRIPE_API_BASE is for tests. With a live key it would send real payments astray."
            )

    def __bool__(self) -> bool:
        return bool(self.secret_key)

    @property
    def live(self) -> bool:
        """Whether the money is real."""
        return "_live_" in self.secret_key

    @classmethod
    def read(cls, config: Mapping[str, Any]) -> Self:
        """Take STRIPE_* from a host's config. Raises NotReady for a key that can't be one."""
        names = ("secret_key", "webhook_secret", "api_base")
        return cls(**{name: str(config.get(f"STRIPE_{name.upper()}") or "") for name in names})


def check_before_serving(keys: StripeKeys, settings: Settings, config: Mapping[str, Any]) -> None:
    """Refuse to take money in a way that loses some, or that is only a test."""
    if not keys:
        if keys.webhook_secret:
            raise NotReady("STRIPE_WEBHOOK_SECRET is set and STRIPE_SECRET_KEY is not. Set both.")
        return
    if not keys.webhook_secret:
        raise NotReady(
            "STRIPE_WEBHOOK_SECRET must be set with STRIPE_SECRET_KEY, or the shop would not "
            "hear of the payment of a customer who closes the page."
        )
    if settings.development:
        if keys.live:
            raise NotReady("STRIPE_SECRET_KEY is live and SHOP_ENV is development: use a test key.")
        return
    if not keys.live:
        raise NotReady(
            "STRIPE_SECRET_KEY is a test key and SHOP_ENV is production: customers would pay "
            "nothing. Use a live key, or set SHOP_ENV=development to try it."
        )
    if not str(config.get("PUBLIC_BASE_URL") or "").startswith("https://"):
        raise NotReady(
            "PUBLIC_BASE_URL must be this site's https:// address, so that Stripe can lead "
            "customers back to it."
        )
