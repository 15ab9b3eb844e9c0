"""Buying online, clicked: pay and collect, post, a declined card, the way back, a refund.

The shop is served with the fake Stripe behind it, whose book says what was really paid.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser
from sqlalchemy import URL, text

from shop import checks, clock, holds, orders, stock, vouchers
from shop.db import Database
from shop.drafts import Channel
from shop.orders import PlacedOrder
from tests import databases
from tests.e2e.conftest import WIDTHS
from tests.e2e.test_pages import barriers, check
from tests.e2e.visit import Visit
from tests.fakestripe.client import KEY, SECRET, FakeStripe
from tests.served import gunicorn

BALL = "soft-ball-65"
PENCE = {"collect": 550, "post": 900}


@pytest.fixture(scope="module")
def selling(
    demo_copy: Callable[[], URL], stripe_process: FakeStripe
) -> Iterator[tuple[str, Database]]:
    """The demo clinic as it sells with Stripe: its address, and its database."""
    url = demo_copy()
    database = Database(url)
    with database.transaction() as work:
        stock.receive(work, "cambridge", {"BALL-65-S": 60}, by="Morgan Lee", at=clock.now())
    stripe = {
        "STRIPE_SECRET_KEY": KEY,
        "STRIPE_WEBHOOK_SECRET": SECRET,
        "STRIPE_API_BASE": stripe_process.address,
        "SHOP_PAYMENT_PAGE": stripe_process.address,
    }
    with gunicorn("app:app", url, workers=2, SHOP_NAME="Riverside Physio", **stripe) as port:
        yield f"http://127.0.0.1:{port}", database
    database.dispose()
    databases.drop(url)


@pytest.fixture(scope="module")
def reserving(selling: tuple[str, Database], stripe_process: FakeStripe) -> Iterator[str]:
    """The same shop where customers may also pay at the desk: its address."""
    stripe = {
        "STRIPE_SECRET_KEY": KEY,
        "STRIPE_WEBHOOK_SECRET": SECRET,
        "STRIPE_API_BASE": stripe_process.address,
        "SHOP_PAYMENT_PAGE": stripe_process.address,
    }
    url = selling[1].engine.url
    with gunicorn("app:app", url, workers=1, SHOP_RESERVE="yes", **stripe) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def buyer(
    browser: Browser, selling: tuple[str, Database], fake: FakeStripe, width: int, script: bool
) -> Iterator[Visit]:
    """A customer with a browser of their own, in front of the shop that sells."""
    context = browser.new_context(
        base_url=selling[0],
        viewport={"width": width, "height": 900},
        java_script_enabled=script,
        locale="en-GB",
    )
    context.set_default_timeout(10_000)
    yield Visit(context.new_page(), script)
    context.close()


@pytest.fixture
def desk(browser: Browser, selling: tuple[str, Database]) -> Iterator[Visit]:
    context = browser.new_context(
        base_url=selling[0], viewport={"width": WIDTHS["desk"], "height": 900}, locale="en-GB"
    )
    context.set_default_timeout(10_000)
    visit = Visit(context.new_page(), True)
    visit.sign_in("reception", "Cambridge")
    yield visit
    context.close()


def to_the_payment_page(buyer: Visit, how: str) -> None:
    """From the product to Stripe's page: one choice, nothing typed."""
    buyer.go(f"/shop/{BALL}")
    buyer.press("Add to basket")
    buyer.press("Go to checkout")
    label = "Collect from Cambridge" if how == "collect" else "By post"
    buyer.page.get_by_label(label).check()
    assert f"£{PENCE[how] / 100:.2f} in all" in buyer.page.locator("main").inner_text()
    assert buyer.page.locator("main input:not([type=hidden]):not([type=radio])").count() == 0
    buyer.press("Order and pay now")


def captured(fake: FakeStripe) -> list[int]:
    return [each["amount_captured"] for each in fake.book("charge") if each["captured"]]


def all_right(selling: tuple[str, Database]) -> list[str]:
    return [check.name for check in checks.verify(selling[1]) if not check.ok]


@pytest.mark.parametrize("how", ["collect", "post"])
def test_a_customer_pays_and_has_an_order(
    buyer: Visit, fake: FakeStripe, selling: tuple[str, Database], how: str
) -> None:
    to_the_payment_page(buyer, how)

    buyer.press("Pay ")

    buyer.says("Paid. We are", "Soft ball 6.5 cm", f"£{PENCE[how] / 100:.2f}", "Receipt CAM-")
    assert captured(fake) == [PENCE[how]]
    assert all_right(selling) == []
    assert buyer.complaints == []
    buyer.fits()


def test_a_declined_card_and_then_a_good_one(
    buyer: Visit, fake: FakeStripe, selling: tuple[str, Database]
) -> None:
    to_the_payment_page(buyer, "collect")

    buyer.press("Pay with a card that is declined")
    buyer.says("Your card was declined")
    buyer.press("Pay 5.50 GBP")

    buyer.says("Paid. We are preparing it")
    assert captured(fake) == [550]
    assert all_right(selling) == []


def test_going_back_charges_nothing_and_keeps_the_basket(
    buyer: Visit, fake: FakeStripe, selling: tuple[str, Database]
) -> None:
    to_the_payment_page(buyer, "collect")

    buyer.press("Back to the shop")

    buyer.says("You have not been charged", "Total £5.50")
    assert captured(fake) == []
    assert [each["status"] for each in fake.book("checkout.session")] == ["expired"]
    assert all_right(selling) == []


def test_the_back_button_after_paying_pays_nothing_again(
    buyer: Visit, fake: FakeStripe, selling: tuple[str, Database]
) -> None:
    to_the_payment_page(buyer, "collect")
    buyer.press("Pay ")
    order = buyer.page.url

    buyer.go("/checkout")
    buyer.says("Your basket is empty")
    buyer.go(order)

    buyer.says("Paid. We are preparing it")
    assert captured(fake) == [550]
    assert all_right(selling) == []


def test_a_customer_cancels_and_all_of_it_goes_back(
    buyer: Visit, fake: FakeStripe, selling: tuple[str, Database]
) -> None:
    to_the_payment_page(buyer, "post")
    buyer.press("Pay ")

    buyer.press("Cancel this order")

    buyer.says("Cancelled", "£9.00 went back to you, credit note CAM-C")
    assert [each["amount"] for each in fake.book("refund")] == [900]
    assert all_right(selling) == []


def test_an_order_is_packed_handed_over_by_scan_and_given_back(
    buyer: Visit, desk: Visit, fake: FakeStripe, selling: tuple[str, Database]
) -> None:
    to_the_payment_page(buyer, "collect")
    buyer.press("Pay ")
    number = buyer.page.locator("h1").inner_text().split()[-1]

    desk.go(f"/staff/online/{number}")
    desk.press("It is ready")
    buyer.page.reload()
    code = buyer.page.locator(".tp-code").inner_text()
    desk.go("/staff/online")
    desk.page.get_by_label("Scan or type a customer’s code").fill(code)
    desk.enter()
    desk.press("Hand over")
    desk.says("is handed over")
    buyer.page.reload()
    buyer.says("You have it", "You can cancel until")

    desk.page.get_by_text("Give money back").click()
    desk.page.get_by_label("How many go back").fill("1")
    desk.page.get_by_label("Condition").select_option("Can be sold again")
    desk.page.get_by_label("Back on the shelf?").select_option("Yes")
    desk.page.get_by_label("Why?").fill("Too soft")
    desk.press("Give it back")

    desk.says("£5.50 goes back to the customer")
    assert [each["amount"] for each in fake.book("refund")] == [550]
    assert all_right(selling) == []
    assert [*buyer.complaints, *desk.complaints] == []


def test_a_code_takes_its_share_off_and_that_is_what_is_paid(
    buyer: Visit, fake: FakeStripe, selling: tuple[str, Database]
) -> None:
    code = f"TEN{clock.now():%H%M%S%f}"
    with selling[1].transaction() as work:
        now = clock.now()
        vouchers.make(work, code, percent=10, starts_at=now, by="Olive", at=now)
    buyer.go(f"/shop/{BALL}")
    buyer.press("Add to basket")
    buyer.press("Go to checkout")

    buyer.press("Use a code")
    buyer.page.get_by_label("Your code").fill("NOSUCH")
    buyer.press("Use it")
    buyer.says("We don't know that code")
    buyer.page.get_by_label("Your code").fill(code.lower())
    buyer.press("Use it")
    buyer.says(f"Code {code}: −£0.55")
    buyer.page.get_by_label("Collect from Cambridge").check()
    buyer.press("Order and pay now")
    buyer.press("Pay ")

    buyer.says("Paid. We are preparing it", f"Code {code}", "£4.95")
    assert captured(fake) == [495]
    assert all_right(selling) == []


def take_the_rest(selling: tuple[str, Database], site: str = "cambridge") -> PlacedOrder:
    """Somebody else is about to buy all that is left."""
    with selling[1].transaction() as work:
        now = clock.now()
        left = stock.free(work, ["BALL-65-S"], at=now)["BALL-65-S"][site]
        draft = orders.new(work, site, {"BALL-65-S": left}, channel=Channel.DESK, currency="GBP",
                           vat_registered=False)  # fmt: skip
        until = now + timedelta(minutes=10)
        return orders.place(work, draft, press=orders.new_press(), at=now, hold_until=until)


def bring_back(selling: tuple[str, Database], order: PlacedOrder) -> None:
    """They changed their mind."""
    with selling[1].transaction() as work:
        holds.release(work, order.number, by="desk", at=clock.now())


def test_the_last_one_was_sold_meanwhile_and_nobody_pays(
    buyer: Visit, fake: FakeStripe, selling: tuple[str, Database]
) -> None:
    buyer.go(f"/shop/{BALL}")
    buyer.press("Add to basket")
    buyer.press("Go to checkout")
    buyer.page.get_by_label("Collect from Cambridge").check()
    others = take_the_rest(selling)

    buyer.press("Order and pay now")

    buyer.says("The price or the stock has changed. You have not been charged.")
    assert captured(fake) == []
    bring_back(selling, others)


def test_what_is_paid_and_not_there_is_owed_and_given_back(
    buyer: Visit, desk: Visit, fake: FakeStripe, selling: tuple[str, Database]
) -> None:
    to_the_payment_page(buyer, "collect")
    with selling[1].transaction() as work:
        number = work.scalar(text("SELECT MAX(number) FROM shop_order WHERE channel = 'web'"))
        assert isinstance(number, int)
        holds.release(work, number, by="tick", at=clock.now())
    others = take_the_rest(selling)

    buyer.press("Pay ")

    buyer.says("Paid, and we are looking for one")
    bring_back(selling, others)
    desk.go("/staff/attention")
    desk.says("Paid, and the shelf was empty")
    desk.go(f"/staff/online/{number}")
    desk.page.get_by_text("Give money back").click()
    desk.page.get_by_label("How many go back").fill("1")
    desk.page.get_by_label("Condition").select_option("Not coming back")
    desk.page.get_by_label("Back on the shelf?").select_option("No")
    desk.page.get_by_label("Why?").fill("Sold out")
    desk.press("Give it back")
    desk.says("£5.50 goes back to the customer")
    assert [each["amount"] for each in fake.book("refund")] == [550]
    buyer.page.reload()
    buyer.says("Cancelled", "£5.50 went back to you")


def test_what_is_paid_and_not_there_goes_out_as_another_product(
    buyer: Visit, desk: Visit, selling: tuple[str, Database], axe_source: str
) -> None:
    to_the_payment_page(buyer, "collect")
    with selling[1].transaction() as work:
        number = work.scalar(text("SELECT MAX(number) FROM shop_order WHERE channel = 'web'"))
        assert isinstance(number, int)
        holds.release(work, number, by="tick", at=clock.now())
        stock.receive(work, "cambridge", {"BALL-65-M": 1}, by="Morgan Lee", at=clock.now())
    others = take_the_rest(selling)
    buyer.press("Pay ")
    buyer.says("Paid, and we are looking for one")
    desk.go(f"/staff/online/{number}")
    desk.says("Send something else", "of which none is here")
    desk.fits()
    wrong = barriers(desk, axe_source)
    desk.press("Put it aside instead")
    desk.says("Ask the customer first")
    wrong += barriers(desk, axe_source)
    desk.page.get_by_label("Goes out instead").select_option("BALL-65-M")
    desk.page.get_by_label("The customer has agreed to it").check()
    desk.press("Put it aside instead")

    desk.says("is put aside, with another product in it", "Instead: 1 × Medium ball")
    wrong += barriers(desk, axe_source)
    buyer.page.reload()
    buyer.says("Instead: 1 × Medium ball 6.5 cm, at no extra cost", "Cancel this order")
    buyer.fits()
    if buyer.script:  # axe is one
        wrong += barriers(buyer, axe_source)
    assert wrong == []
    bring_back(selling, others)


def test_what_is_reserved_is_paid_at_the_desk(
    buyer: Visit, desk: Visit, fake: FakeStripe, selling: tuple[str, Database], reserving: str
) -> None:
    buyer.page.goto(f"{reserving}/shop/{BALL}")
    buyer.press("Add to basket")
    buyer.press("Go to checkout")
    buyer.page.get_by_label("Collect from Cambridge").check()
    buyer.page.get_by_label("Your email address").fill("pat@customer.example")
    buyer.press("Reserve, and pay at the desk")
    buyer.says("Kept for you at Cambridge")
    number = buyer.page.locator("h1").inner_text().split()[-1]

    desk.go(f"/staff/online/{number}")
    desk.press("Paid by card, handed over")

    desk.says("is paid and handed over")
    buyer.page.reload()
    buyer.says("You have it", "at the desk by card")
    assert captured(fake) == []
    with selling[1].transaction() as work:  # one address keeps two at once, and each test has one
        work.execute(text("UPDATE shop_buyer SET email = '' WHERE email = 'pat@customer.example'"))


def test_no_page_of_buying_has_a_barrier_for_its_buyer_or_the_desk(
    browser: Browser, selling: tuple[str, Database], fake: FakeStripe, width: int, axe_source: str
) -> None:
    wrong = []
    for scheme in ("light", "dark"):
        context = browser.new_context(
            base_url=selling[0], viewport={"width": width, "height": 900}, locale="en-GB",
            color_scheme=scheme,
        )  # fmt: skip
        visit = Visit(context.new_page(), True)
        for page in ("/basket", "/returns", "/order", f"/shop/{BALL}"):
            visit.go(page)
            wrong += barriers(visit, axe_source)
        visit.go(f"/shop/{BALL}")
        wrong += barriers(visit, axe_source)
        visit.press("Add to basket")
        wrong += barriers(visit, axe_source)
        visit.press("Go to checkout")
        wrong += barriers(visit, axe_source)
        visit.page.get_by_label("Collect from Cambridge").check()
        visit.press("Order and pay now")
        visit.press("Pay ")
        wrong += barriers(visit, axe_source)
        visit.fits()
        order_page = visit.page.url
        visit.press(
            "Full VAT invoice"
            if visit.page.get_by_text("Full VAT invoice").count()
            else "Invoice with your address"
        )
        wrong += barriers(visit, axe_source)
        visit.page.get_by_label("Name or business").fill("Fen Rowing Club")
        visit.page.get_by_label("Address, in one line").fill("9 Fen Road, Ely")
        visit.press("Make the invoice")
        wrong += barriers(visit, axe_source)
        visit.fits()
        visit.page.goto(order_page)
        number = visit.page.locator("h1").inner_text().split()[-1]
        visit.sign_in("manager", "Cambridge")
        order = f"/staff/online/{number}"
        desk = ["/staff/online", order, f"{order}/packing", "/staff/attention",
                "/staff/collecting", "/staff/mail", "/staff/vouchers"]  # fmt: skip
        wrong += check(visit, desk, scheme, axe_source)
        context.close()
    assert wrong == []
