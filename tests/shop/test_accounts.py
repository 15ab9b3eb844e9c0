"""Staff accounts: who gets in, for how long, and how guessing is slowed down."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session
from werkzeug.security import generate_password_hash

from shop import accounts
from shop.accounts import FREE_TRIES, IDLE, SHIFT, TRIES_WINDOW, Account, SignedIn, StaffSession
from shop.audit import AuditRow
from shop.errors import NotAllowed, Refusal, TooManyTries, Unreadable
from shop.staff import ANYWHERE, Role, Staff
from tests.shop.conftest import NOON
from tests.shop.unsaved import shared, unsaved  # noqa: F401 - the `work` of these tests

ANNA, PASSWORD = "anna@clinic.example", "a ball and a wall"
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same checks with a hash that takes no time: its strength is Werkzeug's affair."""
    monkeypatch.setattr(
        accounts, "generate_password_hash", partial(generate_password_hash, method="pbkdf2:sha1:1")
    )
    accounts._decoy.cache_clear()
    yield
    accounts._decoy.cache_clear()


@pytest.fixture
def anna(work: Session) -> Account:
    return add(work)


def add(work: Session, email: str = ANNA, name: str = "Anna", **changed: object) -> Account:
    given = {"password": PASSWORD, "roles": {"cambridge": Role.RECEPTION}} | changed
    return accounts.add(work, email, name, by="owner", at=NOON, **given)  # type: ignore[arg-type]


def try_in(
    work: Session,
    password: str = PASSWORD,
    *,
    email: str = ANNA,
    address: str = "10.0.0.1",
    at: datetime = NOON,
    demo_allowed: bool = False,
) -> SignedIn | None:
    return accounts.sign_in(
        work, email, password, address=address, at=at, demo_allowed=demo_allowed
    )


def at_desk(work: Session, token: str, at: datetime = NOON) -> Staff | None:
    return accounts.at_desk(work, token, at=at, demo_allowed=False)


def token_of(work: Session, **changed: object) -> str:
    signed_in = try_in(work, **changed)  # type: ignore[arg-type]
    assert signed_in
    return signed_in.token


@pytest.mark.usefixtures("anna")
def test_the_right_password_opens_a_session_that_says_who_it_is(work: Session) -> None:
    staff = at_desk(work, token_of(work))

    assert staff
    assert (staff.name, staff.roles, staff.authenticated_at) == (
        "Anna",
        {"cambridge": Role.RECEPTION},
        NOON,
    )


@pytest.mark.usefixtures("anna")
@pytest.mark.parametrize("email", ["ANNA@Clinic.Example", f"  {ANNA} "])
def test_an_email_is_the_same_in_any_case_and_with_space_around_it(
    work: Session, email: str
) -> None:
    assert try_in(work, email=email)


@pytest.mark.usefixtures("anna")
@pytest.mark.parametrize("password", ["", PASSWORD.upper(), f"{PASSWORD} ", "x" * 129, "\0"])
def test_a_wrong_password_opens_nothing(work: Session, password: str) -> None:
    assert try_in(work, password) is None
    assert work.scalar(select(func.count()).select_from(StaffSession)) == 0


@pytest.mark.usefixtures("anna")
def test_an_email_nobody_has_is_answered_like_a_wrong_password(work: Session) -> None:
    assert try_in(work, email="nobody@clinic.example") is None


@pytest.mark.usefixtures("anna")
def test_neither_token_nor_password_is_in_the_database(work: Session) -> None:
    token = token_of(work)

    for table in ("shop_staff", "shop_staff_session", "shop_audit"):
        rows = str(work.execute(text(f"SELECT * FROM {table}")).all())
        assert token not in rows
        assert PASSWORD not in rows


@pytest.mark.usefixtures("anna")
def test_two_devices_have_sessions_of_their_own(work: Session) -> None:
    desk, phone = token_of(work), token_of(work)

    accounts.sign_out(work, desk, at=NOON, by="Anna")

    assert desk != phone
    assert at_desk(work, desk) is None
    assert at_desk(work, phone)


@pytest.mark.usefixtures("anna")
def test_a_token_that_was_never_given_out_is_nobody(work: Session) -> None:
    assert at_desk(work, "made-up") is None
    assert at_desk(work, "") is None


@pytest.mark.usefixtures("anna")
def test_a_session_ends_when_nobody_used_it_for_half_an_hour(work: Session) -> None:
    token = token_of(work)

    assert at_desk(work, token, NOON + IDLE)
    assert at_desk(work, token, NOON + IDLE + SECOND) is None


@pytest.mark.usefixtures("anna")
def test_a_session_in_use_goes_on_past_half_an_hour(work: Session) -> None:
    token = token_of(work)

    accounts.seen(work, token, at=NOON + IDLE)

    assert at_desk(work, token, NOON + 2 * IDLE)


@pytest.mark.usefixtures("anna")
def test_a_session_ends_with_the_shift_however_busy_it_is(work: Session) -> None:
    token = token_of(work)

    accounts.seen(work, token, at=NOON + SHIFT)

    assert at_desk(work, token, NOON + SHIFT)
    assert at_desk(work, token, NOON + SHIFT + SECOND) is None


@pytest.mark.usefixtures("anna")
def test_signing_out_makes_a_copy_of_the_cookie_worthless(work: Session) -> None:
    token = token_of(work)

    accounts.sign_out(work, token, at=NOON, by="Anna")
    accounts.seen(work, token, at=NOON)  # a request of the old page that comes late

    assert at_desk(work, token) is None


def test_an_account_that_was_switched_off_is_out_at_once_and_stays_out(
    work: Session, anna: Account
) -> None:
    token = token_of(work)

    work.execute(update(Account).where(Account.id == anna.id).values(active=False))

    assert at_desk(work, token) is None
    assert try_in(work) is None


def test_a_demo_account_works_in_development_only(work: Session) -> None:
    add(work, "demo@demo.example", "Demo", demo=True)
    signed_in = try_in(work, email="demo@demo.example", demo_allowed=True)

    assert signed_in
    assert accounts.at_desk(work, signed_in.token, at=NOON, demo_allowed=True)
    assert try_in(work, email="demo@demo.example") is None
    assert at_desk(work, signed_in.token) is None


@pytest.mark.usefixtures("anna")
def test_five_slips_cost_no_wait(work: Session) -> None:
    for _ in range(FREE_TRIES):
        assert try_in(work, "wrong password") is None

    with pytest.raises(TooManyTries, match="Wait a moment"):
        try_in(work)


@pytest.mark.usefixtures("anna")
def test_each_failure_after_that_doubles_the_wait(work: Session) -> None:
    at = NOON
    for _ in range(FREE_TRIES):
        try_in(work, "wrong password", at=at)
    for wait in (1, 2, 4, 8, 16):
        with pytest.raises(TooManyTries):
            try_in(work, at=at + timedelta(seconds=wait) - timedelta(milliseconds=1))
        at += timedelta(seconds=wait)
        assert try_in(work, "wrong password", at=at) is None


@pytest.mark.usefixtures("anna")
def test_one_email_is_slowed_down_from_however_many_addresses_it_is_guessed(work: Session) -> None:
    for n in range(FREE_TRIES):
        try_in(work, "wrong password", address=f"10.0.0.{n}")

    with pytest.raises(TooManyTries):
        try_in(work, address="10.9.9.9")


@pytest.mark.usefixtures("anna")
def test_one_address_is_slowed_down_however_many_emails_it_tries(work: Session) -> None:
    for n in range(FREE_TRIES):
        try_in(work, "wrong password", email=f"guess{n}@clinic.example", address="10.6.6.6")

    with pytest.raises(TooManyTries):
        try_in(work, address="10.6.6.6")
    assert try_in(work, address="10.0.0.1")


@pytest.mark.usefixtures("anna")
def test_a_refused_try_is_no_failure_so_that_waiting_always_helps(work: Session) -> None:
    for _ in range(FREE_TRIES):
        try_in(work, "wrong password")

    for _ in range(20):
        with pytest.raises(TooManyTries):
            try_in(work)

    assert try_in(work, at=NOON + SECOND)


@pytest.mark.usefixtures("anna")
@pytest.mark.parametrize("failures", [FREE_TRIES, 100])
def test_there_is_no_lasting_lock(work: Session, failures: int) -> None:
    rows = [{"key": f"email:{ANNA}", "at": NOON} for _ in range(failures)]
    work.execute(accounts.SignInAttempt.__table__.insert(), rows)

    with pytest.raises(TooManyTries):
        try_in(work)
    assert try_in(work, at=NOON + TRIES_WINDOW + SECOND)


@pytest.mark.usefixtures("anna")
def test_a_good_sign_in_wipes_the_slate_of_its_email_and_not_of_its_address(work: Session) -> None:
    for _ in range(FREE_TRIES - 1):
        try_in(work, "wrong password")
    assert try_in(work)

    keys = set(work.scalars(select(accounts.SignInAttempt.key)))

    assert keys == {"address:10.0.0.1"}


@pytest.mark.usefixtures("anna")
def test_failures_older_than_the_window_are_forgotten_and_deleted(work: Session) -> None:
    for _ in range(FREE_TRIES):
        try_in(work, "wrong password")

    assert try_in(work, "wrong password", at=NOON + TRIES_WINDOW + SECOND) is None

    attempts = work.execute(select(accounts.SignInAttempt.key, accounts.SignInAttempt.at)).all()
    assert {at for _, at in attempts} == {NOON + TRIES_WINDOW + SECOND}


@pytest.mark.parametrize("email", [ANNA, "Anna@Clinic.example ", "other@clinic.example"])
@pytest.mark.usefixtures("anna")
def test_a_taken_email_or_name_is_refused(work: Session, email: str) -> None:
    with pytest.raises(Refusal, match="Somebody has an account"):
        add(work, email, "Anna" if email.startswith("other") else "Somebody Else")


@pytest.mark.parametrize("password", ["", "short", "eleven char", "x" * 129])
def test_a_weak_or_endless_password_is_refused(work: Session, password: str) -> None:
    with pytest.raises(Unreadable, match="12 to 128 characters"):
        add(work, password=password)


@pytest.mark.parametrize("password", ["x" * 12, "x" * 128, "ein Bällchen für Kö"])
def test_a_password_of_any_characters_and_a_fair_length_is_taken(
    work: Session, password: str
) -> None:
    add(work, password=password)

    assert try_in(work, password)


@pytest.mark.parametrize(("email", "name"), [("anna", "Anna"), ("", "Anna"), (ANNA, " ")])
def test_an_account_without_email_or_name_is_refused(work: Session, email: str, name: str) -> None:
    with pytest.raises(Unreadable, match="email address and a name"):
        add(work, email, name)


def test_an_account_without_any_role_is_refused(work: Session) -> None:
    with pytest.raises(Unreadable, match="a role"):
        add(work, roles={})


def test_a_role_counts_at_its_site_and_a_star_everywhere_else(work: Session) -> None:
    add(work, roles={"ely": Role.MANAGER, ANYWHERE: Role.RECEPTION})
    staff = at_desk(work, token_of(work))

    assert staff
    assert staff.role_at("ely") == Role.MANAGER
    assert staff.role_at("cambridge") == Role.RECEPTION


@pytest.mark.usefixtures("anna")
def test_nobody_sells_at_a_site_where_they_have_no_role(work: Session) -> None:
    staff = at_desk(work, token_of(work))

    assert staff
    staff.require_sale_at("cambridge", "Cambridge")
    with pytest.raises(NotAllowed, match="no role at Ely"):
        staff.require_sale_at("ely", "Ely")


@pytest.mark.usefixtures("anna")
def test_coming_going_and_failing_are_on_record_without_the_password(work: Session) -> None:
    try_in(work, "wrong password")
    accounts.sign_out(work, token_of(work), at=NOON, by="Anna")

    rows = work.execute(select(AuditRow.act, AuditRow.subject).order_by(AuditRow.id)).all()
    assert [act for act, _ in rows] == ["staff added", "sign-in failed", "signed in", "signed out"]
    assert not any("password" in subject for _, subject in rows)


def test_the_list_names_active_people_with_a_line_for_each_role(
    work: Session, anna: Account
) -> None:
    add(work, "zoe@clinic.example", "Zoe", roles={"ely": Role.OWNER, "cambridge": Role.MANAGER})
    gone = add(work, "gone@clinic.example", "Gone")
    work.execute(update(Account).where(Account.id == gone.id).values(active=False))

    assert [tuple(row) for row in accounts.listed(work)] == [
        (ANNA, "Anna", "cambridge", "reception"),
        ("zoe@clinic.example", "Zoe", "cambridge", "manager"),
        ("zoe@clinic.example", "Zoe", "ely", "owner"),
    ]
