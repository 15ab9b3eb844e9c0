"""What the shop sells. A ball or a roller carries its tool, so that advice can be worked out."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import CheckConstraint, ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from catalog.drawing import product
from catalog.tools import Firmness, Kind, Surface, Tool
from shop.db import Base, whole
from shop.errors import NotFound
from shop.money import BASIS, MOST_PENCE
from shop.photos import ProductPhoto
from shop.postage import Packed

MOST_PACKED = 100_000  # millimetres of a side, and grams, of a packed product
_PACKED = ("packed_length_mm", "packed_width_mm", "packed_height_mm", "packed_grams")
_KINDS = ", ".join(f"'{kind}'" for kind in Kind)
_COLOURS = ", ".join(f"'{colour}'" for colour in product.COLOURS)
_SURFACES = ", ".join(f"'{surface}'" for surface in Surface)


class Product(Base):
    """One thing on the shelf. Unknown attributes stay empty: sold, but never recommended."""

    __tablename__ = "shop_product"
    __table_args__ = (
        whole("price_pence", 1, MOST_PENCE),
        whole("vat_bp", 0, BASIS),
        CheckConstraint(f"kind IN ({_KINDS})", name="kind_known"),
        CheckConstraint(f"surface IN ({_SURFACES})", name="surface_known"),
        CheckConstraint(f"colour IN ({_COLOURS})", name="colour_known"),
        CheckConstraint("firmness BETWEEN 1 AND 4", name="firmness_known"),
        *(CheckConstraint(f"{n} BETWEEN 1 AND {MOST_PACKED}", name=f"{n}_real") for n in _PACKED),
    )

    sku: Mapped[str] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    brand: Mapped[str] = mapped_column(default="")
    barcode: Mapped[str | None] = mapped_column(unique=True)
    price_pence: Mapped[int]
    vat_bp: Mapped[int] = mapped_column(default=2000)
    on_sale: Mapped[bool] = mapped_column(default=True)
    summary: Mapped[str] = mapped_column(default="")
    made_of: Mapped[str] = mapped_column(default="")
    cleaning: Mapped[str] = mapped_column(default="")
    latex: Mapped[bool | None]
    colour: Mapped[str] = mapped_column(default="stone")
    kind: Mapped[str]
    firmness: Mapped[int | None]
    diameter_mm: Mapped[int | None]
    length_mm: Mapped[int | None]
    surface: Mapped[str | None]
    powered: Mapped[bool] = mapped_column(default=False)
    sealed: Mapped[bool] = mapped_column(default=False, server_default=false())  # for hygiene
    packed_length_mm: Mapped[int | None]
    packed_width_mm: Mapped[int | None]
    packed_height_mm: Mapped[int | None]
    packed_grams: Mapped[int | None]
    photo: Mapped[ProductPhoto | None] = relationship(lazy="joined", viewonly=True)

    @cached_property
    def tool(self) -> Tool:
        return Tool(
            kind=Kind(self.kind),
            firmness=None if self.firmness is None else Firmness(self.firmness),
            diameter_mm=self.diameter_mm,
            length_mm=self.length_mm,
            surface=None if self.surface is None else Surface(self.surface),
            powered=self.powered,
        )

    @cached_property
    def packed(self) -> Packed | None:
        """What it is to the post; None where nobody has measured and weighed it."""
        length, width, height = self.packed_length_mm, self.packed_width_mm, self.packed_height_mm
        if length is None or width is None or height is None or self.packed_grams is None:
            return None
        return Packed(length, width, height, self.packed_grams)

    @cached_property
    def facts(self) -> tuple[Hashable, ...]:
        """All that a page shows of it but its stock."""
        words = (self.brand, self.summary, self.made_of, self.cleaning, self.latex)
        looks = (self.colour, self.photo and (self.photo.name, self.photo.alt))
        sold = self.price_pence, self.packed
        return self.sku, self.slug, self.name, sold, looks, self.tool, words


_ORDER = (Product.kind, Product.firmness.nulls_last(), Product.name)


def listed(work: Session) -> Sequence[Product]:
    """What is on sale: balls first, softer before firmer, what nobody has measured last."""
    return work.scalars(_LISTED).all()


def everything(work: Session) -> Sequence[Product]:
    """What is on sale and what was withdrawn, in the same order."""
    return work.scalars(_EVERYTHING).all()


_EVERYTHING = select(Product).order_by(*_ORDER)
_LISTED = _EVERYTHING.where(Product.on_sale.is_(True))


def get(work: Session, sku: str) -> Product:
    found = work.get(Product, sku)
    if found is None:
        raise NotFound(f"There is no product with the code {sku}.")
    return found


def by_sku(work: Session, skus: Iterable[str]) -> Mapping[str, Product]:
    """These products in one query, those that exist."""
    found = work.scalars(select(Product).where(Product.sku.in_(sorted(set(skus)))))
    return {each.sku: each for each in found}


@dataclass(frozen=True, slots=True)
class Price:
    """What an order line freezes of a product."""

    name: str
    price_pence: int
    vat_bp: int
    on_sale: bool
    sealed: bool = False


def scanned(work: Session, code: str) -> Product | None:
    """The product whose barcode or code is exactly this, as a scanner sends it."""
    exact = select(Product).where(or_(Product.barcode == code, Product.sku == code.upper()))
    return work.scalars(exact).first()


def search(work: Session, words: str, *, most: int = 10) -> Sequence[Product]:
    """Products whose name or code has every one of these words, in any order."""
    return work.scalars(_LISTED.where(matching(words)).limit(most)).all()


def matching(words: str) -> ColumnElement[bool]:
    """For a statement on products: each word is in name, code or brand, or all is the barcode.

    A barcode among other words means nothing: a digit before it must not be read as a quantity.
    """
    each = [
        or_(
            Product.name.icontains(word, autoescape=True),
            Product.sku.icontains(word, autoescape=True),
            Product.brand.icontains(word, autoescape=True),
        )
        for word in words.split()
    ]
    return or_(Product.barcode == words.strip(), and_(true(), *each))
