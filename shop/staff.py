"""Who is at the desk, as the shop sees them: a value that the host, or our own door, supplies."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from shop.errors import NotAllowed

ANYWHERE = "*"


class Role(StrEnum):
    RECEPTION = "reception"
    PRACTITIONER = "practitioner"
    MANAGER = "manager"
    OWNER = "owner"


SELLERS = frozenset(Role)  # practitioners sell too, when the desk is empty
PRODUCT_KEEPERS = frozenset({Role.MANAGER, Role.OWNER})
STOCK_HANDLERS = frozenset({Role.RECEPTION, Role.MANAGER, Role.OWNER})
STOCK_DECIDERS = frozenset({Role.MANAGER, Role.OWNER})  # rules, orders, imports
REFUNDERS = STOCK_HANDLERS
LETTER_WRITERS = frozenset({Role.PRACTITIONER, Role.MANAGER, Role.OWNER})
PLAN_WRITERS = LETTER_WRITERS
PLAN_APPROVERS = frozenset({Role.PRACTITIONER})  # of another tool in a plan that is open
CONTENT_READERS = LETTER_WRITERS
REVIEW_RECORDERS = frozenset({Role.MANAGER, Role.OWNER})
TAKINGS_READERS = STOCK_HANDLERS  # practitioners see no takings
MAIL_KEEPERS = frozenset({Role.MANAGER, Role.OWNER})


@dataclass(frozen=True, slots=True)
class Staff:
    """`ref` is the host's own id and is stored beside what they do; `name` is what others read.

    `roles` maps a site, or `*` for all of them, to the role held there. `by_code` says that they
    took over with a short code, and not with their password.
    """

    ref: str
    name: str
    roles: Mapping[str, Role]
    authenticated_at: datetime
    by_code: bool = False

    def role_at(self, site: str) -> Role | None:
        return self.roles.get(site, self.roles.get(ANYWHERE))

    def may_sell_at(self, site: str) -> bool:
        return self.role_at(site) in SELLERS

    def require_sale_at(self, site: str, site_name: str) -> None:
        if not self.may_sell_at(site):
            raise NotAllowed(f"You have no role at {site_name}, so you can't sell there.")

    def may_handle_stock_at(self, site: str) -> bool:
        """Whether they put shelves right, send, receive and count. Everybody may look."""
        return self.role_at(site) in STOCK_HANDLERS

    def require_stock_at(self, site: str, site_name: str) -> None:
        if not self.may_handle_stock_at(site):
            raise NotAllowed(f"Moving stock at {site_name} is for reception or a manager.")

    def may_decide_stock_at(self, site: str) -> bool:
        """Whether they say what a shelf should hold, order it, and import products."""
        return self.role_at(site) in STOCK_DECIDERS

    def require_stock_decisions_at(self, site: str, site_name: str) -> None:
        if not self.may_decide_stock_at(site):
            raise NotAllowed(f"That is for a manager at {site_name} to do. Ask one of them.")

    def require_refund_at(
        self, site: str, site_name: str, pence: int, limit_pence: int, before_pence: int = 0
    ) -> None:
        """Practitioners give nothing back, and reception no more of one sale than the owner's
        limit. `before_pence` went back of it earlier."""
        role = self.role_at(site)
        if role not in REFUNDERS:
            raise NotAllowed(f"Refunds at {site_name} are for reception or a manager.")
        if pence and before_pence + pence > limit_pence and role not in STOCK_DECIDERS:
            raise NotAllowed(
                "That is more than reception may give back of one sale. Ask a manager."
            )

    def may_see_takings_at(self, site: str) -> bool:
        """Whether they see what the desk took, move its cash and close its drawer."""
        return self.role_at(site) in TAKINGS_READERS

    def require_takings_at(self, site: str, site_name: str) -> None:
        if not self.may_see_takings_at(site):
            raise NotAllowed(f"The drawer at {site_name} is for reception or a manager.")

    def require_discount_at(
        self, site: str, site_name: str, off_pence: int, most_pence: int, limit_percent: int
    ) -> None:
        """Practitioners take nothing off, and reception no more than the owner's limit, which
        comes to `most_pence` here."""
        role = self.role_at(site)
        if role not in REFUNDERS:
            raise NotAllowed(f"Discounts at {site_name} are for reception or a manager.")
        if off_pence > most_pence and role not in STOCK_DECIDERS:
            raise NotAllowed(
                f"Reception may take up to {limit_percent} per cent off. Ask a manager."
            )

    def may_make_vouchers_at(self, site: str) -> bool:
        return self.role_at(site) in STOCK_DECIDERS

    def require_vouchers_at(self, site: str, site_name: str) -> None:
        if not self.may_make_vouchers_at(site):
            raise NotAllowed(f"Vouchers are for a manager to make. Ask one of them at {site_name}.")

    def require_sets_at(self, site: str, site_name: str) -> None:
        if self.role_at(site) not in STOCK_DECIDERS:
            raise NotAllowed(f"Sets are for a manager to make. Ask one of them at {site_name}.")

    def may_write_letters_at(self, site: str) -> bool:
        return self.role_at(site) in LETTER_WRITERS and not self.by_code

    def require_letters_at(self, site: str, site_name: str) -> None:
        if not self.may_write_letters_at(site):
            raise NotAllowed(
                f"A letter to a GP is for a practitioner or manager to write. "
                f"Ask one of them at {site_name}."
            )

    def may_write_plans_at(self, site: str) -> bool:
        """Whether they suggest tools and guides. Everybody at the desk may look one up."""
        return self.role_at(site) in PLAN_WRITERS and not self.by_code

    def require_plans_at(self, site: str, site_name: str) -> None:
        if not self.may_write_plans_at(site):
            raise NotAllowed(
                f"A plan is for a practitioner or manager to write. Ask one of them at {site_name}."
            )

    def may_approve_tools_at(self, site: str) -> bool:
        """Whether they put another tool in the place of one that is no longer sold."""
        return self.role_at(site) in PLAN_APPROVERS and not self.by_code

    def require_tool_approval_at(self, site: str, site_name: str) -> None:
        if not self.may_approve_tools_at(site):
            raise NotAllowed(
                f"Another tool in a plan is for a practitioner at {site_name} to approve. "
                "Ask one of them."
            )

    def may_keep_products_at(self, site: str) -> bool:
        return self.role_at(site) in PRODUCT_KEEPERS

    def require_products_at(self, site: str, site_name: str) -> None:
        if not self.may_keep_products_at(site):
            raise NotAllowed(
                f"A product's photo is for a manager to change. Ask one of them at {site_name}."
            )

    def may_look_after_mail_at(self, site: str) -> bool:
        return self.role_at(site) in MAIL_KEEPERS

    def require_mail_at(self, site: str, site_name: str) -> None:
        if not self.may_look_after_mail_at(site):
            raise NotAllowed(
                f"Mail that has not gone is for a manager to look after. "
                f"Ask one of them at {site_name}."
            )

    def may_read_content_at(self, site: str) -> bool:
        return self.role_at(site) in CONTENT_READERS and not self.by_code

    def require_content_at(self, site: str, site_name: str) -> None:
        if not self.may_read_content_at(site):
            raise NotAllowed(
                f"The clinical content is for practitioners and managers to look after. "
                f"Ask one of them at {site_name}."
            )

    def may_record_reviews_at(self, site: str) -> bool:
        return self.role_at(site) in REVIEW_RECORDERS

    def require_reviews_at(self, site: str, site_name: str) -> None:
        if not self.may_record_reviews_at(site):
            raise NotAllowed(
                f"A review of the content is for a manager or owner to record. "
                f"Ask one of them at {site_name}."
            )


def by_short_code(staff: Staff, site: str) -> Staff | None:
    """The same person where a short code let them in: at this clinic, with no right that reception
    hasn't got. None where they have no role there."""
    role = staff.role_at(site)
    if role is None:
        return None
    most = role if role is Role.PRACTITIONER else Role.RECEPTION  # who gives no money back
    return replace(staff, roles={site: most}, by_code=True)


CurrentStaff = Callable[[], Staff | None]
