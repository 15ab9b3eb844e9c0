"""The letter to a GP: who may write one, what is on it, and that nothing of it is kept."""

import re
from datetime import UTC, datetime
from html import unescape
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from shop import clock
from shop.db import Base
from shop.pages.staff.letter import LONGEST_NAME, LONGEST_REASON
from shop.staff import Role
from tests.conftest import database_of
from tests.pages.at_desk import Post, sign_in
from tests.pages.payloads import PAYLOADS
from tests.pages.reading import LIBRARY

URL = "/staff/letter"
WORDS = "Cramps at night; eats no fish; sleeps four hours."
BOTH = ["vitamins", "sleep"]
WRITERS = [Role.PRACTITIONER, Role.MANAGER, Role.OWNER]
DOI = "10.1186/s40795-023-00792-z"


@pytest.fixture
def writer(app: Flask, post: Post) -> FlaskClient:
    return sign_in(app, post, {"cambridge": Role.PRACTITIONER})


def written(client: FlaskClient, post: Post, **fields: object) -> str:
    """The finished letter as its reader sees it, without the screen around it."""
    shown = post(client, URL, **{"reasons": BOTH, "by": "Sam Reed", **fields})
    assert shown.status_code == 200, shown.text
    article = re.search(r'<article class="tp-letter".*?</article>', shown.text, re.S)
    assert article, shown.text
    return unescape(article[0])


def everything(app: Flask) -> dict[str, list[str]]:
    """Every row of every table; of the sign-ins, which note when one was last seen, the number."""
    found = {}
    with database_of(app).reading() as work:
        for name in Base.metadata.tables:
            rows = sorted(repr(tuple(row)) for row in work.execute(text(f"SELECT * FROM {name}")))
            found[name] = [str(len(rows))] if name == "shop_staff_session" else rows
    return found


@pytest.mark.parametrize("role", WRITERS)
def test_practitioners_managers_and_owners_find_it_and_may_write_one(
    app: Flask, post: Post, role: Role
) -> None:
    client = sign_in(app, post, {"cambridge": role})

    assert f'href="{URL}"' in client.get("/staff").text
    assert 'value="Sam Reed"' in client.get(URL).text
    assert "Dear doctor" in written(client, post)


def test_reception_is_told_whom_to_ask(desk: FlaskClient, post: Post) -> None:
    looked, sent = desk.get(URL), post(desk, URL, page="/staff/site", reasons=BOTH, by="Rae Ellis")

    assert looked.status_code == sent.status_code == 403
    assert "Ask one of them at Cambridge." in looked.text
    assert "Dear doctor" not in sent.text
    assert URL not in desk.get("/staff").text


def test_the_role_counts_at_the_clinic_of_this_desk(app: Flask, post: Post) -> None:
    roles = {"cambridge": Role.PRACTITIONER, "ely": Role.RECEPTION}
    client = sign_in(app, post, roles)

    post(client, "/staff/site", site="ely")
    assert client.get(URL).status_code == 403
    post(client, "/staff/site", site="cambridge")
    assert client.get(URL).status_code == 200


@pytest.mark.parametrize(
    ("site", "name", "address", "phone"),
    [
        ("cambridge", "Cambridge", "12 Mill Lane, Cambridge CB2 1RX", "01632 960101"),
        ("newmarket", "Newmarket", "3 Heath Road, Newmarket CB8 8JQ", "01632 960102"),
        ("ely", "Ely", "27 Fore Hill, Ely CB7 4AF", "01632 960103"),
    ],
)
def test_the_letterhead_is_this_clinics_own(
    app: Flask, post: Post, site: str, name: str, address: str, phone: str
) -> None:
    client = sign_in(app, post, {"*": Role.PRACTITIONER})
    post(client, "/staff/site", site=site)

    letter = written(client, post)

    for words in (f"Riverside Physio, {name}", address, phone):
        assert words in letter
    assert len(re.findall(r"01632 \d{6}", letter)) == 1


def test_a_letter_has_all_a_gp_needs_and_lines_for_a_pen(writer: FlaskClient, post: Post) -> None:
    letter = written(writer, post, more=WORDS, practice="Mill Road Surgery", by="Priya Shah")

    for words in ("the GP at Mill Road Surgery", "Dear doctor", "sore spots", WORDS, "Priya Shah",
                  "consider a blood panel", "is for you to judge", "not linked", DOI):  # fmt: skip
        assert words in letter, words
    lines = re.findall(r'<p class="tp-rule[^>]*>(.*?)</p>', letter)
    assert lines == ["Patient’s name", "Date of birth", "Signature", "Registration number"]


def test_the_study_it_names_is_one_of_the_contents_sources() -> None:
    assert [source.id for source in LIBRARY.sources.values() if DOI in source.text]


@pytest.mark.parametrize(
    ("ticked", "there", "missing"),
    [
        (["vitamins"], "A suspected vitamin deficiency", "Poor sleep"),
        (["sleep"], "Poor sleep for a long time", "A suspected"),
    ],
)
def test_only_the_ticked_reasons_are_in_it(
    writer: FlaskClient, post: Post, ticked: list[str], there: str, missing: str
) -> None:
    letter = written(writer, post, reasons=ticked)

    assert there in letter
    assert missing not in letter
    assert "To the patient’s GP" in letter


def test_its_date_is_the_business_days(
    writer: FlaskClient, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    summer_night = SimpleNamespace(
        now=lambda: datetime(2026, 6, 3, 23, 30, tzinfo=UTC), day_of=clock.day_of
    )
    monkeypatch.setattr("shop.pages.staff.letter.clock", summer_night)

    assert "Thursday 4 June 2026" in written(writer, post)


@pytest.mark.parametrize("reasons", [None, "", "nonsense", ["vitamins", "nonsense"]])
def test_without_a_reason_that_we_know_there_is_no_letter(
    writer: FlaskClient, post: Post, reasons: object
) -> None:
    refused = post(writer, URL, reasons=reasons, more=WORDS)

    assert refused.status_code == 400
    assert "There is a problem" in refused.text
    assert 'href="#reasons-0"' in refused.text
    assert WORDS in refused.text  # what was typed is still there
    assert "Dear doctor" not in refused.text


def test_without_a_name_there_is_no_letter(writer: FlaskClient, post: Post) -> None:
    refused = post(writer, URL, reasons=BOTH, by=" ")

    assert refused.status_code == 400
    assert "Enter your name" in refused.text


@pytest.mark.parametrize(
    ("field", "most"), [("more", LONGEST_REASON), ("practice", LONGEST_NAME), ("by", LONGEST_NAME)]
)
def test_each_field_takes_so_much_and_no_more(
    writer: FlaskClient, post: Post, field: str, most: int
) -> None:
    assert "x" * most in written(writer, post, **{field: "x" * most})
    refused = post(writer, URL, **{"reasons": BOTH, "by": "Sam Reed", field: "x" * (most + 1)})

    assert refused.status_code == 400
    assert f"Use {most} characters or fewer for" in refused.text


@pytest.mark.parametrize("field", ["more", "practice", "by", "reasons", "change"])
def test_rubbish_is_refused_or_harmless(writer: FlaskClient, post: Post, field: str) -> None:
    for payload in PAYLOADS:
        answer = post(writer, URL, **{"reasons": BOTH, "by": "Sam Reed", field: payload})

        assert answer.status_code in (200, 400), payload
        assert "<script>alert" not in answer.text
        assert "onerror=alert(1)>" not in answer.text


def test_change_leads_back_to_the_form_as_it_was_filled_in(writer: FlaskClient, post: Post) -> None:
    fields = {"more": WORDS, "practice": "Mill “Road” & Co", "by": "P. Shah"}
    ready = post(writer, URL, reasons=["sleep"], **fields)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', ready.text))
    hidden |= {name: unescape(value) for name, value in hidden.items()}

    form = post(writer, URL, **hidden, change="1")

    assert form.status_code == 200
    assert "Dear doctor" not in form.text
    assert re.findall(r"<input checked[^>]*>", form.text) == re.findall(
        r'<input[^>]*value="sleep">', form.text
    )
    assert all(value in unescape(form.text) for value in fields.values())


def test_a_foreign_page_can_t_have_a_letter_written(writer: FlaskClient) -> None:
    answer = writer.post(URL, data={"reasons": BOTH, "by": "Sam Reed"})

    assert answer.status_code == 400
    assert "Dear doctor" not in answer.text


def test_nothing_of_a_letter_is_kept_anywhere(
    app: Flask, writer: FlaskClient, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    writer.get(URL)
    before = everything(app)

    answers = [post(writer, URL, reasons=BOTH, more=WORDS, by="Sam Reed"),
               post(writer, URL, reasons=BOTH, more=WORDS, by="Sam Reed", change="1"),
               post(writer, URL, reasons=None, more=WORDS, by="Sam Reed")]  # fmt: skip

    assert everything(app) == before
    assert WORDS not in caplog.text
    with writer.session_transaction() as session:
        assert WORDS not in repr(dict(session))
    for answer in answers:
        assert WORDS in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.location is None


def test_the_address_cant_fill_the_letter_in(writer: FlaskClient) -> None:
    page = writer.get(URL, query_string={"more": WORDS, "reasons": "sleep", "by": "Somebody"})

    assert WORDS not in page.text
    assert "Somebody" not in page.text
