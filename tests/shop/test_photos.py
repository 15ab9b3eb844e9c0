"""Photos of products: one each, at an address of its own, and every change is written down."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop import photos, products
from shop.audit import AuditRow
from shop.errors import NotFound, Unreadable
from shop.photos import ProductPhoto, Size
from tests.pictures import BAD, picture
from tests.shop.conftest import BALL, NOON, SPIKY
from tests.shop.unsaved import shared, unsaved  # noqa: F401

READY = photos.prepare(picture())


def put(work: Session, sku: str = BALL, alt: str = "A red ball") -> ProductPhoto:
    photos.put(work, sku, READY, alt, by="Morgan Lee", at=NOON)
    work.expire_all()
    found = products.get(work, sku).photo
    assert found
    return found


def acts(work: Session) -> list[tuple[str, str, str]]:
    rows = select(AuditRow.act, AuditRow.subject, AuditRow.by).where(AuditRow.act.like("photo%"))
    return [tuple(row) for row in work.execute(rows.order_by(AuditRow.id))]


def count(work: Session) -> int:
    return work.scalar(select(func.count()).select_from(ProductPhoto)) or 0


def test_a_product_has_its_photo_wherever_it_is_read(work: Session) -> None:
    assert products.get(work, BALL).photo is None

    photo = put(work)

    assert (photo.alt, photo.width, photo.height) == ("A red ball", 400, 300)
    for found in (*products.listed(work), *products.search(work, "ball")):
        assert (found.photo is not None) == (found.sku == BALL)


def test_reading_products_takes_no_photo_out_of_the_database(work: Session) -> None:
    put(work)

    (found,) = [p for p in products.listed(work) if p.sku == BALL]

    assert found.photo
    assert not {"large", "small"} & found.photo.__dict__.keys()


def test_each_photo_has_an_address_that_nobody_can_guess_and_is_never_used_again(
    work: Session,
) -> None:
    names = {put(work).name for _ in range(5)}

    assert len(names) == 5
    assert {len(name) for name in names} == {22}
    assert count(work) == 1


def test_what_a_replaced_photo_showed_is_gone(work: Session) -> None:
    old = put(work).name
    put(work, alt="Another")

    with pytest.raises(NotFound):
        photos.content(work, old, Size.LARGE)


def test_a_photo_is_there_in_both_sizes(work: Session) -> None:
    name = put(work).name

    large, small = (photos.content(work, name, size) for size in Size)

    assert (large, small) == (READY.large.content, READY.small.content)
    assert max(READY.small.width, READY.small.height) == photos.LONGEST_SMALL


def test_a_change_of_its_photo_is_a_change_of_what_a_page_shows(work: Session) -> None:
    before = products.get(work, BALL).facts
    put(work)
    shown = products.get(work, BALL).facts
    photos.describe(work, BALL, "In other words", by="Morgan Lee", at=NOON)
    work.expire_all()

    assert len({before, shown, products.get(work, BALL).facts}) == 3


def test_every_change_is_written_down_with_who_made_it(work: Session) -> None:
    put(work)
    put(work)
    photos.describe(work, BALL, "In other words", by="Olive Grant", at=NOON)
    photos.remove(work, BALL, by="Olive Grant", at=NOON)

    assert acts(work) == [
        ("photo added", BALL, "Morgan Lee"),
        ("photo replaced", BALL, "Morgan Lee"),
        ("photo described", BALL, "Olive Grant"),
        ("photo removed", BALL, "Olive Grant"),
    ]
    assert count(work) == 0


def test_what_is_not_there_is_neither_described_nor_removed(work: Session) -> None:
    put(work, SPIKY)
    with pytest.raises(NotFound):
        photos.describe(work, BALL, "Nothing", by="Morgan Lee", at=NOON)
    with pytest.raises(NotFound):
        photos.remove(work, BALL, by="Morgan Lee", at=NOON)

    assert acts(work) == [("photo added", SPIKY, "Morgan Lee")]
    assert count(work) == 1


def test_a_refused_file_leaves_nothing(work: Session) -> None:
    for content in BAD.values():
        with pytest.raises(Unreadable):
            photos.put(work, BALL, photos.prepare(content), "Bad", by="Morgan Lee", at=NOON)

    assert (count(work), acts(work)) == (0, [])


@pytest.mark.parametrize(
    "change",
    [
        "large = zeroblob(48001)",
        "small = zeroblob(0)",
        "alt = ''",
        "width = 801",
    ],
)
def test_the_database_refuses_a_row_that_is_too_large_or_says_nothing(
    work: Session, change: str
) -> None:
    put(work)
    if work.get_bind().dialect.name == "postgresql":
        change = change.replace("zeroblob(48001)", "decode(repeat('00', 48001), 'hex')")
        change = change.replace("zeroblob(0)", "''::bytea")

    with pytest.raises(IntegrityError):
        work.execute(text(f"UPDATE shop_product_photo SET {change}"))


def test_a_photo_of_no_product_is_refused(work: Session) -> None:
    with pytest.raises(IntegrityError):
        photos.put(work, "NOTHING", READY, "A ball", by="Morgan Lee", at=NOON)
