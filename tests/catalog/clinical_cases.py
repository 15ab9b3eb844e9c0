"""People as a clinician would describe them, and what has to come out: one line each.

Written from the clinical notes and not from the rules' files, so that a wrong rule shows.
`NONE` means no tool at all; a limit is what a tool may be at most.
"""

from typing import Any

ANY, FIRM, ROLLER = "any tool", "any firm tool", "any roller"
NONE: dict[str, Any] = {"tools_allowed": "none", "unacceptable_tools": [ANY], "must_refer": True}
CALL_999 = {**NONE, "urgent": True, "urgent_level": "call 999"}
A_AND_E = {**NONE, "urgent": True, "urgent_level": "go to A&E now"}
TODAY = {**NONE, "urgent": True, "urgent_level": "same day (111 or urgent GP)"}
LOW = {"press_soreness_0_10": 2, "pain_0_10": 2}
USED_TO_IT = {**LOW, "experience": "regular user"}
SEATED = {"can_stand_and_lean_on_wall": False, "can_get_down_to_floor_and_up": False}


def allowed(*tools: str, **limits: Any) -> dict[str, Any]:
    return {"tools_allowed": "yes", "acceptable_tools": list(tools), "must_refer": False, **limits}


def caution(*tools: str, **limits: Any) -> dict[str, Any]:
    limits = {"unacceptable_tools": [FIRM, "massage gun"], "must_refer": "either", **limits}
    return {"tools_allowed": "caution", "acceptable_tools": list(tools), **limits}


def case(
    title: str, where: str | list[str], expected: dict[str, Any], **more: Any
) -> dict[str, Any]:
    places = [where] if isinstance(where, str) else where
    plain = {
        "age": 40,
        "feels_pain_in": places,
        "sore_when_pressed_in": places,
        "side": "left",
        "pain_0_10": 3,
        "press_soreness_0_10": 5,
        "settles_after": "a few minutes",
        "wakes_at_night": "no",
        "how_long": "3 weeks",
        "warning_answers": [],
        "health_answers": [],
        "pregnancy_weeks": None,
        "can_stand_and_lean_on_wall": True,
        "can_get_down_to_floor_and_up": True,
        "can_sit_and_use_hands": True,
        "experience": "never used one",
        "activity": "office work",
        "goal": "less pain",
        "budget_gbp": None,
        "already_owns": [],
        "note": "",
    }
    return {"id": title, "title": title, "input": {**plain, **more}, "expected": expected}


WALL_AND_CHAIR = {"positions_not_allowed": ["floor"]}
CASES = [
    # Nothing special
    case("desk worker, top of shoulder", "top of shoulder",
         allowed("soft ball", "medium ball", "hook cane", unacceptable_tools=[FIRM],
                 acceptable_guide_topics=["top of shoulder"], max_discomfort_0_10=4)),
    case("seed exercise 1", "between shoulder blade and spine",
         allowed("soft ball", acceptable_guide_topics=["shoulder blade ball on wall"])),
    case("seed exercise 2", "chest below collarbone",
         allowed("soft ball", acceptable_guide_topics=["chest ball on wall"])),
    case("used to it, calf", "calf", allowed("medium roller", "massage stick",
         unacceptable_tools=["small firm ball"], max_discomfort_0_10=5), **USED_TO_IT),
    case("used to it, thin place", "inner forearm, wrist or palm",
         allowed("medium ball", "soft ball", max_discomfort_0_10=5), **USED_TO_IT),
    case("new to it, not sore", "buttock", allowed("medium ball", "soft ball",
         unacceptable_tools=[FIRM]), **LOW),
    case("chair only", "sole or heel",
         allowed("soft ball", "medium ball", acceptable_guide_topics=["sole seated"],
                 positions_not_allowed=["floor", "standing"]), **SEATED),
    case("wheelchair, upper back", "upper or mid back",
         allowed("soft peanut ball", "soft ball", "medium peanut ball",
                 acceptable_guide_topics=["upper back on wall or chair"],
                 positions_not_allowed=["floor", "standing"]), **SEATED),
    case("two places at once", ["calf", "front of thigh"],
         allowed("medium roller", "massage stick"), **USED_TO_IT),
    case("owns the right one", "buttock", allowed("medium roller", "medium ball"),
         already_owns=["medium roller"], **USED_TO_IT),
    case("owns one that is too firm", "buttock",
         allowed("soft ball", unacceptable_tools=["firm ball"]), already_owns=["firm ball"]),
    case("wants to move further", "chest below collarbone", allowed("soft ball"),
         goal="move my arm further"),
    # How easily it is stirred up
    case("high", "between shoulder blade and spine", allowed("soft ball",
         unacceptable_tools=["medium ball", FIRM, ROLLER], max_discomfort_0_10=3,
         positions_not_allowed=["floor"], must_refer="either", sensitivity_band="high"),
         press_soreness_0_10=7),
    case("wakes most nights", "buttock", allowed("soft ball", max_discomfort_0_10=3,
         unacceptable_tools=["medium ball", FIRM], must_refer="either", sensitivity_band="high"),
         wakes_at_night="most nights"),
    case("very high", "buttock", {**NONE, "sensitivity_band": "very high"}, press_soreness_0_10=9),
    case("three high answers", "buttock", {**NONE, "sensitivity_band": "very high"},
         press_soreness_0_10=7, pain_0_10=7, settles_after="more than 2 hours or next day"),
    case("could not press", "buttock", allowed("soft ball",
         unacceptable_tools=["medium ball", FIRM], max_discomfort_0_10=3, must_refer="either"),
         press_soreness_0_10=None, sore_when_pressed_in=None),
    case("hurts but not when pressed", "buttock", caution("soft ball",
         unacceptable_tools=["medium ball", FIRM], max_discomfort_0_10=3, must_refer=True),
         pain_0_10=8, press_soreness_0_10=1),
    # Felt in one place, coming from another
    case("temple from the skull", "temple or forehead", allowed("soft peanut ball", "soft ball",
         acceptable_guide_topics=["base of skull"], must_refer="either"),
         sore_when_pressed_in=["base of skull"]),
    case("temple and nothing sore", "temple or forehead", NONE, sore_when_pressed_in=[]),
    case("temple, not tried", "temple or forehead", NONE,
         sore_when_pressed_in=None, press_soreness_0_10=None),
    case("heel from the calf", "sole or heel", allowed("soft ball", "massage stick", "soft roller",
         acceptable_guide_topics=["calf seated", "calf on floor"]), sore_when_pressed_in=["calf"]),
    case("throat", "front or side of the throat", NONE),
    case("throat, though the shoulder is sore", "front or side of the throat", NONE,
         sore_when_pressed_in=["top of shoulder"]),
    case("knee from the thigh", "other or joint",
         allowed("soft roller", "massage stick", "soft ball"),
         sore_when_pressed_in=["front of thigh"]),
    case("a joint", "other or joint", NONE),
    # Warning signs win over everything
    case("heart", "chest below collarbone", CALL_999, **LOW,
         warning_answers=["chest pressure or pain spreading to arm, jaw, neck or back"]),
    case("accident, neck and weak arm", "back or side of neck", CALL_999,
         warning_answers=["serious accident or fall in the last 6 weeks",
                          "new weakness in an arm or leg"]),
    case("accident alone", "back of thigh", NONE,
         warning_answers=["serious accident or fall in the last 6 weeks"]),
    case("cauda equina", "lower back", A_AND_E,
         warning_answers=["new bladder or bowel trouble"]),
    case("cancer and weak legs", "lower back", A_AND_E,
         warning_answers=["new weakness in an arm or leg"],
         health_answers=["cancer now or in the past"]),
    case("bone cancer and night pain", "upper or mid back", TODAY,
         warning_answers=["night pain that nothing eases"], health_answers=["cancer in bone"]),
    case("diabetic foot wound", "sole or heel", TODAY,
         warning_answers=["open wound or broken skin in the area"], health_answers=["diabetes"]),
    case("sight", "temple or forehead", A_AND_E, warning_answers=["change in vision"]),
    case("pregnancy warning", "lower back", A_AND_E, health_answers=["pregnant"],
         warning_answers=["pregnancy warning signs (bleeding, waters, regular tightenings, "
                          "severe headache with flashing lights)"]),
    case("the worst of two", "calf", CALL_999,
         warning_answers=["one leg or arm newly swollen, warm or discoloured",
                          "breathless or coughing up blood"]),
    # Conditions
    case("pregnant, shoulder", "top of shoulder", caution("soft ball",
         unacceptable_tools=[FIRM, "medium ball"], max_discomfort_0_10=3,
         positions_not_allowed=["floor on back", "floor face down"]), health_answers=["pregnant"]),
    case("pregnant, low back from the buttock", "lower back", caution("soft ball",
         acceptable_guide_topics=["buttock on wall"], max_discomfort_0_10=3, must_refer=True,
         unacceptable_guide_topics=["lower back side muscle on wall"], **WALL_AND_CHAIR),
         sore_when_pressed_in=["buttock"], health_answers=["pregnant"]),
    case("pregnant, low back itself", "lower back", NONE, health_answers=["pregnant"]),
    case("pregnant, calf", "calf", NONE, health_answers=["pregnant"]),
    case("thinners, hardly sore, blade", "between shoulder blade and spine", caution("soft ball",
         unacceptable_tools=["medium ball", FIRM, "hook cane", ROLLER], max_discomfort_0_10=3,
         must_refer=True, **WALL_AND_CHAIR), health_answers=["takes blood thinners"], **LOW),
    case("thinners, sorer", "between shoulder blade and spine", NONE,
         health_answers=["takes blood thinners"]),
    case("aspirin, used to it", "buttock", caution("medium ball", "soft ball"),
         health_answers=["takes aspirin or clopidogrel"], **USED_TO_IT),
    case("osteoporosis, upper back", "upper or mid back", caution("soft peanut ball", "soft ball",
         unacceptable_tools=[FIRM, ROLLER], max_discomfort_0_10=3, must_refer=True,
         unacceptable_guide_topics=["upper back rolling", "upper back extension over roller"],
         **WALL_AND_CHAIR), health_answers=["osteoporosis"], **LOW),
    case("steroids, thigh", "front of thigh", caution("massage stick", "soft ball",
         unacceptable_tools=[FIRM, "medium roller"], max_discomfort_0_10=3, **WALL_AND_CHAIR),
         health_answers=["long-term steroid tablets"], **USED_TO_IT),
    case("diabetes, feet feel", "sole or heel", caution("soft ball", "medium ball",
         unacceptable_tools=["soft spiky ball", FIRM]), health_answers=["diabetes"], **LOW),
    case("numb feet", "sole or heel", NONE, health_answers=["numb feet from nerve damage"]),
    case("numb feet, sore shoulder", "top of shoulder", caution("soft ball", "medium ball",
         "hook cane"), health_answers=["numb feet from nerve damage"]),
    case("device, chest", "chest below collarbone", NONE,
         health_answers=["pacemaker or implanted device"]),
    case("device, calf", "calf", caution("medium roller", "massage stick",
         unacceptable_tools=["vibrating tool", "massage gun"]),
         health_answers=["pacemaker or implanted device"], **USED_TO_IT),
    case("bendy joints", "upper or mid back", caution("soft roller", "soft peanut ball",
         "soft ball", unacceptable_guide_topics=["upper back extension over roller"]),
         health_answers=["hypermobility or Ehlers-Danlos"], **USED_TO_IT),
    case("pain all over", "top of shoulder", caution("soft ball"), health_answers=["fibromyalgia"]),
    case("veins", "calf", NONE, health_answers=["varicose veins in the area"]),
    case("fragile skin", "calf", caution("soft ball", unacceptable_tools=[FIRM, ROLLER]),
         health_answers=["fragile skin"]),
    case("falls", "sole or heel", caution("soft ball", positions_not_allowed=["floor", "standing"]),
         health_answers=["frail or falls"]),
    case("falls, and only a wall helps", "lower back", NONE, health_answers=["frail or falls"]),
    case("cord injury, feels it", "between shoulder blade and spine", caution("soft ball",
         positions_not_allowed=["floor", "standing"]), health_answers=["spinal cord injury"]),
    case("cord injury, numb there", "buttock", NONE,
         health_answers=["spinal cord injury", "area without feeling"]),
    case("healed joint", "buttock", caution("medium ball", "soft ball"),
         health_answers=["joint replacement (healed)"], **LOW),
    case("blood pressure", "buttock", NONE, health_answers=["very high blood pressure"]),
    case("strong painkillers for years", "lower back", caution("soft ball", must_refer=True),
         how_long="2 years", health_answers=["takes strong painkillers or sedatives"]),
    case("weeks of poor sleep", "top of shoulder", caution("soft ball", must_refer=True),
         health_answers=["poor sleep, very tired or low mood for weeks"]),
    case("cancer, still seen", "calf", NONE, health_answers=["cancer now or in the past"]),
    # Ages
    case("aged 15", "calf", NONE, age=15, **USED_TO_IT),
    case("aged 16", "calf", caution("medium roller", "massage stick"), age=16, **USED_TO_IT),
    case("aged 75", "buttock", caution("medium ball", "soft ball"), age=75, **USED_TO_IT),
    # Nowhere to do it
    case("no position", "calf", NONE, can_sit_and_use_hands=False, **SEATED),
]  # fmt: skip
