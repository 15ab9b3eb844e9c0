"""The keys of the clinic's Stripe account: what can't be one, and what is unsafe, is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import URL

from shop.config import Settings
from shop.errors import NotReady
from shop.stripe_keys import StripeKeys, check_before_serving
from tests.conftest import LIVE as SITE
from tests.conftest import make_app

LIVE = {
    "STRIPE_SECRET_KEY": "rk_live_51Abc",
    "STRIPE_WEBHOOK_SECRET": "whsec_1",
    "PUBLIC_BASE_URL": "https://localhost",
}
TEST = {"STRIPE_SECRET_KEY": "sk_test_51Abc", "STRIPE_WEBHOOK_SECRET": "whsec_1"}


def check(env: str, config: dict[str, Any]) -> None:
    check_before_serving(StripeKeys.read(config), Settings(env=env), config)


def test_no_keys_mean_that_nobody_pays_online() -> None:
    assert not StripeKeys.read({})
    assert not StripeKeys.read({"STRIPE_SECRET_KEY": None, "STRIPE_WEBHOOK_SECRET": ""})
    check("production", {})


@pytest.mark.parametrize(
    "key", ["pk_live_51Abc", "sk_live_", "sk_51Abc", "sk_test_a b", "x", "sk_test_é"]
)
def test_what_is_no_secret_key_is_refused(key: str) -> None:
    with pytest.raises(NotReady, match="STRIPE_SECRET_KEY must be a secret or restricted key"):
        StripeKeys.read({"STRIPE_SECRET_KEY": key})


def test_what_is_no_signing_secret_is_refused() -> None:
    with pytest.raises(NotReady, match="STRIPE_WEBHOOK_SECRET must be a signing secret"):
        StripeKeys.read({**TEST, "STRIPE_WEBHOOK_SECRET": "sk_test_1"})


@pytest.mark.parametrize("address", ["127.0.0.1", "ftp://x", "http://x/path", "http://a@b"])
def test_what_is_no_bare_address_is_refused(address: str) -> None:
    with pytest.raises(NotReady, match="STRIPE_API_BASE must be a bare address"):
        StripeKeys.read({**TEST, "STRIPE_API_BASE": address})


def test_another_address_is_refused_with_a_live_key() -> None:
    address = {"STRIPE_API_BASE": "http://127.0.0.1:8080"}

    StripeKeys.read({**TEST, **address})
    with pytest.raises(NotReady, match="STRIPE_API_BASE is for tests"):
        StripeKeys.read({**LIVE, **address})


def test_keys_are_not_shown() -> None:
    assert "51Abc" not in repr(StripeKeys.read(LIVE))
    assert "whsec_1" not in repr(StripeKeys.read(LIVE))


@pytest.mark.parametrize(
    ("env", "config", "sentence"),
    [
        ("production", {**LIVE, "STRIPE_WEBHOOK_SECRET": ""}, "STRIPE_WEBHOOK_SECRET must be set"),
        ("development", {**TEST, "STRIPE_WEBHOOK_SECRET": ""}, "STRIPE_WEBHOOK_SECRET must be"),
        ("production", {"STRIPE_WEBHOOK_SECRET": "whsec_1"}, "STRIPE_SECRET_KEY is not"),
        ("production", {**LIVE, **TEST}, "is a test key and SHOP_ENV is production"),
        ("development", LIVE, "is live and SHOP_ENV is development"),
        ("production", {**LIVE, "PUBLIC_BASE_URL": None}, "PUBLIC_BASE_URL must be"),
        ("production", {**LIVE, "PUBLIC_BASE_URL": "http://x.example"}, "PUBLIC_BASE_URL must be"),
    ],
)
def test_it_does_not_serve_what_would_lose_money_or_only_pretend(
    env: str, config: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(NotReady, match=sentence):
        check(env, config)


@pytest.mark.parametrize(("env", "config"), [("production", LIVE), ("development", TEST)])
def test_it_serves_with_a_whole_set_of_keys(env: str, config: dict[str, Any]) -> None:
    check(env, config)


def test_the_stand_alone_site_asks_before_it_serves(demo_copy: Callable[[], URL]) -> None:
    url = demo_copy()
    make_app(url, **{**SITE, **LIVE})

    with pytest.raises(NotReady, match="STRIPE_WEBHOOK_SECRET must be set"):
        make_app(url, **{**SITE, **LIVE, "STRIPE_WEBHOOK_SECRET": ""})
