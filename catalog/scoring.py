"""How a case's result compares with what a clinician expects: safe first, then fitting.

The rules are those that the files of cases state themselves: unsafe must never happen, too
strong is the same fault where a tool is allowed freely, agreement is a tool and a guide that
the clinician would accept.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.plain_words import FIRM_TOOLS

_STRENGTH = {None: 0, "same day (111 or urgent GP)": 1, "go to A&E now": 2, "call 999": 3}
_NOT_PRESSING = frozenset({"calm-down plan", "things that keep it going"})
_ROLLERS = {"soft roller", "medium roller", "firm roller", "ridged roller", "vibrating tool"}
_WILDCARDS = {"any firm tool": FIRM_TOOLS, "any roller": frozenset(_ROLLERS)}


@dataclass(frozen=True, slots=True)
class Score:
    id: str
    unsafe: tuple[str, ...]
    too_strong: tuple[str, ...]
    agrees: bool
    over_referred: bool
    over_urgent: bool
    right_band: bool

    @property
    def verdict(self) -> str:
        faults = [f"UNSAFE: {fault}" for fault in self.unsafe]
        faults += [f"too strong: {fault}" for fault in self.too_strong]
        faults += ["disagrees"] if not self.agrees else []
        faults += ["referred without need"] if self.over_referred else []
        faults += ["more urgent than expected"] if self.over_urgent else []
        faults += ["another band"] if not self.right_band else []
        return "; ".join(faults) or "as expected"


def score(result: Mapping[str, Any], expected: Mapping[str, Any]) -> Score:
    """Compare one result with one set of expectations."""
    allowed = expected.get("tools_allowed", "yes")
    faults = _faults(result, expected, leeway=1 if allowed == "yes" else 0)
    level, wanted = result["urgent_level"], expected.get("urgent_level")
    unsafe = []
    if expected.get("urgent") and _STRENGTH[level] < _STRENGTH[wanted]:
        unsafe.append(f"{level or 'no urgency'} where it is {wanted}")
    if allowed == "none":
        unsafe += [f"offers a {tool}" for tool in _offered(result)]
        unsafe += [f"shows “{topic}”" for topic in result["guides"] if topic not in _NOT_PRESSING]
    if allowed == "caution":
        unsafe += faults
    if expected.get("must_refer") is True and not result["refer"]:
        unsafe.append("does not refer")
    return Score(
        id=result["id"],
        unsafe=tuple(unsafe),
        too_strong=tuple(faults) if allowed == "yes" else (),
        agrees=_agrees(result, expected, allowed),
        over_referred=expected.get("must_refer") is False and result["outcome"] != "advice",
        over_urgent=_STRENGTH[level] > _STRENGTH[wanted],
        right_band=expected.get("sensitivity_band") in (None, result["band"]),
    )


def _faults(result: Mapping[str, Any], expected: Mapping[str, Any], leeway: int) -> list[str]:
    """What is offered past the limits that the clinician set."""
    good = frozenset(expected.get("acceptable_tools") or ())
    bad = expected.get("unacceptable_tools") or ()
    faults = [
        f"offers a {tool}"
        for tool in _offered(result)
        if tool not in good and any(_matches(tool, name) for name in bad)
    ]
    topics = set(expected.get("unacceptable_guide_topics") or ())
    faults += [f"shows “{topic}”" for topic in result["guides"] if topic in topics]
    positions = set(expected.get("positions_not_allowed") or ())
    faults += [f"uses {position}" for position in result["positions"] if position in positions]
    most, said = expected.get("max_discomfort_0_10"), result["max_discomfort_0_10"]
    if most is not None and said is not None and said > most + leeway:
        faults.append(f"allows {said} out of 10 where it is {most}")
    return faults


def _offered(result: Mapping[str, Any]) -> list[str]:
    own = [result["use_own"]] if result["use_own"] else []
    return [*own, *dict.fromkeys(tool["tool"] for tool in result["tools"])]


def _matches(tool: str, name: str) -> bool:
    return name in ("any tool", tool) or tool in _WILDCARDS.get(name, ())


def _agrees(result: Mapping[str, Any], expected: Mapping[str, Any], allowed: str) -> bool:
    offered = _offered(result)
    if allowed == "none":
        return not offered
    if not offered:
        return bool(expected.get("no_tool_also_acceptable"))
    good = expected.get("acceptable_tools") or ()
    tops = [tool["tool"] for tool in result["tools"] if tool["top"]]
    tops += [result["use_own"]] if result["use_own"] else []
    topics = set(expected.get("acceptable_guide_topics") or ())
    fits = any(_matches(tool, name) for tool in tops for name in good)
    return fits and (not topics or bool(topics & set(result["guides"])))


def summary(scores: Sequence[Score], unscored: int) -> str:
    """All cases in one paragraph."""
    lines = [
        f"{len(scores)} cases: {_count(score.unsafe for score in scores)} unsafe, "
        f"{_count(score.too_strong for score in scores)} too strong, "
        f"{_count(score.agrees for score in scores)} of {len(scores)} agree, "
        f"{_count(score.over_referred for score in scores)} referred without need, "
        f"{_count(score.over_urgent for score in scores)} more urgent than expected, "
        f"{_count(not score.right_band for score in scores)} in another band."
    ]
    return "\n".join(lines + ([f"{unscored} not scored."] if unscored else []))


def _count(found: Iterable[object]) -> int:
    return sum(map(bool, found))
