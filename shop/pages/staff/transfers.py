"""Transfers of this clinic: what is being packed, what is on its way, and what could be sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from shop import clock, products, sites, suggestions, transfers
from shop.db import reading, retried, transaction
from shop.errors import Refusal
from shop.pages import pages
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.listing import Hit, ListForm, hits, wanted, words
from shop.pages.staff.press import answer, blank, handling_at
from shop.pages.staff.said import said, say
from shop.pages.text import line
from shop.sites import Site
from shop.state import here
from shop.suggestions import Proposal
from shop.transfers import Transfer, TransferState

MOST_ENDED = 20  # transfers that are over, on the list
_ARROW = ">"  # between the two clinics of a way: cambridge>ely
_STATES = {
    TransferState.DRAFT: "being packed",
    TransferState.SENT: "on the way",
    TransferState.CLOSED: "received",
    TransferState.CANCELLED: "cancelled",
}


class DraftForm(ListForm):
    """A new transfer begins with its first product."""

    way = SelectField("From where to where?", [InputRequired("Choose from where to where")])

    def refused(self, refusal: Refusal) -> None:
        self.refuse(self.code, str(refusal))

    def offer(self, site: Site, clinics: Sequence[Site]) -> None:
        """The ways from this clinic to the others, then those to it."""
        others = [clinic for clinic in clinics if clinic.id != site.id]
        ways = [(site, other) for other in others] + [(other, site) for other in others]
        self.way.choices = [SelectChoice("", "Choose")] + [
            SelectChoice(f"{from_.id}{_ARROW}{to.id}", f"From {from_.name} to {to.name}")
            for from_, to in ways
        ]


@dataclass(frozen=True, slots=True)
class Shown:
    number: int
    from_: str
    to: str
    state: str
    at: datetime
    by: str
    note: str


@dataclass(frozen=True, slots=True)
class Idea:
    """A transfer that would help, in words. `code` and `way` are what its button sends."""

    name: str
    from_: str
    to: str
    units: int
    days_there: int | None
    days_here: int | None
    way: str
    code: str


@pages.get("/staff/stock/transfers")
def transfers_list() -> ResponseReturnValue:
    """What is being packed or on its way here or from here, and a form for another one."""
    staff_here()
    form = blank(DraftForm)
    form.way.data = line(request.args.get("way", ""))
    form.code.data = line(request.args.get("code", ""))
    return _draw(form, words())


@pages.post("/staff/stock/transfers")
@retried
def transfer_begin() -> ResponseReturnValue:
    """Write down a transfer with its first product. Nothing moves yet."""
    staff_here()
    form = DraftForm()
    with reading() as work:
        form.offer(site_here(work), sites.listed(work))
    return answer(form, lambda: _begin(form), _draw)


def _begin(form: DraftForm) -> str:
    from_site, _, to_site = form.way.data.partition(_ARROW)
    with transaction() as work:
        handling_at(work)
        now = clock.now()
        item = wanted(work, form)
        if item is None:
            return url_for(".transfers_list", q=form.typed(), way=form.way.data)
        if not form.first_of(work, item.product, at=now):
            return url_for(".transfers_list")
        begun = transfers.draft(
            work, from_site, to_site, {item.product.sku: item.units}, by=staff_here().name, at=now
        )
    say(f"Transfer {begun.number} begun with {item.units} {item.product.name}.")
    return url_for(".transfer", number=begun.number)


def _draw(form: DraftForm, typed: str = "") -> str:
    staff = staff_here()
    with reading() as work:
        site, clinics = site_here(work), sites.listed(work)
        form.offer(site, clinics)
        open_ = transfers.open_at(work, site.id)
        over = transfers.ended_at(work, site.id, most=MOST_ENDED)
        found: list[Hit] = hits(work, typed)
        ideas = _ideas(work, site, clinics)
    return show(
        "transfers",
        site,
        form=form,
        hits=found,
        words=typed,
        to_send=_in(open_, clinics, TransferState.DRAFT),
        on_the_way=_in(open_, clinics, TransferState.SENT),
        over=[_shown(each, clinics) for each in over],
        ideas=ideas,
        said=said(),
        may_handle=staff.may_handle_stock_at(site.id),
    )


def _in(found: Sequence[Transfer], clinics: Sequence[Site], state: TransferState) -> list[Shown]:
    return [_shown(each, clinics) for each in found if each.state == state]


def _shown(transfer: Transfer, clinics: Sequence[Site]) -> Shown:
    names = {clinic.id: clinic.name for clinic in clinics}
    return Shown(
        transfer.number,
        names[transfer.from_site],
        names[transfer.to_site],
        _STATES[TransferState(transfer.state)],
        transfer.ended_at or transfer.sent_at or transfer.made_at,
        transfer.ended_by or transfer.sent_by or transfer.made_by,
        transfer.note,
    )


def _ideas(work: Session, site: Site, clinics: Sequence[Site]) -> list[Idea]:
    """What another clinic could spare for this one, or this one for another."""
    found = [
        each
        for each in suggestions.to_move(work, here().settings.zone, at=clock.now())
        if site.id in (each.from_site, each.to_site)
    ]
    known = products.by_sku(work, [each.sku for each in found])
    names = {clinic.id: clinic.name for clinic in clinics}
    return [_idea(each, known[each.sku].name, names) for each in found]


def _idea(each: Proposal, name: str, clinics: dict[str, str]) -> Idea:
    return Idea(
        name,
        clinics[each.from_site],
        clinics[each.to_site],
        each.units,
        each.days_there,
        each.days_here,
        way=f"{each.from_site}{_ARROW}{each.to_site}",
        code=f"{each.units}*{each.sku}",
    )
