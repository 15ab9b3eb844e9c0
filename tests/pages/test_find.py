"""The finder's questions: in their order, safety never skipped, and nothing kept."""

import json
import re
import zlib
from html import unescape

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient

from catalog.answers import Answers, Position, Press, Spot
from catalog.path import MOST_REGIONS
from catalog.refinements import Experience, Goal, Settling, Waking
from catalog.safety import SOMETHING_ELSE
from shop.pages.front import carried
from tests.pages.at_desk import Post
from tests.pages.conftest import hidden_fields
from tests.pages.finding import BLADE, Finder
from tests.pages.reading import LIBRARY

ABOUT_YOU, CONDITION = "signs-about_you", "signs-condition"
LATER = ["/find/check/more", "/find/spot", "/find/press", "/find/position", "/find/result"]
NO_TOOL = ("£", 'href="/shop', "Soft ball")


def leads_to(client: FlaskClient, url: str) -> str:
    return client.get(url).headers["Location"]


def at_check(client: FlaskClient, post: Post, *regions: str) -> None:
    post(client, "/find/where", regions=list(regions) or BLADE)


def answers_of(app: Flask, client: FlaskClient) -> Answers:
    """What the cookie carries, read with the key that only the server has."""
    cookie = client.get_cookie(carried.COOKIE, path="/find")
    with app.test_request_context(headers={"Cookie": f"{carried.COOKIE}={cookie.value}"}):
        return carried.read()


def test_find_leads_to_the_first_question(client: FlaskClient) -> None:
    assert leads_to(client, "/find") == "/find/where"


def test_a_person_with_no_warning_sign_answers_five_screens(finder: Finder) -> None:
    finder.go()

    assert finder.trail == [
        "/find/check",
        "/find/spot",
        "/find/press",
        "/find/position",
        "/find/result",
    ]


def test_a_place_that_only_hurts_where_it_is_has_no_question_about_spots(finder: Finder) -> None:
    finder.go("calf", safety="none")

    assert "/find/spot" not in finder.trail


# Where


def test_up_to_three_places_can_be_chosen(finder: Finder) -> None:
    page = unescape(finder.go("neck_back", BLADE, "buttock").text)

    for guide in ("Corner of neck and shoulder", "Upper back and shoulder blade", "Buttock"):
        assert 'How to use it: <a href="/guides/' in page
        assert guide in page


def test_a_fourth_place_is_refused_in_words_and_nothing_typed_is_lost(
    client: FlaskClient, post: Post
) -> None:
    four = ["skull_base", "neck_back", BLADE, "buttock"]

    answer = post(client, "/find/where", regions=four)

    assert answer.status_code == 400
    assert f"Select {MOST_REGIONS} places at most" in answer.text
    assert len(re.findall(r"<input[^>]* checked", answer.text)) == len(four)


def test_no_place_at_all_is_asked_again(client: FlaskClient, post: Post) -> None:
    answer = post(client, "/find/where")

    assert answer.status_code == 400
    assert "<title>Error: " in answer.text


def test_not_being_sure_where_it_is_leads_on_and_ends_at_a_person(finder: Finder) -> None:
    page = finder.go("other", spots={"other": Spot.DIFFERENT}).text

    assert finder.trail[:2] == ["/find/check", "/find/spot"]
    assert "Ask your physiotherapist" in page


# The first safety step


@pytest.mark.parametrize("topic", ["heart_and_lungs", "head_and_nerves", "hospital_now", "today"])
def test_an_urgent_topic_settles_it_at_once(
    client: FlaskClient, finder: Finder, topic: str
) -> None:
    page = finder.go(safety=topic).text

    assert finder.trail == ["/find/check", "/find/result"]
    assert "tp-care" in page
    assert "Do not use a ball or roller" in page
    assert not any(word in page for word in NO_TOOL)


def test_an_unticked_safety_step_is_not_a_no(client: FlaskClient, post: Post) -> None:
    at_check(client, post)

    answer = post(client, "/find/check")

    assert answer.status_code == 400
    assert "There is a problem" in answer.text
    assert "<title>Error: " in answer.text


def test_none_of_these_and_something_else_is_asked_again(client: FlaskClient, post: Post) -> None:
    at_check(client, post)

    answer = post(client, "/find/check", safety=["none", "today"])

    assert answer.status_code == 400
    assert "not both" in answer.text
    assert len(re.findall(r"<input[^>]* checked", answer.text)) == 2


@pytest.mark.parametrize("url", LATER)
def test_nobody_skips_the_safety_step_by_its_address(
    client: FlaskClient, post: Post, url: str
) -> None:
    at_check(client, post)

    assert leads_to(client, url) == "/find/check"


@pytest.mark.parametrize("url", LATER)
def test_with_no_answer_every_address_leads_to_the_first_question(
    client: FlaskClient, url: str
) -> None:
    assert leads_to(client, url) == "/find/where"


def test_posting_a_later_answer_does_not_skip_the_safety_step(
    client: FlaskClient, post: Post
) -> None:
    at_check(client, post)

    for url, said in (("/find/press", {"press": "quite-sore"}), ("/find/position", {})):
        answer = post(client, url, page="/find/check", **said)

        assert answer.headers["Location"] == "/find/check"
    assert leads_to(client, "/find/result") == "/find/check"


@pytest.mark.parametrize("url", ["/find/spot", "/find/press", "/find/position"])
def test_behind_a_warning_sign_no_question_is_shown_any_more(
    client: FlaskClient, post: Post, finder: Finder, url: str
) -> None:
    finder.go()
    post(client, "/find/check", safety="hospital_now")

    assert leads_to(client, url) == "/find/result"
    assert "Go to A&amp;E now" in client.get("/find/result").text


# The second safety step


def test_a_topic_that_asks_which_leads_to_its_signs(
    client: FlaskClient, finder: Finder, post: Post
) -> None:
    at_check(client, post)
    answer = post(client, "/find/check", safety=["about_you", "condition"])

    page = unescape(client.get(answer.headers["Location"]).text)

    assert answer.headers["Location"] == "/find/check/more"
    for topic in ("about_you", "condition"):
        for sign in LIBRARY.rules.topics[topic].signs:
            assert sign.label in page
    assert page.count("Something else like these") == 2
    assert "lump" not in page


def test_each_group_has_to_be_answered_and_the_error_names_it(
    client: FlaskClient, post: Post
) -> None:
    at_check(client, post)
    post(client, "/find/check", safety=["about_you", "condition"])

    answer = post(client, "/find/check/more", **{ABOUT_YOU: "aspirin"})

    assert answer.status_code == 400
    assert f"Select which of these it is: “{LIBRARY.rules.topics['condition'].label}”" in unescape(
        answer.text
    )
    assert "medicines”" not in unescape(answer.text)
    assert leads_to(client, "/find/press") == "/find/check/more"


def test_one_sign_that_stands_in_two_groups_answers_both(client: FlaskClient, post: Post) -> None:
    at_check(client, post, "chest")
    post(client, "/find/check", safety=["chest_device", "condition"])

    answer = post(client, "/find/check/more", **{"signs-chest_device": "device_elsewhere"})

    assert answer.status_code == 303


def test_something_else_in_one_group_says_nothing_about_another(
    client: FlaskClient, post: Post
) -> None:
    at_check(client, post)
    post(client, "/find/check", safety=["about_you", "condition"])

    assert post(client, "/find/check/more", **{ABOUT_YOU: SOMETHING_ELSE}).status_code == 400


def test_something_else_like_these_leads_to_a_person(finder: Finder) -> None:
    page = finder.go(safety="condition", signs={"condition": SOMETHING_ELSE}).text

    assert "Something else like these" in page
    assert "Ask your physiotherapist or GP" in page
    assert not any(word in page for word in NO_TOOL)


def test_no_sign_with_a_level_reaches_a_product_a_price_or_a_guide(finder: Finder) -> None:
    tried = 0
    for topic in LIBRARY.rules.topics.values():
        for sign in topic.signs if topic.asks_which else ():
            if sign.level and not topic.regions:
                tried += 1
                page = finder.go(safety=topic.id, signs={topic.id: sign.id}).text

                assert not any(word in page for word in (*NO_TOOL, 'href="/guides')), sign.id
    assert tried > 25


def test_signs_of_a_topic_that_is_no_longer_ticked_are_forgotten(
    app: Flask, client: FlaskClient, post: Post, finder: Finder
) -> None:
    finder.go(safety=["about_you", "condition"],
              signs={"about_you": "aspirin", "condition": "diabetes"})  # fmt: skip
    post(client, "/find/check", safety="about_you")
    assert answers_of(app, client).signs == {"aspirin"}

    post(client, "/find/check", safety="none")

    assert answers_of(app, client).signs is None
    assert leads_to(client, "/find/check/more") == "/find/result"


def test_a_topic_that_is_ticked_anew_asks_which_although_one_of_its_signs_was_told(
    client: FlaskClient, post: Post, finder: Finder
) -> None:
    finder.go(safety="condition", signs={"condition": "device_elsewhere"})
    assert "device_here" in {sign.id for sign in LIBRARY.rules.topics["sore_place"].signs}
    post(client, "/find/check/more", **{CONDITION: "device_here"})

    added = post(client, "/find/check", safety=["condition", "sore_place"])

    assert added.headers["Location"] == "/find/check/more"
    assert leads_to(client, "/find/result") == "/find/check/more"


def test_signs_that_were_ticked_are_shown_again(client: FlaskClient, finder: Finder) -> None:
    finder.go(safety=["about_you", "condition"],
              signs={"about_you": "aspirin", "condition": SOMETHING_ELSE})  # fmt: skip

    page = client.get("/find/check/more").text

    boxes = [tag for tag in re.findall(r"<input[^>]*>", page) if " checked" in tag]
    assert [re.findall(r'(?:name|value)="([^"]*)"', tag) for tag in boxes] == [
        [CONDITION, SOMETHING_ELSE],
        [ABOUT_YOU, "aspirin"],
    ]


# Which place brings it on


def test_pain_at_the_temple_that_the_shoulder_brings_on_is_pressed_at_the_shoulder(
    finder: Finder,
) -> None:
    page = unescape(finder.go("head_temple", spots={"head_temple": "shoulder_top"}).text)

    assert "Pressing on top of your shoulder brings it on" in page
    assert "Top of the shoulder" in page


@pytest.mark.parametrize("spot", [Spot.DIFFERENT, Spot.NOWHERE])
def test_pain_at_the_temple_that_nothing_brings_on_is_pressed_nowhere(
    finder: Finder, spot: Spot
) -> None:
    page = finder.go("head_temple", spots={"head_temple": spot}).text

    assert "/find/press" not in finder.trail
    assert not any(word in page for word in NO_TOOL)


def test_each_place_asks_for_its_own_spots(client: FlaskClient, finder: Finder, post: Post) -> None:
    at_check(client, post, "low_back", "thigh_back")
    post(client, "/find/check", safety="none")

    answer = post(client, "/find/spot", **{"spots-low_back": "buttock"})

    assert answer.status_code == 400
    assert "at the back of your thigh, or one of the last 3 answers" in answer.text


def test_a_place_and_none_of_them_are_not_both_an_answer(client: FlaskClient, post: Post) -> None:
    at_check(client, post)
    post(client, "/find/check", safety="none")

    answer = post(client, "/find/spot", **{"spots-blade_spine": [BLADE, Spot.NOWHERE]})

    assert answer.status_code == 400
    assert "not both" in answer.text


def test_a_place_that_was_not_offered_is_no_answer(client: FlaskClient, post: Post) -> None:
    at_check(client, post)
    post(client, "/find/check", safety="none")

    for place in ("calf", "throat", "made-up"):
        answer = post(client, "/find/spot", **{"spots-blade_spine": place})

        assert answer.status_code == 400
        assert "has changed" in answer.text


def test_the_spot_of_a_place_that_is_no_longer_chosen_is_forgotten(
    app: Flask, client: FlaskClient, finder: Finder, post: Post
) -> None:
    finder.go("head_temple", BLADE)
    post(client, "/find/where", regions=BLADE)

    assert (answers_of(app, client).spots or {}).keys() <= {BLADE}


# Back, change, and several tabs


def test_a_given_answer_is_shown_again_on_the_way_back(client: FlaskClient, finder: Finder) -> None:
    finder.go(press="very-sore", positions=["wall", "chair"])

    for url, value in (
        ("/find/where", BLADE),
        ("/find/check", "none"),
        ("/find/spot", BLADE),
        ("/find/press", "very-sore"),
        ("/find/position", "chair"),
    ):
        assert re.search(rf'checked[^>]*value="{value}"', client.get(url).text), url


def test_back_leads_to_the_question_before(client: FlaskClient, finder: Finder) -> None:
    finder.go(safety="about_you", signs={"about_you": "aspirin"})

    backs = {
        url: re.findall(r'class="tp-back" href="([^"]*)"', client.get(url).text)
        for url in ("/find/where", "/find/check", *LATER[:-1])
    }

    assert backs == {
        "/find/where": [],
        "/find/check": ["/find/where"],
        "/find/check/more": ["/find/check"],
        "/find/spot": ["/find/check/more"],
        "/find/press": ["/find/spot"],
        "/find/position": ["/find/press"],
    }


def test_changing_one_answer_leads_straight_back_to_the_result(
    client: FlaskClient, post: Post, finder: Finder
) -> None:
    finder.go()

    assert post(client, "/find/press", press="very-sore").headers["Location"] == "/find/result"
    assert "very sore when pressed" in client.get("/find/result").text


def test_moving_to_another_place_asks_that_places_own_safety_questions(
    client: FlaskClient, post: Post, finder: Finder
) -> None:
    finder.go()

    moved = post(client, "/find/where", regions="chest")

    assert moved.headers["Location"] == "/find/check"
    assert leads_to(client, "/find/result") == "/find/check"


def test_another_place_is_asked_whether_it_has_a_wound_although_the_first_one_had_none(
    client: FlaskClient, post: Post, finder: Finder
) -> None:
    finder.go("blade_spine")

    moved = post(client, "/find/where", regions="blade_back")

    assert moved.headers["Location"] == "/find/check"


def test_moving_away_forgets_what_only_the_first_place_asked(
    app: Flask, client: FlaskClient, post: Post, finder: Finder
) -> None:
    finder.go("calf", safety="calf_blood", signs={"calf_blood": "thinners"})
    post(client, "/find/where", regions="neck_back")

    answers = answers_of(app, client)

    assert (answers.safety, answers.signs) == (None, None)
    assert "calf_blood" not in client.get("/find/check").text


def test_none_of_these_in_an_old_tab_does_not_answer_the_questions_of_another_place(
    client: FlaskClient, post: Post
) -> None:
    at_check(client, post, "neck_back")
    old_tab = hidden_fields(client.get("/find/check").text)
    at_check(client, post, "low_back")

    answer = client.post("/find/check", data={**old_tab, "safety": "none"})

    assert answer.status_code == 400
    assert "has changed since you opened it" in answer.text
    assert "Numb between your legs" in answer.text
    assert " checked" not in answer.text
    assert leads_to(client, "/find/result") == "/find/check"


def test_an_answer_in_an_old_tab_waits_for_the_safety_step_of_the_new_place(
    client: FlaskClient, post: Post, finder: Finder
) -> None:
    finder.go()
    old_tab = hidden_fields(client.get("/find/position").text)
    at_check(client, post, "low_back")

    answer = client.post("/find/position", data={**old_tab, "positions": "wall"})

    assert answer.headers["Location"] == "/find/check"


def test_sending_the_same_answer_twice_is_one_answer(client: FlaskClient, finder: Finder) -> None:
    first = finder.go().text
    again = finder.go().text

    csrf = re.compile(r'name="csrf_token"[^>]*')
    assert csrf.sub("", first) == csrf.sub("", again)


def test_starting_again_forgets_every_answer(
    client: FlaskClient, post: Post, finder: Finder
) -> None:
    finder.go()

    post(client, "/find/again", page="/find/result")

    assert leads_to(client, "/find/result") == "/find/where"


# The cookie


def test_a_cookie_that_somebody_made_up_or_changed_is_no_answer(
    client: FlaskClient, finder: Finder
) -> None:
    finder.go()
    real = client.get_cookie(carried.COOKIE, path="/find").value
    for made_up in ("", "x", "gAAAAAB" + "a" * 100, "é", "{}", real[:-4], real.swapcase()):
        client.set_cookie(carried.COOKIE, made_up, path="/find")

        assert leads_to(client, "/find/result") == "/find/where"


def test_a_cookie_of_half_an_hour_ago_is_no_answer(
    client: FlaskClient, finder: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    finder.go()
    monkeypatch.setattr(carried, "SECONDS", -1)

    assert leads_to(client, "/find/result") == "/find/where"


def sealed(app: Flask, content: bytes) -> str:
    with app.test_request_context("/find"):
        return carried._box().encrypt(content).decode()


def test_answers_to_the_questions_of_other_content_are_no_answer(
    app: Flask, client: FlaskClient, finder: Finder
) -> None:
    finder.go()
    answers = answers_of(app, client).as_data()
    for version, leads in ((LIBRARY.version, None), ("0" * 16, "/find/where")):
        content = json.dumps({"version": version, "answers": answers}).encode()
        client.set_cookie(carried.COOKIE, sealed(app, zlib.compress(content)), path="/find")

        assert client.get("/find/result").headers.get("Location") == leads


@pytest.mark.parametrize("content", [b"", b"{}", b'{"regions": ["chest"]}', zlib.compress(b"[")])
def test_a_cookie_of_an_older_program_is_no_answer(
    app: Flask, client: FlaskClient, content: bytes
) -> None:
    client.set_cookie(carried.COOKIE, sealed(app, content), path="/find")

    assert leads_to(client, "/find/result") == "/find/where"


def test_a_cookie_of_another_key_is_no_answer(client: FlaskClient) -> None:
    foreign = Fernet(Fernet.generate_key()).encrypt(zlib.compress(b"{}")).decode()
    client.set_cookie(carried.COOKIE, foreign, path="/find")

    assert leads_to(client, "/find/result") == "/find/where"


def most_answers() -> Answers:
    """Everything that can be said at once, in the three places that ask the most."""
    regions = sorted(LIBRARY.regions, key=lambda id_: -len(LIBRARY.regions[id_].felt_from))
    return Answers(
        regions=tuple(regions[:MOST_REGIONS]),
        safety=frozenset(LIBRARY.rules.topics),
        signs=frozenset(LIBRARY.rules.signs),
        spots={id_: frozenset(LIBRARY.regions) for id_ in regions[:MOST_REGIONS]},
        press=max(Press, key=len),
        positions=frozenset(Position),
        usual=10,
        settling=max(Settling, key=len),
        waking=max(Waking, key=len),
        experience=max(Experience, key=len),
        goal=max(Goal, key=len),
        owns=frozenset(LIBRARY.own_tools),
        worse=frozenset(LIBRARY.own_tools),
        budget_pence=1_000_000,
    )


def test_the_longest_answers_fit_into_a_cookie(app: Flask) -> None:
    with app.test_request_context("/find"):
        written = carried.write(app.response_class(), most_answers()).headers["Set-Cookie"]

    assert len(written.partition(";")[0]) < 4096
    value = written.partition(";")[0]
    with app.test_request_context("/find", headers={"Cookie": value}):
        assert carried.read() == most_answers()


def test_the_length_of_the_cookie_does_not_say_how_much_was_ticked(
    client: FlaskClient, finder: Finder
) -> None:
    lengths = set()
    for said in (
        {"safety": "none"},
        {"safety": "about_you", "signs": {"about_you": "aspirin"}},
        {"safety": "condition", "signs": {"condition": ["diabetes", "hypermobility"]}},
    ):
        finder.go(**said)
        lengths.add(len(client.get_cookie(carried.COOKIE, path="/find").value))

    assert len(lengths) == 1


def test_the_cookie_goes_to_the_finder_only(client: FlaskClient, finder: Finder) -> None:
    finder.go()
    cookie = client.get_cookie(carried.COOKIE, path="/find")

    assert (cookie.path, cookie.http_only, cookie.same_site) == ("/find", True, "Lax")
    assert carried.COOKIE not in client.get("/shop").request.headers.get("Cookie", "")


def test_no_question_reads_the_database(client: FlaskClient, finder: Finder, statements) -> None:
    finder.go(safety="about_you", signs={"about_you": "aspirin"})

    with statements() as seen:
        for url in ("/find/where", "/find/check", *LATER[:-1]):
            assert client.get(url).status_code == 200

    assert seen == []


def test_the_questions_know_the_tool_that_somebody_has_in_their_hand(
    app: Flask, client: FlaskClient, finder: Finder
) -> None:
    """The shelf's label leads to the product's page, and that to the questions."""
    page = client.get("/shop/soft-ball-65").text
    assert "/find?have=soft_ball" in page

    assert client.get("/find?have=soft_ball").location == "/find/where"

    with client.get("/find/where"):
        cookie = client.get_cookie("shop_find", path="/find")
    assert cookie is not None
    assert "soft_ball" not in cookie.value


@pytest.mark.parametrize("have", ["nothing", "", "x" * 400, "soft_ball,firm_ball"])
def test_a_tool_that_we_do_not_know_presets_nothing(client: FlaskClient, have: str) -> None:
    answer = client.get("/find", query_string={"have": have})

    assert answer.location == "/find/where"
    assert client.get_cookie("shop_find", path="/find") is None
