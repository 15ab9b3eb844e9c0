"""A kept result opens with its link and with nothing else, for 30 days, and belongs to nobody."""

import zlib
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, inspect, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from shop import kept_results
from shop.db import Database
from shop.errors import NotFound, TooManyTries, Unreadable
from shop.kept_results import BLOCK, DAYS, MOST_BYTES, KeptResult
from tests.shop.conftest import NOON
from tests.shop.unsaved import shared, unsaved  # noqa: F401 - the `work` of these tests

PAGE = "<h1>A soft ball may suit you</h1>\r\n<p>Ely – “gently” 🟢 \0 content 2026-06</p>\n"
LAST = datetime(2026, 7, 4, tzinfo=UTC)  # the end of the thirtieth day after NOON
MOMENT = timedelta(microseconds=1)


def kept(work: Session, page: str = PAGE) -> str:
    return kept_results.keep(work, page, at=NOON)


def row_of(work: Session, code: str) -> KeptResult:
    statement = select(KeptResult).where(KeptResult.link_hash == kept_results._hash(code))
    return work.scalars(statement.execution_options(populate_existing=True)).one()


def change(work: Session, code: str, sealed: bytes) -> None:
    mine = KeptResult.link_hash == kept_results._hash(code)
    work.execute(update(KeptResult).where(mine).values(sealed=sealed))


def rows(work: Session) -> int:
    return work.execute(select(func.count()).select_from(KeptResult)).scalar_one()


def words_of_refusal(work: Session, code: str, at: datetime = NOON) -> str:
    with pytest.raises(NotFound) as refused:
        kept_results.read(work, code, at=at)
    return str(refused.value)


@pytest.mark.parametrize("page", [PAGE, "", "a", "ä" * (MOST_BYTES // 2)])
def test_what_was_kept_comes_back_byte_for_byte(work: Session, page: str) -> None:
    assert kept_results.read(work, kept(work, page), at=NOON).encode() == page.encode()


def test_a_kept_result_can_be_read_again_and_by_another_connection(database: Database) -> None:
    with database.transaction() as work:
        code = kept(work)

    for _ in range(2):
        with database.reading() as work:
            assert kept_results.read(work, code, at=NOON) == PAGE


def test_a_code_has_128_bits_and_fits_into_a_link(work: Session) -> None:
    codes = {kept(work, "") for _ in range(20)}

    assert len(codes) == 20
    assert all(kept_results._CODE.fullmatch(code) for code in codes)


@pytest.mark.parametrize("code", ["AAAAAAAAAAAAAAAAAAAAAA", "-_-_-_-_-_-_-_-_-_-_-_"])
def test_the_row_and_the_key_of_a_link_have_nothing_in_common(code: str) -> None:
    key, row = kept_results._key(code), kept_results._hash(code)

    assert len(key) == 32
    assert key != bytes.fromhex(row)
    assert kept_results._hash(code[:-1] + "B") != row


def test_neither_the_text_nor_the_code_is_in_the_database(work: Session) -> None:
    page = "a line nobody else may read " * 40
    code = kept(work, page)

    values = work.execute(text("SELECT * FROM shop_kept_result")).one()
    raw = b"|".join(bytes(v) if not isinstance(v, str) else v.encode() for v in map(plain, values))

    packed = zlib.compress(page.encode())
    for secret in (code.encode(), page.encode(), b"nobody", packed, packed[2:20]):
        assert secret not in raw
    assert kept_results._key(code) not in raw
    assert kept_results._key(code).hex().encode() not in raw


def plain(value: object) -> str | bytes:
    return value if isinstance(value, str | bytes) else str(value)


def test_the_same_text_kept_twice_makes_two_rows_without_a_likeness(work: Session) -> None:
    first, second = row_of(work, kept(work)), row_of(work, kept(work))

    assert first.link_hash != second.link_hash
    assert first.sealed != second.sealed
    assert first.sealed[:12] != second.sealed[:12]


def test_the_size_does_not_say_which_advice_it_is(work: Session) -> None:
    short, long = row_of(work, kept(work, "Call 999.")), row_of(work, kept(work, PAGE * 60))

    assert len(short.sealed) == len(long.sealed) == 12 + BLOCK + 16


def test_the_row_tells_the_day_it_ends_and_not_the_minute_it_was_kept(work: Session) -> None:
    morning = kept_results.keep(work, PAGE, at=datetime(2026, 6, 3, tzinfo=UTC))
    night = kept_results.keep(work, PAGE, at=datetime(2026, 6, 4, tzinfo=UTC) - MOMENT)

    assert row_of(work, morning).expires_at == row_of(work, night).expires_at == LAST
    assert timedelta(days=DAYS) <= LAST - NOON < timedelta(days=DAYS + 1)


def test_the_day_ends_in_utc_wherever_the_clock_stands(work: Session) -> None:
    east = datetime.fromisoformat("2026-06-04T00:30:00+01:00")

    assert row_of(work, kept_results.keep(work, PAGE, at=east)).expires_at == LAST


def test_it_can_be_read_to_the_last_moment_and_not_after(work: Session) -> None:
    code = kept(work)

    assert kept_results.read(work, code, at=LAST - MOMENT) == PAGE
    assert words_of_refusal(work, code, at=LAST) == words_of_refusal(work, "A" * 22)


def test_what_has_ended_is_swept_and_the_rest_stays(work: Session) -> None:
    old = [kept(work), kept(work)]
    new = kept_results.keep(work, PAGE, at=NOON + timedelta(days=1))

    assert kept_results.sweep(work, at=LAST - MOMENT) == 0
    assert kept_results.sweep(work, at=LAST) == 2
    assert kept_results.sweep(work, at=LAST) == 0

    assert rows(work) == 1
    assert kept_results.read(work, new, at=LAST) == PAGE
    for code in old:
        words_of_refusal(work, code)


def test_keeping_sweeps_too(work: Session) -> None:
    kept(work)

    kept_results.keep(work, PAGE, at=LAST)

    assert rows(work) == 1


WRONG = {
    "empty": "",
    "unknown": "A" * 22,
    "too short": "A" * 21,
    "too long": "A" * 23,
    "far too long": "A" * 1_000_000,
    "not ASCII": "ä" * 22,
    "other digits": "٣" * 22,
    "a lone surrogate": "\udc80" * 22,
    "a null": "\0" + "A" * 21,
    "padded": "A" * 20 + "==",
    "a new line": "A" * 21 + "\n",
    "a wildcard": "%" * 22,
}


@pytest.mark.parametrize("code", WRONG.values(), ids=WRONG)
def test_every_wrong_code_is_refused_in_the_same_words(work: Session, code: str) -> None:
    kept(work)

    assert words_of_refusal(work, code) == words_of_refusal(work, "B" * 22)


def test_a_code_that_is_nearly_right_opens_nothing(work: Session) -> None:
    code = kept(work)
    last = "A" if code[-1] != "A" else "Q"
    swapped = code.swapcase() if code.swapcase() != code else code[::-1]

    for near in (code[:-1] + last, code + " ", " " + code, code + "\n", code + "A", swapped):
        words_of_refusal(work, near)


def test_the_hash_of_the_row_is_no_code(work: Session) -> None:
    link_hash = row_of(work, kept(work)).link_hash

    for near in (link_hash, link_hash[:22]):
        words_of_refusal(work, near)


@pytest.mark.parametrize("place", [0, 11, 12, 300, -17, -16, -1])
def test_one_flipped_bit_is_refused(work: Session, place: int) -> None:
    code = kept(work)
    sealed = bytearray(row_of(work, code).sealed)
    sealed[place] ^= 1

    change(work, code, bytes(sealed))

    assert words_of_refusal(work, code) == words_of_refusal(work, "A" * 22)


@pytest.mark.parametrize("left", [0, 1, 7, 12, 13, 28, 200])
def test_what_is_cut_off_is_refused(work: Session, left: int) -> None:
    code = kept(work)

    change(work, code, row_of(work, code).sealed[:left])

    assert words_of_refusal(work, code) == words_of_refusal(work, "A" * 22)


def test_what_was_sealed_for_one_link_does_not_open_with_another(work: Session) -> None:
    mine, other = kept(work), kept(work, "somebody else's")

    change(work, mine, row_of(work, other).sealed)

    assert words_of_refusal(work, mine) == words_of_refusal(work, "A" * 22)
    assert kept_results.read(work, other, at=NOON) == "somebody else's"


@pytest.mark.parametrize("page", ["a" * (MOST_BYTES + 1), "ä" * (MOST_BYTES // 2) + "a"])
def test_what_is_too_long_is_refused_and_nothing_is_kept(work: Session, page: str) -> None:
    with pytest.raises(Unreadable, match="too long"):
        kept(work, page)

    assert rows(work) == 0


def test_a_day_takes_so_many_and_the_next_one_begins_anew(
    work: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_results, "MOST_A_DAY", 2)
    first, _ = kept(work), kept(work)

    with pytest.raises(TooManyTries, match="kept today"):
        kept(work)
    assert rows(work) == 2
    kept_results.keep(work, PAGE, at=NOON + timedelta(days=1))
    kept_results.forget(work, first)
    kept(work)


def test_a_forgotten_result_is_gone_and_the_others_are_not(work: Session) -> None:
    mine, other = kept(work), kept(work)

    kept_results.forget(work, mine)

    assert words_of_refusal(work, mine) == words_of_refusal(work, "A" * 22)
    assert rows(work) == 1
    assert kept_results.read(work, other, at=NOON) == PAGE


@pytest.mark.parametrize("code", WRONG.values(), ids=WRONG)
def test_forgetting_what_is_not_there_is_quiet(work: Session, code: str) -> None:
    kept(work)

    kept_results.forget(work, code)

    assert rows(work) == 1


def test_forgetting_twice_is_quiet(work: Session) -> None:
    code = kept(work)

    kept_results.forget(work, code)
    kept_results.forget(work, code)

    assert rows(work) == 0


def test_nothing_joins_it_to_anything(shared: Database) -> None:  # noqa: F811
    look = inspect(shared.engine)
    columns = {column["name"]: column for column in look.get_columns("shop_kept_result")}

    assert columns.keys() == {"link_hash", "expires_at", "sealed"}
    assert not any(column["default"] or column["nullable"] for column in columns.values())
    assert look.get_pk_constraint("shop_kept_result")["constrained_columns"] == ["link_hash"]
    assert look.get_foreign_keys("shop_kept_result") == []
    for table in look.get_table_names():
        joined = {key["referred_table"] for key in look.get_foreign_keys(table)}
        assert "shop_kept_result" not in joined, table


@pytest.mark.parametrize("shared", ["sqlite"], indirect=True)
def test_sqlite_does_not_number_the_rows_as_they_come(work: Session) -> None:
    kept(work)

    with pytest.raises(OperationalError, match="no such column"):
        work.execute(text("SELECT rowid FROM shop_kept_result"))
