"""Rubbish in every field of every form and every address: a sentence, never a crash.

The routes come from the URL map and the forms from the pages themselves, so a new screen
is attacked without anybody remembering it.
"""

import hashlib
import secrets
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select, text
from werkzeug.routing import Rule

from shop import (
    alerts,
    attention,
    back_in_stock,
    clock,
    counts,
    kept_results,
    loans,
    order_links,
    outbox,
    photos,
    purchases,
    short_codes,
    suppliers,
    transfers,
    unpackings,
    uploads,
    vouchers,
)
from shop.accounts import Account
from shop.attention import Kind
from shop.db import Base
from shop.outbox import OutboxRow
from shop.pages.product_rows import NEEDED
from shop.products import Product
from shop.purchases import Wanted
from shop.staff import Role
from tests.conftest import KEY, database_of
from tests.pages.at_desk import Post, deliver, sign_in
from tests.pages.finding import Finder
from tests.pages.forms_on import ShownForm, forms_on
from tests.pages.ordering import Customer
from tests.pages.payloads import PAYLOADS
from tests.pictures import picture
from tests.shop.gateways.test_stripe import asked

PUBLIC_ENOUGH = {"sku": "SPARE-1", "number": "1"}
TRIED = ("shop_rate_limit",)  # how often somebody guessed
SAFE = ("csrf_token", "press")
# Rows that a press makes or ends.
MADE = ("shop_basket", "shop_basket_line", "shop_kept_result", "shop_stock_wait")
# What a form with a press may write: stock, never a price, an order, a role or a receipt.
ACTS = ("shop_press", "shop_stock_", "shop_transfer", "shop_arrival", "shop_count",
        "shop_document_number", "shop_unpacking", "shop_delivery", "shop_purchase",
        "shop_supplier", "shop_supply", "shop_product_cost", "shop_audit",
        "shop_upload", "shop_attention", "shop_outbox", "shop_site", "shop_loan",
        "shop_set", "shop_cleaning", "shop_voucher", "shop_plan", "shop_hold", "shop_demand",
        "shop_cash_move", "shop_short_code")  # fmt: skip


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("shop.")]


def pages(app: Flask, client: FlaskClient) -> list[str]:
    """An address of every page that can be looked at, parameters filled in from the demo."""
    with app.app_context(), database_of(app).transaction() as work:
        kept = kept_results.keep(work, "<p>A result</p>", at=clock.now())
        slug = work.execute(text("SELECT slug FROM shop_product ORDER BY sku")).scalars().first()
        web = text("SELECT id, number FROM shop_order WHERE channel = 'web'")
        order_id, online = work.execute(web).one()
        token = order_links.mint(work, order_id, at=clock.now())
        plan = work.execute(text("SELECT code FROM shop_plan ORDER BY id DESC")).scalars().first()
        loan = work.execute(text("SELECT number FROM shop_loan")).scalars().first()
        waits = back_in_stock.ask(work, "SPARE-1", "ely", "pat@customer.example", at=clock.now())
        photo = work.execute(text("SELECT name FROM shop_product_photo")).scalars().first()
    shop = next(iter(app.extensions["shop"].values()))
    guide = next(iter(shop.library.guides.values())).slug
    found = []
    for rule in rules(app):
        if "GET" not in (rule.methods or ()):
            continue
        values = {**PUBLIC_ENOUGH, "slug": guide if "guide" in rule.rule else slug}
        values |= {"code": kept, "name": photo or "none", "size": "small"}
        values |= {"named": "shop.css", "path": "nowhere", "token": token}
        values |= {"reference": shop.gateway.open(asked()).reference}
        if "/staff/online/" in rule.rule:
            values["number"] = str(online)
        if "/shop/sets/" in rule.rule:
            values["slug"] = "set-start"
        if "/sales/" in rule.rule:
            values["number"] = "CAM-1"
        if "/plans/" in rule.rule or rule.rule.startswith("/p/"):
            values["code"] = str(plan)
        if "/loans/" in rule.rule:
            values["number"] = str(loan)
        url = rule.rule
        for name in rule.arguments:
            url = url.replace(f"<path:{name}>", values[name]).replace(f"<{name}>", values[name])
        found.append(url)
    more = ("/staff/stock/counts/1?line=BALL-65-S", "/checkout?code=1", "/shop/spare/back",
            "/staff/plans/new?area=blade_spine",
            "/staff/till/code?code=5012345678900&product=SPARE-1")  # fmt: skip
    return [*found, *more, f"/back/{waits}"]


@pytest.fixture
def answered(app: Flask, post: Post) -> FlaskClient:
    """An owner, who may open every screen, with a basket, and half-way through the finder.

    There is a product that nobody has yet, so that its page offers all it can do, a
    transfer, a count, an order, a box and an import that were begun.
    """
    who = {"by": "Rae Ellis", "at": clock.now()}
    with database_of(app).transaction() as work:
        spare = {"sku": "SPARE-1", "slug": "spare", "name": "Spare ball", "price_pence": 100}
        work.execute(insert(Product).values(**spare, kind="ball"))
        transfers.draft(work, "cambridge", "ely", {"BALL-65-S": 1}, **who)
        counts.start(work, "cambridge", ["BALL-65-S"], **who)
        acme = suppliers.add(work, "Acme")
        vouchers.make(work, "TENOFF", percent=10, starts_at=who["at"], **who)
        alerts.set_rule(work, "cambridge", "SPARE-1", minimum=1, target=4, **who)
        purchases.draft(work, acme.id, "cambridge", [Wanted("BALL-65-S", 1, 100)], **who)
        box = unpackings.begin(work, "cambridge", **who)
        unpackings.scan(work, box.id, "BALL-65-S", 1, at=who["at"])
        loans.try_here(work, "cambridge", "PEANUT-65-S", **who)
        loans.try_here(work, "cambridge", "PEANUT-65-S", **who)
        today = who["at"].date()
        loans.lend(work, "cambridge", "PEANUT-65-S", due_on=today, today=today, **who)
        mail = {"to": "site:cambridge", "site": "cambridge", "subject": "s", "body": "b"}
        outbox.put(work, "k", **mail, at=who["at"])
        outbox.give_up(work, work.scalars(select(OutboxRow)).one(), "550 no such box")
        rae = work.scalars(select(Account.id).where(Account.name == "Rae Ellis")).one()
        short_codes.choose(work, rae, "4711", secret=KEY.encode(), token="", **who)
        uploads.keep(work, "range.csv", [*NEEDED], [[(2, ["A", "A ball", "5", "ball"])]], **who)
    desk = sign_in(app, post, {"cambridge": Role.OWNER})
    _send(desk, "/staff/till", code="BALL-65-S")
    deliver(app, "cambridge", 3, "BALL-65-M")
    Customer(desk).order("medium-ball-65")
    assert Customer(desk).add("medium-ball-65").status_code == 303
    with database_of(app).transaction() as work:
        ready = photos.prepare(picture())
        photos.put(work, "SPARE-1", ready, "A ball", by="Sam Reed", at=clock.now())
        attention.raise_(
            work, Kind.UNKNOWN_ORDER, "pi_1", order_id=None, amount_pence=1, at=clock.now()
        )
    finder = Finder(desk, post)
    finder.go("head_temple", safety="about_you", signs={"about_you": "aspirin"})
    finder.refine(owns=["", "tennis_ball"])
    return desk


def _send(client: FlaskClient, url: str, **values: str) -> None:
    form = next(f for f in forms_on(client.get(url).text, url) if set(values) <= f.values.keys())
    kept = {name: v for name, v in form.values.items() if name in SAFE}
    client.post(form.action, data={**kept, **values})


def shown_forms(app: Flask, client: FlaskClient) -> Iterator[ShownForm]:
    """Every form that any page shows, once for each address and set of fields."""
    seen = set()
    for url in pages(app, client):
        answer = client.get(url, buffered=True)
        if answer.mimetype != "text/html" or answer.status_code != 200:
            continue
        for form in forms_on(answer.text, url):
            key = (form.action, form.method, tuple(form.values))
            if key not in seen and "sign-out" not in form.action:
                seen.add(key)
                yield form


def test_every_page_is_well_formed_html(app: Flask, answered: FlaskClient) -> None:
    for url in pages(app, answered):
        answer = answered.get(url, buffered=True)
        if answer.mimetype == "text/html" and answer.status_code != 303:
            forms_on(answer.text, url)  # a strict parser: it raises on the first mistake


def test_every_route_that_takes_a_post_has_a_form_somewhere(
    app: Flask, answered: FlaskClient
) -> None:
    adapter = app.url_map.bind("localhost")
    posted_to = {
        adapter.match(form.action.partition("?")[0], method="POST")[0]
        for form in shown_forms(app, answered)
        if form.method == "post"
    }
    # Receiving and posting have their own rubbish: one row is not in two states.
    posted_to |= {"shop.transfer_receive", "shop.count_post", "shop.order_mail", "shop.order_close"}
    # An order stands in one state at a time.
    posted_to |= {"shop.my_order_return", "shop.online_over", "shop.online_posted"}
    posted_to |= {"shop.online_back", "shop.online_supply", "shop.online_sell"}
    posted_to |= {"shop.online_let_go", "shop.online_substitute"}
    # Nothing was withdrawn, and an owner approves no tool: test_plans_withdrawn.py.
    posted_to |= {"shop.plans_swap"}
    posted_to |= {"shop.sign_in", "shop.sign_out", "shop.unknown", "shop.stripe_webhook"}

    # A basket is parked, short of something, or for somebody who came, and a sale is young.
    posted_to |= {"shop.till_park", "shop.till_resume", "shop.till_collect", "shop.till_found"}
    posted_to |= {"shop.till_keep", "shop.till_let_go", "shop.sale_undo", "shop.sale_refund"}
    posted_to |= {"shop.sale_exchanged"}
    # The drawer is open, and nobody is half-way through closing it.
    posted_to |= {"shop.till_open_save", "shop.closing_count_done"}
    posted_to |= {"shop.closing_holds_done", "shop.closing_tomorrow_done"}
    takers = {rule.endpoint for rule in rules(app) if "POST" in (rule.methods or ())}

    assert takers <= posted_to


def test_rubbish_in_any_field_is_refused_or_harmless(app: Flask, answered: FlaskClient) -> None:
    attacked, tokens = 0, {"csrf_token"}
    for form in list(shown_forms(app, answered)):
        fields = [name for name in form.values if name not in tokens]
        tokens |= {"press"} & form.values.keys()  # one class of every form: attacked once
        for field in fields or ["extra"]:
            for payload in PAYLOADS:
                attacked += 1
                answer = _submit(app, answered, form, field, payload)

                assert answer.status_code < 500, (form.action, field, payload)
                assert "<script>alert" not in answer.text, (form.action, field, payload)
                assert "onerror=alert(1)>" not in answer.text, (form.action, field, payload)
    assert attacked > 60 * 10


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\u0085"])
def test_a_character_that_no_keyboard_types_is_refused_in_every_field(
    app: Flask, answered: FlaskClient, character: str
) -> None:
    for form in list(shown_forms(app, answered)):
        for field in form.values:
            answer = _submit(app, answered, form, field, f"ball{character}")

            assert answer.status_code == 400, (form.action, field)


def _submit(app: Flask, client: FlaskClient, form: ShownForm, field: str, payload: str):
    values = {name: given[0] for name, given in form.values.items()}
    if form.method == "get":
        return client.get(form.action, query_string={**values, field: payload})
    if "press" in values:  # or the first act would use it up, and the rest would reach nothing
        values["press"] = secrets.token_urlsafe(16)
    return client.post(form.action, data={**values, field: payload})


def test_rubbish_in_any_part_of_an_address_is_a_page_of_ours(
    app: Flask, answered: FlaskClient
) -> None:
    for rule in rules(app):
        for name in rule.arguments:
            for payload in PAYLOADS:
                url = rule.rule.replace(f"<path:{name}>", payload).replace(f"<{name}>", payload)

                answer = answered.open(path=url, method="GET", buffered=True)

                assert answer.status_code < 500, url
                assert "<script>alert" not in answer.text, url


def test_rubbish_in_any_query_is_a_page_of_ours(app: Flask, answered: FlaskClient) -> None:
    names = ("q", "kind", "firmness", "clinic", "day", "before", "site", "new", "v", "made-up",
             "only", "after", "place", "paper", "copies", "first", "way", "code", "line",
             "where", "purchase")  # fmt: skip
    for url in pages(app, answered):
        page = url.partition("?")[0]
        for payload in PAYLOADS:
            answer = answered.get(page, query_string=dict.fromkeys(names, payload), buffered=True)

            assert answer.status_code < 500, (url, payload)
            assert b"<script>alert" not in answer.data, (url, payload)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE"])
def test_a_method_that_a_page_does_not_take_is_answered_and_changes_nothing(
    app: Flask, answered: FlaskClient, method: str
) -> None:
    urls, before = pages(app, answered), _everything(app)

    for url in urls:
        assert answered.open(url, method=method, buffered=True).status_code < 500, url

    assert _everything(app) == before


def test_looking_at_every_page_changes_nothing(app: Flask, answered: FlaskClient) -> None:
    urls, before = pages(app, answered), _everything(app)

    for url in urls:
        answered.get(url, buffered=True)

    assert _everything(app) == before


def test_a_form_without_its_csrf_token_does_nothing(app: Flask, answered: FlaskClient) -> None:
    posts = [form for form in shown_forms(app, answered) if form.method == "post"]
    before = _everything(app)

    for form in posts:
        values = {name: given[0] for name, given in form.values.items()}
        for token in ("", "made-up", None):
            data = {k: v for k, v in {**values, "csrf_token": token}.items() if v is not None}

            assert answered.post(form.action, data=data).status_code == 400, form.action

    assert posts
    assert _everything(app) == before


def test_every_column_name_in_every_form_changes_nothing_by_itself(
    app: Flask, answered: FlaskClient
) -> None:
    """Mass assignment: price, role and state are not for a form to say."""
    columns = {c.name for table in Base.metadata.tables.values() for c in table.columns}
    for form in list(shown_forms(app, answered)):
        acts_by_itself = ("/staff/till/pay", "/checkout/pay", "/remove", "/import/1",
                          "/staff/till/code")  # fmt: skip
        ordered = form.action.startswith(("/order", "/staff/online/", "/demo-pay/"))
        acts = form.action.endswith(acts_by_itself) or ordered
        if form.method == "post" and not acts:
            values = {name: given[0] for name, given in form.values.items()}
            extra = {c: "1" for c in columns if c not in values}
            but = (*MADE, *(ACTS if "press" in form.values else ()))
            before = _everything(app, but=but)

            answered.post(form.action, data={**values, **extra})

            assert _everything(app, but=but) == before, form.action


def test_a_request_that_is_too_big_is_refused(client: FlaskClient) -> None:
    assert client.post("/find/where", data={"regions": "a" * 2_000_000}).status_code == 413


def _everything(app: Flask, but: tuple[str, ...] = ()) -> str:
    """A digest of every row, but of tables that begin so, and when somebody was last seen."""
    digest = hashlib.sha256()
    with database_of(app).reading() as work:
        for name in sorted(Base.metadata.tables):
            if not name.startswith((*but, "shop_staff_session", "shop_sign_in_attempt", *TRIED)):
                rows = sorted(
                    repr(tuple(row)) for row in work.execute(text(f"SELECT * FROM {name}"))
                )
                digest.update(repr((name, rows)).encode())
    return digest.hexdigest()
