"""Short codes: who can take a till over, with what rights, and how guessing ends."""

import threading
from collections.abc import Iterator
from functools import partial

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session
from werkzeug.security import check_password_hash, generate_password_hash

from shop import accounts, short_codes
from shop.accounts import IDLE, MOST_WRONG_CODES, SHIFT, Account, SignedIn
from shop.audit import AuditRow
from shop.db import Database
from shop.errors import NotAllowed, NotFound, TooManyTries, Unreadable
from shop.staff import ANYWHERE, Role, Staff, by_short_code
from tests.shop.conftest import NOON

PASSWORD, CODE, WRONG = "a ball and a wall", "4711", "9052"
SECRET = b"a secret of these tests"
ROLES = {
    "Anna": {"cambridge": Role.RECEPTION},
    "Olive": {ANYWHERE: Role.OWNER},
    "Piet": {"cambridge": Role.PRACTITIONER, "ely": Role.MANAGER},
    "Ezra": {"ely": Role.RECEPTION},
}


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same checks with a hash that takes no time: its strength is Werkzeug's affair."""
    quick = partial(generate_password_hash, method="pbkdf2:sha1:1")
    for module in (accounts, short_codes):
        monkeypatch.setattr(module, "generate_password_hash", quick)
        module._decoy.cache_clear()
    yield
    for module in (accounts, short_codes):
        module._decoy.cache_clear()


@pytest.fixture
def people(database: Database) -> dict[str, int]:
    """Four people with a code each."""
    found = {}
    with database.transaction() as work:
        for name, roles in ROLES.items():
            email = f"{name.lower()}@clinic.example"
            account = accounts.add(work, email, name, PASSWORD, roles, by="-", at=NOON)
            found[name] = account.id
            choose(work, account.id, by=name)
    return found


def choose(work: Session, who: int, code: str = CODE, *, by: str = "x", token: str = "") -> None:
    short_codes.choose(work, who, code, secret=SECRET, token=token, by=by, at=NOON)


def signed_in(work: Session, name: str = "Anna") -> str:
    good = accounts.sign_in(
        work, f"{name.lower()}@clinic.example", PASSWORD, address="-", at=NOON, demo_allowed=False
    )
    assert good
    short_codes.unlock(work, name)
    return good.token


def take_over(
    database: Database, token: str, who: int, code: str = CODE, *, site: str = "cambridge"
) -> SignedIn | None:
    with database.transaction() as work:
        return short_codes.take_over(
            work, token, who, code, site_id=site, secret=SECRET, demo_allowed=False, at=NOON
        )


def there(database: Database, token: str, at=NOON) -> Staff | None:  # type: ignore[no-untyped-def]
    with database.reading() as work:
        return accounts.at_desk(work, token, at=at, demo_allowed=False)


@pytest.fixture
def token(database: Database, people: dict[str, int]) -> str:
    with database.transaction() as work:
        return signed_in(work)


def served_by(database: Database, token: str, who: int) -> tuple[str, Staff]:
    good = take_over(database, token, who)
    assert good
    staff = there(database, good.token)
    assert staff
    return good.token, staff


def test_a_colleague_takes_over_and_the_first_persons_session_is_over(
    database: Database, token: str, people: dict[str, int]
) -> None:
    new, staff = served_by(database, token, people["Olive"])

    assert (staff.name, staff.by_code) == ("Olive", True)
    assert new != token
    assert there(database, token) is None


def test_the_first_person_comes_back_with_their_own_code_only(
    database: Database, token: str, people: dict[str, int]
) -> None:
    new, _ = served_by(database, token, people["Olive"])

    assert take_over(database, new, people["Anna"], WRONG) is None
    _, staff = served_by(database, new, people["Anna"])

    assert (staff.name, staff.by_code) == ("Anna", True)


def test_a_code_gives_an_owner_what_reception_may_at_that_clinic_and_nothing_elsewhere(
    database: Database, token: str, people: dict[str, int]
) -> None:
    _, staff = served_by(database, token, people["Olive"])

    assert staff.roles == {"cambridge": Role.RECEPTION}
    with pytest.raises(NotAllowed):
        staff.require_stock_decisions_at("cambridge", "Cambridge")
    with pytest.raises(NotAllowed):
        staff.require_refund_at("cambridge", "Cambridge", 5001, 5000)
    with pytest.raises(NotAllowed):
        staff.require_sale_at("ely", "Ely")


def test_a_code_gives_a_practitioner_neither_refunds_nor_what_needs_their_signature(
    database: Database, token: str, people: dict[str, int]
) -> None:
    _, staff = served_by(database, token, people["Piet"])

    assert staff.may_sell_at("cambridge")
    with pytest.raises(NotAllowed):
        staff.require_refund_at("cambridge", "Cambridge", 1, 5000)
    assert not staff.may_write_plans_at("cambridge")
    assert not staff.may_write_letters_at("cambridge")
    assert not staff.may_read_content_at("cambridge")


@pytest.mark.parametrize("role", list(Role))
def test_a_code_gives_no_right_that_reception_has_not(role: Role) -> None:
    reception = Staff("1", "Rae", {"cambridge": Role.RECEPTION}, NOON)
    by_code = by_short_code(Staff("2", "Piet", {"cambridge": role}, NOON), "cambridge")
    rights = [name for name in dir(Staff) if name.startswith("may_")]

    more = [
        right
        for right in rights
        if getattr(by_code, right)("cambridge") and not getattr(reception, right)("cambridge")
    ]

    assert len(rights) > 5
    assert more == []


def test_the_list_has_who_has_a_code_and_a_role_here(
    database: Database, people: dict[str, int]
) -> None:
    with database.transaction() as work:
        short_codes.remove(work, people["Piet"], by="Olive", at=NOON)
        found = short_codes.colleagues(work, "cambridge", demo_allowed=False)

    assert [each.name for each in found] == ["Anna", "Olive"]


def test_a_wrong_code_a_person_without_one_and_nobody_are_answered_alike(
    database: Database, token: str, people: dict[str, int]
) -> None:
    with database.transaction() as work:
        short_codes.remove(work, people["Piet"], by="Olive", at=NOON)

    assert take_over(database, token, people["Olive"], WRONG) is None
    assert take_over(database, token, people["Piet"]) is None
    assert take_over(database, token, people["Ezra"]) is None  # of another clinic
    assert take_over(database, token, 999) is None
    assert there(database, token)


def test_five_wrong_codes_on_a_device_lock_it_until_a_password_is_given(
    database: Database, token: str, people: dict[str, int]
) -> None:
    for _ in range(MOST_WRONG_CODES):
        assert take_over(database, token, 999, WRONG) is None

    with pytest.raises(TooManyTries, match="has to sign in with their password"):
        take_over(database, token, people["Olive"])

    with database.transaction() as work:
        again = signed_in(work)
    assert take_over(database, again, people["Olive"])


def test_five_wrong_codes_for_a_person_lock_theirs_everywhere_until_their_password(
    database: Database, token: str, people: dict[str, int]
) -> None:
    with database.transaction() as work:
        other = signed_in(work, "Piet")
    for device in (token, token, token, other, other):
        assert take_over(database, device, people["Olive"], WRONG) is None

    for device in (token, other):
        with pytest.raises(TooManyTries):
            take_over(database, device, people["Olive"])
    with database.transaction() as work:
        signed_in(work, "Olive")

    assert take_over(database, token, people["Olive"])


def test_the_fifth_try_may_still_be_the_right_one_and_wipes_the_slate(
    database: Database, token: str, people: dict[str, int]
) -> None:
    for _ in range(2):
        for _ in range(MOST_WRONG_CODES - 1):
            assert take_over(database, token, people["Olive"], WRONG) is None
        token, _ = served_by(database, token, people["Olive"])


def test_guesses_at_the_same_moment_are_all_counted(
    database: Database, token: str, people: dict[str, int]
) -> None:
    answers: list[object] = []

    def guess() -> None:
        try:
            answers.append(take_over(database, token, people["Olive"], WRONG))
        except TooManyTries:
            answers.append("locked")

    guessers = [threading.Thread(target=guess) for _ in range(12)]
    for each in guessers:
        each.start()
    for each in guessers:
        each.join()

    assert answers.count(None) == MOST_WRONG_CODES
    assert answers.count("locked") == 12 - MOST_WRONG_CODES


def test_a_session_that_a_code_opened_ends_with_the_shift_of_the_password_before_it(
    database: Database, token: str, people: dict[str, int]
) -> None:
    new, _ = served_by(database, token, people["Olive"])
    assert there(database, new, NOON + IDLE)
    with database.transaction() as work:
        accounts.seen(work, new, at=NOON + SHIFT)

    assert there(database, new, NOON + SHIFT)
    assert there(database, new, NOON + SHIFT + IDLE / 100) is None


@pytest.mark.parametrize("gone", ["Anna", "Olive"])
def test_an_account_that_is_switched_off_ends_the_session_it_serves_in_or_opened(
    database: Database, token: str, people: dict[str, int], gone: str
) -> None:
    new, _ = served_by(database, token, people["Olive"])

    with database.transaction() as work:
        work.execute(update(Account).where(Account.id == people[gone]).values(active=False))

    assert there(database, new) is None


def test_nobody_can_switch_to_an_account_that_is_switched_off(
    database: Database, token: str, people: dict[str, int]
) -> None:
    with database.transaction() as work:
        work.execute(update(Account).where(Account.id == people["Olive"]).values(active=False))

    assert take_over(database, token, people["Olive"]) is None


def test_a_code_that_is_taken_away_ends_what_it_opened_and_no_more(
    database: Database, token: str, people: dict[str, int]
) -> None:
    with database.transaction() as work:
        own = signed_in(work, "Olive")
    new, _ = served_by(database, token, people["Olive"])

    with database.transaction() as work:
        short_codes.remove(work, people["Olive"], by="Olive", at=NOON)

    assert there(database, new) is None
    assert there(database, own)
    with pytest.raises(NotFound), database.transaction() as work:
        short_codes.remove(work, people["Olive"], by="Olive", at=NOON)


def test_a_new_code_takes_the_place_of_the_old_one_and_ends_its_other_sessions(
    database: Database, token: str, people: dict[str, int]
) -> None:
    with database.transaction() as work:
        other = signed_in(work)
    mine, _ = served_by(database, token, people["Olive"])
    yours, _ = served_by(database, other, people["Olive"])

    with database.transaction() as work:
        choose(work, people["Olive"], "8053", token=mine)

    assert there(database, mine)
    assert there(database, yours) is None
    assert take_over(database, mine, people["Olive"]) is None
    assert take_over(database, mine, people["Olive"], "8053")


@pytest.mark.parametrize("code", [
    "", "123", "1234567", "12a4", "٤٧١١", " 4711", "0000", "1212", "1122", "777778",
    "1234", "4321", "0123", "987654", "56789",
])  # fmt: skip
def test_a_code_that_is_none_or_guessed_at_once_is_refused(code: str) -> None:
    with pytest.raises(Unreadable):
        short_codes.require_good(code)


def test_a_code_that_is_refused_leaves_the_old_one(
    database: Database, token: str, people: dict[str, int]
) -> None:
    with pytest.raises(Unreadable), database.transaction() as work:
        choose(work, people["Olive"], "1234")

    assert take_over(database, token, people["Olive"])


@pytest.mark.parametrize("code", ["4711", "3451", "908172", "0192"])
def test_any_other_code_of_four_to_six_digits_is_taken(code: str) -> None:
    short_codes.require_good(code)


def test_the_database_has_no_code_and_a_copy_of_it_can_not_be_tried_out_without_the_secret(
    database: Database, token: str, people: dict[str, int]
) -> None:
    with database.transaction() as work:
        hashes = work.scalars(select(short_codes.ShortCode.code_hash)).all()
        audit = str(work.execute(text("SELECT act, subject FROM shop_audit")).all())
        stolen = short_codes.take_over(
            work, token, people["Olive"], CODE,
            site_id="cambridge", secret=b"another", demo_allowed=False, at=NOON,
        )  # fmt: skip

    assert CODE not in audit
    assert not any(check_password_hash(each, CODE) for each in hashes)
    assert stolen is None


def test_two_people_with_the_same_code_have_different_hashes(
    database: Database, people: dict[str, int]
) -> None:
    with database.reading() as work:
        hashes = work.scalars(select(short_codes.ShortCode.code_hash)).all()

    assert len(set(hashes)) == len(ROLES)


def test_choosing_taking_over_and_failing_are_on_record(
    database: Database, token: str, people: dict[str, int]
) -> None:
    take_over(database, token, people["Olive"], WRONG)
    take_over(database, token, people["Olive"])

    with database.reading() as work:
        rows = work.execute(
            select(AuditRow.act, AuditRow.subject, AuditRow.by).order_by(AuditRow.id.desc())
        ).all()
    assert [tuple(row) for row in rows[:2]] == [
        ("took over", "Anna", "Olive"),
        ("short code wrong", "Olive", "-"),
    ]
    assert ("short code chosen", "Olive", "Olive") in [tuple(row) for row in rows]
