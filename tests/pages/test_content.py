"""The clinical content as staff see it: the board, what waits for a clinician, who signed."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from shop import clock
from shop.audit import AuditRow
from shop.content_reviews import LONGEST_NAME, ContentReview
from shop.products import Product
from shop.staff import Role
from shop.stock import StockLevel
from tests.conftest import database_of, make_app
from tests.pages.at_desk import Post, Statements, sign_in
from tests.pages.reading import LIBRARY, read
from tests.pages.stock_desk import put

URL = "/staff/content"
READERS = [Role.PRACTITIONER, Role.MANAGER, Role.OWNER]
SAM = {"reviewer": "Sam Okoro", "registration": "PH123456"}
UNSIGNED = len(LIBRARY.guides) + len(LIBRARY.cards) + len(LIBRARY.lessons)


@pytest.fixture
def manager(app: Flask, post: Post) -> FlaskClient:
    return sign_in(app, post, {"cambridge": Role.MANAGER})


def text_of(page: str) -> str:
    """What stands on a page, without its tags and runs of space."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


def place(page: str, region: str) -> str:
    """What the board says of one place."""
    found = re.search(rf'aria-labelledby="place-{region}">(.*?)</section>', page, re.DOTALL)
    assert found, region
    return text_of(found[1])


def looks(page: str) -> str:
    """What is said to need a look."""
    return text_of(page.partition("<h2>Needs a look</h2>")[2].partition("<h2>Waits")[0])


def reviews(app: Flask) -> list[tuple[str, str, str, str]]:
    with database_of(app).reading() as work:
        rows = work.scalars(select(ContentReview).order_by(ContentReview.id))
        return [(row.version, row.reviewer, row.registration, row.by) for row in rows]


def withdraw_all_but(app: Flask, *skus: str) -> None:
    with database_of(app).transaction() as work:
        work.execute(update(Product).where(Product.sku.not_in(skus)).values(on_sale=False))


# Who may look


@pytest.mark.parametrize("role", READERS)
def test_practitioners_managers_and_owners_find_the_board(
    app: Flask, post: Post, role: Role
) -> None:
    client = sign_in(app, post, {"cambridge": role})

    assert f'href="{URL}"' in read(client, "/staff")
    assert "Clinical content" in read(client, URL)


def test_reception_is_told_whom_to_ask(desk: FlaskClient) -> None:
    assert "Ask one of them at Cambridge." in read(desk, URL, 403)
    assert f'href="{URL}"' not in read(desk, "/staff")


def test_the_role_counts_at_the_clinic_of_this_desk(app: Flask, post: Post) -> None:
    client = sign_in(app, post, {"cambridge": Role.RECEPTION, "ely": Role.OWNER})
    post(client, "/staff/site", site="cambridge")
    assert client.get(URL).status_code == 403

    post(client, "/staff/site", site="ely")

    assert client.get(URL).status_code == 200


# The board


def test_a_place_shows_its_guides_tools_and_free_units(app: Flask, manager: FlaskClient) -> None:
    for site, units in (("cambridge", 5), ("newmarket", 4), ("ely", 0)):
        put(app, site, units)

    shown = place(read(manager, URL), "blade_spine")

    assert "Between your shoulder blade and your spine Rhomboids, middle trapezius" in shown
    assert "Wall Chair Floor Low G01 " in shown
    assert re.search(r"G13 Ball, peanut ball \d+ products, \d+ free Another position", shown)
    assert "Very high: the calm-down plan, and a person" in shown
    assert "Soft ball 6.5 cm Cambridge 5, Newmarket 4, Ely 0" in shown


def test_every_place_is_on_the_board_and_links_its_guides(manager: FlaskClient) -> None:
    page = read(manager, URL)

    for region in LIBRARY.regions.values():
        assert region.label in place(page, region.id)
    for guide in LIBRARY.guides.values():
        if guide.presses:
            assert f'<a href="/guides/{guide.slug}">{guide.id}</a>' in page


def test_what_is_never_pressed_is_said_in_one_line(manager: FlaskClient) -> None:
    page = read(manager, URL)

    assert place(page, "throat").endswith("Everybody: never pressed.")
    assert "G" not in place(page, "throat").partition("Everybody")[2]


def test_another_position_is_named_where_it_is_the_reason(manager: FlaskClient) -> None:
    assert "Low G03" in place(read(manager, URL), "shoulder_top")
    assert "Another position" in place(read(manager, URL), "shoulder_top")


def test_units_are_read_anew_for_every_look(app: Flask, manager: FlaskClient) -> None:
    before = place(read(manager, URL), "sole")
    with database_of(app).transaction() as work:
        work.execute(update(StockLevel).values(held=StockLevel.on_hand))

    page = read(manager, URL)

    assert "out of stock" not in before
    assert "out of stock" in place(page, "sole")
    assert "What fits is sold out at every clinic." in looks(page)
    assert place(page, "sole").count("0 free") == 3


def test_one_clinic_with_a_ball_left_is_not_out_of_stock(app: Flask, manager: FlaskClient) -> None:
    with database_of(app).transaction() as work:
        away = StockLevel.place != "shelf:ely"
        work.execute(update(StockLevel).where(away).values(held=StockLevel.on_hand))

    assert "out of stock" not in read(manager, URL)


def test_a_cell_with_one_product_names_it_where_to_look(app: Flask, manager: FlaskClient) -> None:
    withdraw_all_but(app, "BALL-65-S", "STICK-45")

    page = read(manager, URL)

    assert "Only one product fits. When it sells out, nothing is left." in looks(page)
    where = f"{LIBRARY.regions['sole'].label} : low, chair; moderate, chair; high, chair"
    assert f"{where} (Soft ball 6.5 cm)" in looks(page)
    assert "1 product, " in place(page, "sole")


def test_what_we_sell_nothing_for_says_what_would_do_at_home(
    app: Flask, manager: FlaskClient
) -> None:
    withdraw_all_but(app)

    page = read(manager, URL)

    assert "We sell nothing that fits." in place(page, "sole")
    assert "At home: " in place(page, "sole")
    assert "no product" in looks(page)


def test_a_price_or_a_new_product_changes_the_board_at_once(
    app: Flask, manager: FlaskClient
) -> None:
    assert "Unheard-of ball" not in read(manager, URL)
    with database_of(app).transaction() as work:
        work.execute(
            update(Product).where(Product.sku == "BALL-65-S").values(name="Unheard-of ball")
        )

    assert "Unheard-of ball" in place(read(manager, URL), "sole")


def test_a_dead_end_of_a_clinics_own_content_heads_what_needs_a_look(
    tmp_path, demo_copy, post: Post
) -> None:
    (tmp_path / "own.toml").write_text(
        '[region.heel]\nlabel = "At your heel"\ngroup = "Leg"\nmuscles = ["soleus"]\n'
        'ceiling = "soft"\n'
    )
    app = make_app(demo_copy(), SHOP_CONTENT_FOLDERS=str(tmp_path))

    page = read(sign_in(app, post, {"cambridge": Role.OWNER}), URL)

    assert looks(page).startswith("dead end Nobody gets a tool there, and no answer of theirs")
    assert "At your heel : low, wall; low, chair; low, floor; moderate, wall" in looks(page)
    database_of(app).dispose()


def test_a_shop_with_a_choice_everywhere_has_nothing_to_look_at(
    manager: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shop.pages.staff.content.looks", lambda board: {})

    assert "Nothing. Everywhere there is a choice in stock, or a reason." in read(manager, URL)


def test_the_board_asks_the_database_a_few_times(
    manager: FlaskClient, statements: Statements
) -> None:
    read(manager, URL)

    with statements() as seen:
        read(manager, URL)

    assert len(seen) <= 7, "\n".join(seen)


# What waits for a clinician


def test_all_content_is_unsigned_until_somebody_is_recorded(
    manager: FlaskClient, post: Post
) -> None:
    before = read(manager, URL)
    post(manager, URL, **SAM)

    after = read(manager, URL)

    assert "Content not yet clinically reviewed." in before
    assert f"{UNSIGNED} unsigned" in before
    assert "G01 Upper back and shoulder blade" in before
    assert "unsigned" not in after
    assert "Nothing. This version is signed, and no review is overdue." in after


def test_a_guide_past_its_day_is_overdue_whoever_signed(
    manager: FlaskClient, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(manager, URL, **SAM)
    later = clock.now().replace(year=2027, month=5, day=23)
    monkeypatch.setattr(clock, "day_of", lambda *_: later.date())

    page = read(manager, URL)

    assert f"{len(LIBRARY.guides)} overdue for review" in page
    assert "since Saturday 22 May 2027" in page


# Recording a review


@pytest.mark.parametrize("role", [Role.MANAGER, Role.OWNER])
def test_a_manager_or_owner_records_a_review_of_this_version(
    app: Flask, post: Post, role: Role
) -> None:
    client = sign_in(app, post, {"cambridge": role})

    sent = post(client, URL, reviewer="  Sam   Okoro ", registration="ph 123456")

    assert (sent.status_code, sent.location) == (303, URL)
    assert reviews(app) == [(LIBRARY.version, "Sam Okoro", "PH123456", "Sam Reed")]
    page = text_of(read(client, URL))
    assert "Clinically reviewed by Sam Okoro, PH123456 . Recorded by Sam Reed, " in page
    assert "Content not yet clinically reviewed." not in page


def test_the_audit_says_who_recorded_it(app: Flask, manager: FlaskClient, post: Post) -> None:
    post(manager, URL, **SAM)

    with database_of(app).reading() as work:
        rows = work.execute(
            select(AuditRow.subject, AuditRow.by).where(AuditRow.act == "content reviewed")
        ).all()
    assert rows == [(f"{LIBRARY.version} by Sam Okoro, PH123456", "Sam Reed")]


def test_a_practitioner_reads_and_does_not_record(
    app: Flask, post: Post, desk: FlaskClient
) -> None:
    client = sign_in(app, post, {"cambridge": Role.PRACTITIONER})

    page = read(client, URL)
    sent = post(client, URL, version=LIBRARY.version, **SAM)

    assert "A manager or owner records who has reviewed it." in page
    assert 'name="registration"' not in page
    assert sent.status_code == 403
    assert "Ask one of them at Cambridge." in sent.text
    assert post(desk, URL, page="/staff/site", **SAM).status_code == 403
    assert reviews(app) == []


def test_a_page_of_other_content_records_nothing(
    app: Flask, manager: FlaskClient, post: Post
) -> None:
    sent = post(manager, URL, version="0123456789abcdef", **SAM)

    assert sent.status_code == 400
    assert "The content is another one by now. Read this version first." in sent.text
    assert reviews(app) == []
    assert 'value="Sam Okoro"' in sent.text
    assert f'name="version" type="hidden" value="{LIBRARY.version}"' in sent.text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"reviewer": ""}, "Enter the reviewer’s name"),
        ({"reviewer": "A" * (LONGEST_NAME + 1)}, "Enter the reviewer’s name"),
        ({"reviewer": "A" * 501}, "That is too long."),
        ({"registration": ""}, "That is no registration number."),
        ({"registration": "12"}, "That is no registration number."),
        ({"registration": "x" * 600}, "That is no registration number."),
    ],
)
def test_a_slip_in_the_form_is_named_and_the_rest_is_kept(
    app: Flask, manager: FlaskClient, post: Post, wrong: dict[str, str], sentence: str
) -> None:
    sent = post(manager, URL, **{**SAM, **wrong})

    assert sent.status_code == 400
    assert "There is a problem" in sent.text
    assert sentence in unescape(sent.text)
    for field, value in SAM.items():
        if field not in wrong:
            assert f'value="{value}"' in sent.text
    assert reviews(app) == []


def test_a_form_without_its_token_records_nothing(app: Flask, manager: FlaskClient) -> None:
    sent = manager.post(URL, data={**SAM, "version": LIBRARY.version})

    assert sent.status_code == 400
    assert reviews(app) == []


def test_the_public_never_reads_that_content_is_not_reviewed(client: FlaskClient) -> None:
    for url in ("/", "/guides/upper-back-and-shoulder-blade", "/how-it-works", "/help"):
        page = read(client, url)

        assert "not yet clinically reviewed" not in page.lower()
        assert "Riverside Physio is responsible for it." in page
