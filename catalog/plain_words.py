"""The plain vocabulary in which clinicians write cases, mapped to our own words, once.

What a phrase leaves open is read with care: an accident was not examined, blood pressure is
not treated, veins are where you press, a device is on the side that is pressed. A question
that no phrase is about counts as "no".
"""

from collections.abc import Mapping

from catalog.guides import Guide
from catalog.refinements import Experience, Settling, Waking
from catalog.safety import Level
from catalog.tools import Firmness, Kind, Surface, Tool

WARNINGS: Mapping[str, str] = {
    "chest pressure or pain spreading to arm, jaw, neck or back": "heart",
    "breathless or coughing up blood": "lungs",
    "numbness between the legs or around the back passage": "numb_saddle",
    "new bladder or bowel trouble": "bladder_bowel",
    "weakness or numbness in both legs": "both_legs",
    "one leg or arm newly swollen, warm or discoloured": "swollen_limb",
    "sudden worst-ever headache": "worst_headache",
    "new dizziness, double vision, slurred speech, facial numbness or unsteadiness": "stroke",
    "fever or feeling very unwell": "fever",
    "stiff neck with fever or rash": "stiff_neck_fever",
    "serious accident or fall in the last 6 weeks": "accident",
    "visible deformity or cannot put weight on it": "out_of_shape",
    "new weakness in an arm or leg": "weakness",
    "constant numbness or pins and needles": "constant_numbness",
    "shooting pain or tingling below the knee or elbow": "shooting",
    "unexplained weight loss": "weight_loss",
    "night pain that nothing eases": "night_pain",
    "new temple headache over 50 with jaw pain or tender scalp": "temple_headache",
    "change in vision": "sight",
    "very dark urine after hard exercise": "dark_urine",
    "hot red swollen area": "hot_area",
    "open wound or broken skin in the area": "broken_skin",
    "rash in the area": "rash",
    "new bruising, swelling or a pop in the last 3 days": "fresh_injury",
    "loin pain with fever or burning urine": "kidney",
    "unexplained lump": "lump",
    "pregnancy warning signs (bleeding, waters, regular tightenings, severe headache with "
    "flashing lights)": "pregnancy_signs",
    "sudden tearing back or tummy pain with faintness": "aorta",
    "swollen or locking joint after a twist": "locking_joint",
    "arm or hand clumsiness or unsteady walking": "clumsy",
}

HEALTH: Mapping[str, str] = {
    "pregnant": "pregnant",
    "osteoporosis": "osteoporosis",
    "spinal fracture in the past year": "spine_fracture",
    "broken bone not yet healed": "broken_bone",
    "surgery in the area in the last 12 weeks": "surgery",
    "blood clot now or in the last 3 months": "clot",
    "takes blood thinners": "thinners",
    "takes aspirin or clopidogrel": "aspirin",
    "bleeding disorder": "bleeding",
    "diabetes": "diabetes",
    "numb feet from nerve damage": "numb_feet",
    "cancer now or in the past": "cancer_followed",
    "cancer in bone": "cancer_bone",
    "lymph nodes removed or radiotherapy in the area": "lymph_nodes",
    "lymphoedema": "lymphoedema",
    "pacemaker or implanted device": "device_here",
    "heart condition not controlled": "heart_condition",
    "very high blood pressure": "pressure_untreated",
    "hypermobility or Ehlers-Danlos": "hypermobility",
    "vascular Ehlers-Danlos": "vascular_type",
    "fibromyalgia": "widespread",
    "inflammatory arthritis flare": "joint_flare",
    "spinal cord injury": "cord_injury",
    "area without feeling": "no_feeling",
    "long-term steroid tablets": "steroids",
    "varicose veins in the area": "veins_here",
    "fragile skin": "fragile_skin",
    "injection in the area in the last 7 days": "injection",
    "frail or falls": "unsteady",
    "joint replacement (healed)": "joint_replaced",
    "takes strong painkillers or sedatives": "painkillers",
    "poor sleep, very tired or low mood for weeks": "worn_out",
}

REGIONS: Mapping[str, str] = {
    "temple or forehead": "head_temple",
    "base of skull": "skull_base",
    "front or side of the throat": "throat",
    "back or side of neck": "neck_back",
    "top of shoulder": "shoulder_top",
    "between shoulder blade and spine": "blade_spine",
    "back of shoulder": "blade_back",
    "front of shoulder or upper arm": "shoulder_front",
    "chest below collarbone": "chest",
    "side of back below armpit": "side_back",
    "upper or mid back": "mid_back",
    "lower back": "low_back",
    "outer elbow or top of forearm": "forearm_outer",
    "inner forearm, wrist or palm": "forearm_inner",
    "buttock": "buttock",
    "outer hip or outer thigh": "hip_outer",
    "front of thigh": "thigh_front",
    "inner thigh": "thigh_inner",
    "back of thigh": "thigh_back",
    "calf": "calf",
    "shin": "shin",
    "sole or heel": "sole",
    "other or joint": "other",
}

OWN_TOOLS: Mapping[str, str] = {
    "soft ball": "soft_ball",
    "medium ball": "medium_ball",
    "firm ball": "firm_ball",
    "small firm ball": "small_firm_ball",
    "soft spiky ball": "soft_spiky_ball",
    "hard spiky ball": "hard_spiky_ball",
    "soft peanut ball": "soft_peanut",
    "medium peanut ball": "medium_peanut",
    "firm peanut ball": "firm_peanut",
    "soft roller": "soft_roller",
    "medium roller": "medium_roller",
    "firm roller": "firm_roller",
    "ridged roller": "ridged_roller",
    "massage stick": "stick",
    "hook cane": "cane",
    "vibrating tool": "vibrating_tool",
    "massage gun": "massage_gun",
}

TOPICS: Mapping[str, str] = {
    "G01": "shoulder blade ball on wall",
    "G02": "chest ball on wall",
    "G03": "top of shoulder",
    "G04": "side of neck base",
    "G05": "base of skull",
    "G06": "back of shoulder",
    "G07": "back of shoulder",
    "G08": "front of shoulder",
    "G09": "side of back below armpit",
    "G10": "upper back rolling",
    "G11": "upper back extension over roller",
    "G12": "upper back on wall or chair",
    "G13": "upper back on wall or chair",
    "G14": "lower back side muscle on wall",
    "G15": "buttock on wall",
    "G16": "buttock on floor",
    "G17": "buttock on chair",
    "G18": "outer hip",
    "G19": "outer thigh",
    "G20": "front thigh on floor",
    "G21": "front thigh seated",
    "G22": "inner thigh",
    "G23": "back thigh on chair",
    "G24": "back thigh on floor",
    "G25": "calf on floor",
    "G26": "calf seated",
    "G27": "shin muscle",
    "G28": "sole seated",
    "G29": "outer forearm",
    "G30": "inner forearm",
    "G31": "palm and thumb",
    "G32": "calm-down plan",
}
KEEPS_GOING = "things that keep it going"

SETTLES: Mapping[str, Settling] = {
    "a few minutes": Settling.MINUTES,
    "up to 30 minutes": Settling.HALF_HOUR,
    "30 minutes to 2 hours": Settling.TWO_HOURS,
    "more than 2 hours or next day": Settling.LONGER,
}
WAKES: Mapping[str, Waking] = {
    "no": Waking.NO,
    "sometimes": Waking.SOMETIMES,
    "most nights": Waking.MOST_NIGHTS,
}
LEVELS: Mapping[Level, str] = {
    Level.EMERGENCY: "call 999",
    Level.A_AND_E: "go to A&E now",
    Level.TEAM: "go to A&E now",
    Level.SAME_DAY: "same day (111 or urgent GP)",
}
# What a wildcard of a case stands for.
FIRM_TOOLS = frozenset(
    {"firm ball", "small firm ball", "hard spiky ball"}
    | {"firm peanut ball", "firm roller", "ridged roller"}
)


def experience(phrase: str) -> Experience:
    if phrase == "regular user":
        return Experience.REGULAR
    return Experience.NEVER if phrase.startswith("never") else Experience.FEW


def tool_name(tool: Tool) -> str:
    """What the vocabulary calls it. Raises ValueError for one that nobody has measured."""
    if tool.firmness is None:
        raise ValueError("A tool that nobody has measured has no plain name.")
    if tool.powered:
        return "vibrating tool"
    if tool.kind in (Kind.STICK, Kind.CANE):
        return "massage stick" if tool.kind is Kind.STICK else "hook cane"
    firmness = min(tool.firmness, Firmness.FIRM)
    if tool.kind is Kind.ROLLER:
        ridged = tool.surface is Surface.RIDGED
        return "ridged roller" if ridged else f"{firmness.word} roller"
    if tool.kind is Kind.PEANUT:
        return f"{firmness.word} peanut ball"
    if tool.surface is Surface.SPIKY:
        return f"{'hard' if firmness > Firmness.MEDIUM else 'soft'} spiky ball"
    small = firmness is Firmness.FIRM and (tool.diameter_mm or 0) < 50
    return "small firm ball" if small else f"{firmness.word} ball"


def topic(guide: Guide) -> str:
    return TOPICS[guide.id]
