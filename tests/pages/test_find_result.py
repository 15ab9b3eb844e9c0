"""What the answers lead to: a tool and its reasons, or a person; and what more answers change."""

import re
from html import unescape
from itertools import product

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog import wording
from catalog.answers import Position, Press
from shop.pages.front.refinements import BUDGETS
from tests.pages.at_desk import Post, change_product, keep_all_but
from tests.pages.finding import BLADE, Finder, main_part

SOFT_BALLS = ("BALL-65-S", "BALL-70-S", "BALL-90-S")  # equally good, so all have to be out
SITES = ("cambridge", "newmarket", "ely")
CALMEST = {"usual": "1", "settling": "minutes", "waking": "no"}
NAMED = {"diagnos", "arthritis", "Fibromyalgia"}  # in "not a diagnosis", and in what may be ticked
TO_BUY = ("£", 'href="/shop', "In stock", "Out of stock", "Soft ball", "Peanut")


def said(page: str) -> str:
    return main_part(page)


# Advice


def test_the_main_job_shows_a_soft_ball_its_reasons_guide_price_and_stock(finder: Finder) -> None:
    page = said(finder.go().text)

    assert "Soft ball" in page
    assert "quite sore when pressed" in page
    assert "between your shoulder blade and your spine" in page
    assert "lean on a wall" in page
    assert "Upper back and shoulder blade" in page
    assert "raise your hand to 90 degrees" in page.lower()
    assert re.search(r"£\d+\.\d\d", page)
    for clinic in ("Cambridge", "Newmarket", "Ely"):
        assert clinic in page


def test_the_advice_says_how_much_when_to_stop_and_when_to_ask(finder: Finder) -> None:
    page = said(finder.go().text)

    assert "Stay at 4 out of 10 or less" in page
    assert "10 slow movements" in page
    assert "When to stop" in page
    assert "after 2 weeks, ask your physiotherapist" in page
    assert "after about 6 weeks, see your GP" in page
    assert "look at it soon" not in page
    assert "You don’t need to buy anything" in page
    assert "ball, 65 mm, soft, smooth" in page
    assert re.search(r"Content version [0-9a-f]{16}", page)


def test_the_result_never_shows_anything_firm(finder: Finder) -> None:
    shown = finder.go().text.partition("<summary>Why not the others")[0]

    assert "Firm ball" not in shown
    assert "Hard spiky" not in shown


def test_why_not_is_said_for_the_others_behind_one_press(finder: Finder) -> None:
    page = said(finder.go().text)

    folded = page.partition("<summary>Why not the others</summary>")[2].partition("</details>")[0]
    assert folded.count("<li>") > 3
    assert "Firm ball 6.3 cm" in folded


def test_very_sore_leaves_the_movement_out_and_offers_the_calm_down_plan(finder: Finder) -> None:
    page = said(finder.go(press="very-sore").text)

    assert "Do this 10 times" not in page
    assert "leave out the movement" in page
    assert "Calm-down plan" in page
    assert "Lay your open hand beside the sore spot" in page
    assert "ask your physiotherapist to look at it soon" in page


def test_of_several_places_each_has_its_guide_in_full_and_the_rest_are_folded(
    finder: Finder,
) -> None:
    page = said(finder.go("neck_back", BLADE, "buttock", positions=list(Position)).text)

    assert page.count("How to use it: ") == 3
    assert "<summary>Another way: " in page


def test_the_best_fit_that_is_nowhere_in_stock_is_still_shown_beside_the_nearest_that_is(
    app: Flask, finder: Finder
) -> None:
    for sku, site in product(SOFT_BALLS, SITES):
        keep_all_but(app, site, 0, sku)

    page = said(finder.go().text)

    assert "<h1>Soft ball 6.5 cm may suit you</h1>" in page
    assert page.count("Out of stock at ") == 3
    assert re.search(r"nearest one in stock is the <a [^>]*>soft spiky ball 7 cm</a>\. As", page)


def test_each_other_tool_says_how_it_differs_and_where_it_is(finder: Finder) -> None:
    page = said(finder.go().text)

    others = page.partition("Others that may suit you")[2].partition("</section>")[0]
    assert 1 <= others.count("<li") <= 2
    assert others.count("In stock") + others.count("Out of stock") >= others.count("<li")
    assert "instead: as gentle, with another shape" in others


def test_weeks_of_poor_sleep_put_sleep_and_the_gp_before_the_tool_s_guide(finder: Finder) -> None:
    page = said(finder.go(safety="about_you", signs={"about_you": "worn_out"}).text)

    order = ["Talk to your GP", "Start with this", "Go to bed and get up", "blood test", "How to"]
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    assert "<summary>Do you sleep badly?" not in page
    assert "<summary>Do you sit for long?" in page


def test_a_condition_that_only_limits_says_what_it_changes(finder: Finder) -> None:
    page = said(finder.go(safety="about_you", signs={"about_you": "aspirin"}).text)

    assert "Because of what you ticked" in page
    assert "You ticked “Aspirin or clopidogrel”" in page
    assert "Ask first" not in page


# Ask first


def test_ask_first_stands_above_the_tool_and_nothing_can_be_bought(finder: Finder) -> None:
    page = said(finder.go(safety="condition", signs={"condition": "cancer_discharged"}).text)

    assert page.index("Ask first, before you use any tool") < page.index("<h1>Soft ball")
    assert "Ask your GP first: after my cancer, may I press there?" in page
    assert "our desk can help you" in page
    for buying in ("£", 'href="/shop', "In stock", "Out of stock", "Where it is"):
        assert buying not in page


def test_ask_as_well_stands_beside_a_tool_that_can_be_bought(finder: Finder) -> None:
    page = said(finder.go("buttock", safety="about_you", signs={"about_you": "unsteady"},
                          positions="chair").text)  # fmt: skip

    assert page.index("<h1>") < page.index("Ask someone as well")
    assert "£" in page


# Referrals


def test_thinners_with_a_sore_spot_offer_the_answers_that_may_change_it_first(
    finder: Finder,
) -> None:
    page = said(
        finder.go(safety="about_you", signs={"about_you": "thinners"}, press="a-little-sore").text
    )

    assert page.index("3 more answers may change this") < page.index("Ask your physiotherapist")
    assert "How sore is it on a usual day" in page
    assert "Which of these do you have at home" not in page
    assert not any(words in page for words in TO_BUY)


def test_with_calm_answers_thinners_turn_into_advice_that_asks_first(finder: Finder) -> None:
    finder.go(safety="about_you", signs={"about_you": "thinners"}, press="a-little-sore")

    answer = finder.refine(**CALMEST)

    assert answer.headers["Location"] == "/find/result"
    page = said(finder.client.get("/find/result").text)
    assert "<h1>Soft ball 6.5 cm may suit you</h1>" in page
    assert "is gentle pressing safe with your blood thinner?" in page
    assert "£" not in page
    assert 'href="/shop' not in page


def test_too_sore_to_press_ends_at_a_person_with_a_calm_plan_without_its_hand(
    finder: Finder,
) -> None:
    page = said(finder.go(press="too-sore-to-press").text)

    assert "Ask your physiotherapist" in page
    assert "Calm-down plan" in page
    assert "Put something warm on the sore area" in page
    assert "Lay your open hand" not in page
    assert not any(words in page for words in TO_BUY)


def test_soreness_after_new_exercise_rests_and_sends_nobody_to_a_person(finder: Finder) -> None:
    page = said(
        finder.go(safety="sore_place", signs={"sore_place": "new_exercise"}, press="very-sore").text
    )

    assert "Let it rest" in page
    assert "A person needs to check first" not in page
    assert "Lay your open hand" in page
    assert not any(words in page for words in TO_BUY)


def test_under_16_has_a_page_for_them_and_a_parent(finder: Finder) -> None:
    page = said(finder.go(safety="about_you", signs={"about_you": "under_16"}).text)

    assert "See the physiotherapist together with a parent" in page
    assert "for you and for a parent or carer" in page
    assert "01632 960100" in page
    assert not any(words in page for words in TO_BUY)


@pytest.mark.parametrize(
    "said_",
    [
        {"safety": "about_you", "signs": {"about_you": "under_16"}},
        {"press": Press.ON_BONE},
        {"press": Press.TOO_SORE},
        {"safety": "heart_and_lungs"},
        {"safety": "today"},
        {"spots": {BLADE: "nowhere"}},
    ],
    ids=str,
)
def test_a_page_that_says_to_see_a_person_leads_to_no_tool_at_all(
    finder: Finder, said_: dict[str, object]
) -> None:
    page = finder.go(**said_).text

    links = set(re.findall(r'href="(/[^"]*)"', page)) - {"/", "/help", "/privacy"}
    assert {link for link in links if not link.startswith(("/find/", "/assets/"))} == set()
    assert not any(words in page for words in TO_BUY)
    assert "Keep this result" in page


# Urgent


@pytest.mark.parametrize(
    ("topic", "spoken", "says"),
    [
        ("heart_and_lungs", "Immediate action required: ", "Call 999 now"),
        ("hospital_now", "Immediate action required: ", "Go to A&E now"),
        ("today", "Urgent advice: ", "Call NHS 111 or your GP today"),
    ],
)
def test_the_level_is_said_in_words(finder: Finder, topic: str, spoken: str, says: str) -> None:
    page = said(finder.go(safety=topic).text)

    assert f'<span class="tp-hidden">{spoken}</span>{says}</h1>' in page


def test_the_worst_of_several_signs_comes_first(finder: Finder) -> None:
    page = said(finder.go(safety=["today", "heart_and_lungs"]).text)

    assert page.index("Call 999 now. Do not") < page.index("your own specialist team today")


def test_a_pregnancy_sign_leads_to_the_maternity_unit_and_the_title_does_not_say_so(
    finder: Finder,
) -> None:
    page = finder.go(safety="about_you", signs={"about_you": "pregnancy_signs"}).text

    assert "Call your maternity unit now</h1>" in page
    assert "<title>Your result – Riverside Physio shop</title>" in page


# More answers


@pytest.mark.parametrize(
    ("answer", "changes"),
    [
        ({"usual": "8"}, "You gave your usual pain 8 out of 10"),
        ({"settling": "longer"}, "You said it takes more than 2 hours to settle"),
        ({"waking": "most-nights"}, "You said it wakes you most nights"),
        ({"goal": "move-further"}, "You said you want to move further"),
        ({"owns": ["", "tennis_ball"]}, "<h1>Use the tennis ball you have</h1>"),
    ],
    ids=str,
)
def test_one_more_answer_changes_the_result_and_stays_shown(
    finder: Finder, answer: dict[str, object], changes: str
) -> None:
    assert changes not in said(finder.go().text)

    assert finder.refine(**answer).status_code == 303
    page = said(finder.client.get("/find/result").text)

    assert changes in page
    for value in answer.values():
        value = value if isinstance(value, str) else value[-1]
        assert re.search(rf'<input[^>]* checked[^>]*value="{value}"', page)


def test_the_same_answers_given_once_more_change_nothing(finder: Finder) -> None:
    finder.go()
    finder.refine(usual="8", owns=["", "tennis_ball"])
    before = said(finder.client.get("/find/result").text)

    finder.refine()

    assert re.sub("csrf_token[^>]*", "", said(finder.client.get("/find/result").text)) == re.sub(
        "csrf_token[^>]*", "", before
    )


def test_a_regular_user_whose_spot_is_calm_is_shown_something_firmer(finder: Finder) -> None:
    finder.go(press="a-little-sore")
    assert "Firm ball" not in said(finder.client.get("/find/result").text).partition("Why not")[0]

    finder.refine(**CALMEST, experience="regular")

    assert "Firm ball" in said(finder.client.get("/find/result").text).partition("Why not")[0]


def test_what_one_owns_comes_first_and_the_product_below(finder: Finder) -> None:
    finder.go()
    finder.refine(owns=["", "soft_ball"])

    page = said(finder.client.get("/find/result").text)

    assert "<h1>Use the soft ball you have</h1>" in page
    assert page.index("<h1>") < page.index("From our shop, if you want a new one")
    assert "Soft ball 6.5 cm" in page
    assert "Where it is in stock" not in page


def test_what_made_it_worse_is_asked_of_what_one_owns_and_goes_with_it(finder: Finder) -> None:
    asks = "Which of yours made it worse"
    finder.go()
    assert asks not in said(finder.client.get("/find/result").text)
    finder.refine(owns=["", "medium_ball"])

    assert asks in said(finder.client.get("/find/result").text)
    finder.refine(worse=["", "medium_ball"])
    assert "Your medium ball: you said it was worse" in said(finder.client.get("/find/result").text)

    finder.refine(owns=[""])
    page = said(finder.client.get("/find/result").text)
    assert "medium ball: you said it was worse" not in page
    assert asks not in page


def test_a_budget_reorders_what_fits_equally_well(app: Flask, finder: Finder) -> None:
    finder.go()
    change_product(app, price_pence=BUDGETS[0] + 1)

    finder.refine(budget_pence=str(BUDGETS[0]))

    page = said(finder.client.get("/find/result").text)
    assert "<h1>Soft ball 6.5 cm may suit you</h1>" not in page


def test_an_answer_is_taken_back_with_no_answer(finder: Finder) -> None:
    finder.go()
    finder.refine(usual="8")

    finder.refine(usual="")

    assert "usual pain 8" not in said(finder.client.get("/find/result").text)


@pytest.mark.parametrize(
    "wrong",
    [{"usual": "11"}, {"usual": "-1"}, {"goal": "win"}, {"owns": "cannon"}, {"worse": "soft_ball"}],
    ids=str,
)
def test_an_answer_that_was_not_offered_is_refused_and_changes_nothing(
    finder: Finder, wrong: dict[str, str]
) -> None:
    finder.go()

    answer = finder.refine(**wrong)

    assert answer.status_code == 400
    assert "There is a problem" in answer.text
    assert "usual pain" not in said(finder.client.get("/find/result").text)


def test_more_answers_without_the_questions_lead_to_the_first_question(
    client: FlaskClient, post: Post
) -> None:
    answer = post(client, "/find/result", page="/find/where", **CALMEST)

    assert answer.headers["Location"] == "/find/where"


def test_a_question_that_was_not_shown_keeps_its_answer(finder: Finder) -> None:
    finder.go()
    finder.refine(owns=["", "tennis_ball"])
    only_these = {"csrf_token", "usual"}
    page = unescape(finder.client.get("/find/result").text)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]*)"', page)[1]

    finder.client.post(
        "/find/result", data=dict(zip(sorted(only_these), (token, "5"), strict=True))
    )

    assert "Use the tennis ball you have" in said(finder.client.get("/find/result").text)


# Around it


def test_the_answers_are_listed_each_with_a_way_to_change_it(finder: Finder) -> None:
    page = said(
        finder.go(
            safety="about_you", signs={"about_you": "aspirin"}, positions=["floor", "wall"]
        ).text
    )
    told = page.partition("Your answers")[2]

    rows = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>\s*<dd><a href=\"(.*?)\"", told)

    assert rows == [
        ("Where", "Between your shoulder blade and your spine", "/find/where"),
        ("Safety questions", "Under 18, over 74, pregnant, not steady on your feet, or on some "
         "medicines", "/find/check"),
        ("Which of these", "Aspirin or clopidogrel", "/find/check/more"),
        ("What brings it on", "Between your shoulder blade and your spine", "/find/spot"),
        ("When pressed", "Quite sore", "/find/press"),
        ("What you can do", "Stand and lean on a wall<br>Get down on the floor and up again",
         "/find/position"),
    ]  # fmt: skip


def test_the_result_takes_three_statements(client: FlaskClient, finder: Finder, statements) -> None:
    finder.go()

    with statements() as seen:
        client.get("/find/result")

    assert len(seen) <= 3


def test_a_result_and_every_question_stay_in_no_cache(client: FlaskClient, finder: Finder) -> None:
    finder.go()

    for url in ("/find/where", "/find/check", "/find/press", "/find/result"):
        assert client.get(url).headers["Cache-Control"] == "no-store"


# The words


def read_aloud(page: str) -> str:
    """A page's own part as lines of text, each element on a line of its own."""
    inline = re.sub(r"</?(a|b|strong|span|code|small|em)\b[^>]*>", "", main_part(page))
    text = re.sub(r"<(svg|button|script)\b.*?</\1>", "", inline, flags=re.DOTALL)
    lines = [line.strip() for line in re.sub(r"<[^>]*>", "\n", text).splitlines()]
    return "\n".join(line for line in lines if len(line.split()) > 3)


@pytest.mark.parametrize(
    ("regions", "answers"),
    [
        ([BLADE], {}),
        (["neck_back", BLADE, "buttock"], {"press": "very-sore", "positions": list(Position)}),
        ([BLADE], {"safety": "about_you", "signs": {"about_you": ["aspirin", "worn_out"]}}),
        ([BLADE], {"safety": "condition", "signs": {"condition": "cancer_discharged"}}),
        ([BLADE], {"safety": "about_you", "signs": {"about_you": "thinners"}}),
        ([BLADE], {"safety": "about_you", "signs": {"about_you": "under_16"}}),
        ([BLADE], {"press": "too-sore-to-press"}),
        ([BLADE], {"safety": "heart_and_lungs"}),
        (["head_temple"], {"spots": {"head_temple": "skull_base"}}),
    ],
    ids=str,
)
def test_every_page_on_the_way_reads_at_grade_6_and_claims_nothing(
    finder: Finder, regions: list[str], answers: dict[str, object]
) -> None:
    pages = {"/find/result": finder.go(*regions, **answers).text}
    pages |= {url: finder.client.get(url).text for url in ["/find/where", *finder.trail[:-1]]}
    kept = finder.keep().headers["Location"]
    for url in (kept, f"{kept}/deletion", "/find/kept/gone"):
        pages[url] = finder.client.get(url).text

    for url, page in pages.items():
        passage = wording.Passage(url, read_aloud(page))

        assert wording.grade(passage.text) <= 6, wording.hardest([passage])
        assert wording.long_sentences([passage]) == []
        assert {claim.found for claim in wording.claims([passage])} <= NAMED
