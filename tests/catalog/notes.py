"""What the clinical notes ask, typed by hand and by our sign ids: never read from the content.

A slip of a pen in a content file then disagrees with this page, and a test says so.
"""

from typing import NamedTuple

from catalog.answers import Position
from catalog.doses import Technique
from catalog.limits import Ask, Limit
from catalog.safety import Level
from catalog.sensitivity import Band
from catalog.tools import Firmness, Kind

SOFT, MEDIUM, FIRM, VERY_FIRM = Firmness
LOW, MODERATE, HIGH, VERY_HIGH = Band
REFER, SAME_DAY, TEAM, A_AND_E, EMERGENCY = Level
WALL, CHAIR, FLOOR = Position
BALL, PEANUT, ROLLER, STICK, CANE = Kind

# Section 4a, and 4b with the referrals of 4e: how soon a person is needed.
LEVELS = {
    **dict.fromkeys(
        ["heart", "lungs", "aorta", "stroke", "worst_headache", "stiff_neck_fever",
         "accident_nerves", "cord_alarm", "effort_now"],
        EMERGENCY,
    ),
    **dict.fromkeys(
        ["numb_saddle", "bladder_bowel", "both_legs", "cancer_legs", "fast_weakness",
         "out_of_shape", "dark_urine", "sight", "head_knock", "tighter"],
        A_AND_E,
    ),
    "pregnancy_signs": TEAM,
    **dict.fromkeys(
        ["swollen_limb", "clot_limb", "temple_headache", "fever", "hot_area", "kidney",
         "stripe_rash", "weakness", "clumsy", "weight_loss", "cancer_bone_pain", "foot_wound",
         "effort"],
        SAME_DAY,
    ),
    **dict.fromkeys(
        ["broken_bone", "spine_fracture", "surgery", "accident", "fresh_injury", "broken_skin",
         "rash", "injection", "lymph_nodes", "lymphoedema", "clot", "bleeding", "cancer_bone",
         "cancer_spine", "cancer_followed", "heart_condition", "pressure_untreated",
         "no_feeling", "constant_numbness", "shooting", "lump", "night_pain", "locking_joint",
         "bone_spot", "vascular_type", "joint_flare", "no_control", "under_16",
         "something_else"],
        REFER,
    ),
}  # fmt: skip


class Rule(NamedTuple):
    """Signs that mean more together: one of each part, felt in one of these places."""

    means: str
    parts: tuple[frozenset[str], ...]
    places: frozenset[str] | None = None  # None: wherever it is felt

    @property
    def level(self) -> Level:
        return LEVELS[self.means]


def _places(names: str) -> frozenset[str]:
    return frozenset(names.split())


# Section 4a and 4e: what means more together, where it is felt, and which sign it then is.
_SPINE = _places("skull_base neck_back blade_spine mid_back low_back buttock")
_WEAK = _places("weakness both_legs fast_weakness")
_SEEN_OR_NOT = _places("cancer_followed cancer_discharged")
TOGETHER = [
    Rule("accident_nerves",
         (_places("accident accident_checked"), _WEAK | _places("clumsy constant_numbness")),
         _SPINE | _places("shoulder_top head_temple throat")),
    Rule("cancer_legs",
         (_SEEN_OR_NOT | _places("cancer_bone cancer_spine cancer_bone_pain"), _WEAK), _SPINE),
    Rule("head_knock", (_places("accident"), _places("thinners bleeding")),
         _places("skull_base neck_back head_temple")),
    Rule("cancer_bone_pain", (_places("cancer_bone"), _places("night_pain weight_loss"))),
    Rule("clot_limb", (_places("clot"), _places("swollen_limb"))),
    Rule("foot_wound", (_places("diabetes numb_feet"), _places("broken_skin hot_area")),
         _places("sole")),
    Rule("cancer_spine", (_SEEN_OR_NOT, _places("night_pain"))),
]  # fmt: skip


def _limit(**what: object) -> Limit:
    return Limit(say="", **what)  # type: ignore[arg-type]


_NO_FLOOR = frozenset({WALL, CHAIR})
_SEATED = frozenset({CHAIR})
_GENTLE = _limit(ceiling=SOFT, discomfort=3)
_NO_ROLLING = frozenset({Technique.ROLL})
_THIN_BONES = (
    _limit(ceiling=SOFT, discomfort=3, positions=_NO_FLOOR, without=_NO_ROLLING,
           kinds=frozenset(Kind) - {ROLLER}, without_guides=_places("G10 G11")),
    _limit(regions=_places("mid_back low_back blade_spine side_back chest"), ask=Ask.FIRST),
)  # fmt: skip

# Sections 4c and 4e: what is allowed with limits, and the choices that we made where they leave
# one. `regions` is where a limit holds; the rest is what it does.
LIMITS = {
    "thinners": (
        _limit(regions=_places("calf"), stops=True),
        _limit(from_band=MODERATE, stops=True),
        _limit(ceiling=SOFT, discomfort=3, positions=frozenset({WALL}), kinds=frozenset({BALL}),
               smooth=True, ask=Ask.FIRST),
        _limit(removes=_places("neck_back")),
    ),
    "aspirin": (_limit(softer=1),),
    "osteoporosis": _THIN_BONES,
    "steroids": _THIN_BONES,
    "pregnant": (
        _limit(ceiling=SOFT, discomfort=3, positions=_NO_FLOOR, without=_NO_ROLLING),
        _limit(removes=_places("low_back thigh_inner calf")),
        _limit(regions=_places("low_back"), without_guides=_places("G17"), ask=Ask.FIRST),
    ),
    "gave_birth": (
        _limit(ceiling=SOFT, positions=_NO_FLOOR), _limit(removes=_places("low_back")),
    ),
    "diabetes": (_limit(smooth=True),),
    "numb_feet": (_limit(removes=_places("sole shin calf")), _limit(smooth=True)),
    "hypermobility": (_limit(ceiling=MEDIUM, softer=1, without_guides=_places("G11")),),
    "widespread": (_limit(softer=1),),
    "veins_here": (_limit(stops=True),),
    "veins_near": (_limit(ceiling=SOFT, positions=_SEATED),),
    "device_here": (_limit(removes=_places("chest shoulder_front")), _limit(unpowered=True)),
    "device_elsewhere": (_limit(unpowered=True),),
    "fragile_skin": (
        _limit(without=_NO_ROLLING, kinds=frozenset({BALL, PEANUT, CANE}), smooth=True),
    ),
    "painkillers": (_limit(ceiling=MEDIUM, softer=1),),
    "painkillers_long": (
        _limit(ceiling=SOFT, without=frozenset({Technique.MOVE, Technique.ROLL}), ask=Ask.TOO),
    ),
    "unsteady": (_limit(ceiling=SOFT, positions=_SEATED, ask=Ask.TOO),),
    "age_16_17": (_limit(ceiling=MEDIUM),),
    "over_74": (_limit(ceiling=MEDIUM),),
    "cord_injury": (_limit(ceiling=SOFT, positions=_SEATED),),
    "joint_replaced": (_limit(),),
    "cancer_discharged": (_limit(ask=Ask.FIRST),),
    "pressure_treated": (_GENTLE,),
    "new_medicine": (_limit(ceiling=SOFT, discomfort=3, ask=Ask.FIRST),),
    "new_exercise": (_limit(from_press=7, stops=True, rests=True),),
    "hip_side": (
        _limit(removes=_places("hip_outer"), instead="buttock", ceiling=SOFT, ask=Ask.TOO,
               positions=_NO_FLOOR, kinds=frozenset({BALL}), without_guides=_places("G17")),
    ),
    "accident_checked": (_GENTLE,),
    "worn_out": (_limit(ask=Ask.TOO),),
}  # fmt: skip

# Section 3: what a band allows who is new to these tools, and who uses them every week.
CEILINGS = {
    LOW: (MEDIUM, FIRM), MODERATE: (MEDIUM, MEDIUM), HIGH: (SOFT, SOFT), VERY_HIGH: (SOFT, SOFT),
}  # fmt: skip
PRESSURE = {LOW: (7, 9), MODERATE: (6, 6), HIGH: (4, 4), VERY_HIGH: (4, 4)}
DISCOMFORT = {LOW: 5, MODERATE: 4, HIGH: 3, VERY_HIGH: 3}
HOLD_SECONDS = {LOW: 90, MODERATE: 90, HIGH: 30, VERY_HIGH: 1}
POSITIONS = {
    LOW: frozenset(Position), MODERATE: frozenset(Position), HIGH: _NO_FLOOR, VERY_HIGH: _SEATED,
}  # fmt: skip
MOVES = {
    LOW: {Technique.MOVE, Technique.ROLL},
    MODERATE: {Technique.MOVE},
    HIGH: set[Technique](),
    VERY_HIGH: set[Technique](),
}
ONLY_LOW_ON_THE_FLOOR = {"G09", "G22"}  # part weight, and no thick muscle below it
FULL_WEIGHT = {"G10", "G11"}

# Section 3: the firmest tool of a place, whoever asks. Every other place takes what the band does.
THIN = _places(
    "skull_base neck_back shoulder_front chest mid_back low_back forearm_outer forearm_inner "
    "thigh_inner shin sole"
)
THIN_BUT_FIRM_FOR_REGULARS = _places("sole forearm_inner")
NEVER_PRESSED = _places("head_temple throat")
THICK = _places("buttock thigh_front thigh_back calf")
ONLY_SMOOTH = _places("mid_back")

# Section 6: the guides that no tool firmer than this serves.
GUIDE_CEILINGS = {
    **dict.fromkeys(("G04", "G05", "G08", "G14", "G17", "G22", "G26", "G31"), SOFT),
    **dict.fromkeys(("G10", "G28"), MEDIUM),
}
