"""A transfer's page, as either of its clinics sees it, with what can be done about it here."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from shop import arrivals, clock, products, sites, stock, transfers
from shop.arrivals import Outcome
from shop.db import reading
from shop.errors import NotFound
from shop.pages.form import Form
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.line_form import LineForm
from shop.pages.staff.listing import ListForm, hits, words
from shop.pages.staff.press import PressForm, blank
from shop.pages.staff.said import said
from shop.pages.staff.transfer_form import ReceiveForm
from shop.pages.text import whole_number
from shop.sites import Site
from shop.transfers import Transfer, TransferLine, TransferState

LAST_NUMBER = 999_999_999
_OUTCOMES = {
    Outcome.ARRIVED: "arrived",
    Outcome.BROKEN: "broken",
    Outcome.LOST: "lost",
    Outcome.RETURNED: "not sent, or back at the sender",
}


@dataclass(frozen=True, slots=True)
class Line:
    """`left` is what the sender's shelf has free."""

    sku: str
    name: str
    units: int
    outstanding: int
    left: int

    @property
    def short(self) -> bool:
        return self.left < self.units


@dataclass(frozen=True, slots=True)
class Became:
    """What became of some units, as somebody said."""

    name: str
    units: int
    outcome: str
    note: str


@dataclass(frozen=True, slots=True)
class May:
    """What the person at this device may do with a transfer in its state."""

    pack: bool
    send: bool
    receive: bool
    turn_back: bool


def of_staff(work: Session, number: str) -> Transfer:
    """The transfer an address names, for people of one of its clinics."""
    transfer = transfers.get(work, whole_number(number, 1, LAST_NUMBER))
    if not any(staff_here().role_at(site) for site in (transfer.from_site, transfer.to_site)):
        raise NotFound("There is no transfer with that number.")
    return transfer


def draw(number: str, form: Form | None = None) -> str:
    """The page. `form` is the one that was sent and refused."""
    typed = words()
    with reading() as work:
        site, clinics = site_here(work), sites.listed(work)
        transfer = of_staff(work, number)
        sent = transfers.lines_of(work, transfer.number)
        lines = _lines(work, transfer, sent)
        became = _became(work, transfer)
        found = hits(work, typed)
    return show(
        "transfer",
        site,
        form=form or Form(formdata=None),
        transfer=transfer,
        clinics={clinic.id: clinic.name for clinic in clinics},
        lines=lines,
        became=became,
        may=_may(transfer, site),
        list_form=_shown(form, ListForm),
        line_form=blank(LineForm),
        press_form=blank(PressForm),
        receive_form=_receiving(form, sent),
        names={line.sku: line for line in lines},
        hits=found,
        words=typed,
        said=said(),
    )


def _shown(form: Form | None, kind: type[ListForm]) -> ListForm:
    """The form that was refused, or an empty one."""
    if isinstance(form, kind):
        return form
    return blank(kind)


def _receiving(form: Form | None, sent: Sequence[TransferLine]) -> ReceiveForm:
    if isinstance(form, ReceiveForm):
        return form
    fresh = blank(ReceiveForm)
    fresh.expect(sent)
    return fresh


def _may(transfer: Transfer, site: Site) -> May:
    handles = staff_here().may_handle_stock_at(site.id)
    draft = handles and transfer.state == TransferState.DRAFT
    sent = handles and transfer.state == TransferState.SENT
    from_here, to_here = site.id == transfer.from_site, site.id == transfer.to_site
    return May(
        pack=draft and (from_here or to_here),
        send=draft and from_here,
        receive=sent and to_here,
        turn_back=sent and from_here,
    )


def _lines(work: Session, transfer: Transfer, sent: Sequence[TransferLine]) -> list[Line]:
    skus = [line.sku for line in sent]
    known, free = products.by_sku(work, skus), stock.free(work, skus, at=clock.now())
    return [
        Line(
            line.sku,
            known[line.sku].name,
            line.units,
            line.outstanding,
            free.get(line.sku, {}).get(transfer.from_site, 0),
        )
        for line in sent
    ]


def _became(work: Session, transfer: Transfer) -> list[Became]:
    parts = arrivals.outcomes(work, transfer.number)
    known = products.by_sku(work, [part.sku for part in parts])
    return [
        Became(known[part.sku].name, part.units, _OUTCOMES[part.outcome], part.note)
        for part in parts
    ]
