"""Measures a drawing as it was drawn, and says in words what a physiotherapist would object to."""

from collections.abc import Iterator
from itertools import chain, pairwise
from math import hypot
from xml.etree.ElementTree import Element

from catalog.drawing import skeleton, support
from catalog.drawing.closeup import CloseUpPose, What
from catalog.drawing.figure import Figure, svgs, variation_svgs
from catalog.drawing.frame import Frame, View, joints
from catalog.drawing.front_pose import FrontPose
from catalog.drawing.pose import Goal, Kind, Rests, Sent
from catalog.drawing.side_pose import SidePose
from catalog.drawing.side_settle import solve
from catalog.drawing.support import SEAT_TOP, Extra, Support
from tests.catalog.outlines import Point, by_class, parse, points

BODY = ("tp-f-skin", "tp-f-shirt", "tp-f-shorts", "tp-f-shoe", "tp-f-hair")
TOOL = ("tp-f-ball", "tp-f-behind")
FLOOR = skeleton.FLOOR
NEAR, FEET = 3.0, 2.0  # pixels
LARGEST = 4096  # bytes of one picture
ARM = ("shoulder", "elbow", "wrist", "hand")


def drawings(figure: Figure) -> Iterator[tuple[Frame, str]]:
    """Every frame and variation with its picture."""
    yield from zip(figure.frames, svgs(figure, "g"), strict=True)
    yield from zip(figure.variations, variation_svgs(figure, "g"), strict=True)


def faults(frame: Frame, svg: str) -> list[str]:
    """What is wrong with one drawing; nothing where nothing is."""
    checks = (outside, off_the_body, off_its_support, off_the_floor, missed, through, too_large)
    return [fault for check in checks for fault in check(frame, svg)]


def outside(frame: Frame, svg: str) -> Iterator[str]:
    """A close-up goes on outside its picture; its joints don't. Nothing else leaves it at all."""
    left, top, wide, high = map(float, parse(svg).attrib["viewBox"].split())
    seen = joints(frame)
    for name, (x, y) in seen.items():
        if not (left <= x <= left + wide and top <= y <= top + high):
            yield f"the {name} is outside the picture"
    if frame.view is not View.CLOSE_UP:
        for node in parse(svg).iter():
            for x, y in points(node):
                if not (left <= x <= left + wide and top <= y <= top + high):
                    yield f"{node.get('class')} leaves the picture at {x:.0f}, {y:.0f}"
                    break


def off_the_body(frame: Frame, svg: str) -> Iterator[str]:
    """The tool touches the body, or lies on it where we look at the place that it presses."""
    tool = frame.pose.tool
    if tool is None or tool.kind is Kind.SPOT:
        return
    shapes = list(chain.from_iterable(loops(svg, css) for css in BODY))
    lines = [line for shape in shapes for line in pairwise([*shape, shape[0]])]
    gap = min(_away(spot, a, b) - thick for spot, thick in _cores(svg) for a, b in lines)
    if gap > NEAR and not any(_inside(joints(frame)["tool"], shape) for shape in shapes):
        yield f"the tool is {gap:.1f} px away from the body"


def off_its_support(frame: Frame, svg: str) -> Iterator[str]:
    """The tool touches what it rests on: wall, floor, seat, backrest, stool or table."""
    tool, pose = frame.pose.tool, frame.pose
    if tool is None or tool.rests in (Rests.HAND, Rests.FACING) or tool.hidden:
        return
    rim = edge(svg, *TOOL)
    low = max(y for _, y in rim)
    match tool.rests:
        case Rests.WALL | Rests.DOOR_FRAME:
            gap = min(abs(x - (pose.support.wall_x or 0)) for x, _ in rim)
        case Rests.BACKREST:
            face = support.BACKREST_X if frame.view is View.SIDE else min(
                x for x, _ in edge(svg, "tp-f-prop")
            )  # fmt: skip
            gap = min(abs(x - face) for x, _ in rim)
        case Rests.FLOOR:
            gap = abs(low - FLOOR)
        case Rests.CHAIR:
            gap = abs(low - SEAT_TOP)
        case _:  # a stool or a table stands under it
            tops = [y for x, y in edge(svg, "tp-f-prop") if abs(x - 120) < 110]
            gap = min(abs(y - low) for y in tops)
    if gap > NEAR:
        yield f"the tool is {gap:.1f} px away from the {tool.rests}"


def off_the_floor(frame: Frame, svg: str) -> Iterator[str]:
    """As many soles stand on the floor as the frame sends there."""
    pose = frame.pose
    if not isinstance(pose, SidePose | FrontPose):
        return
    legs = (pose.leg, pose.far_leg if isinstance(pose, SidePose) else pose.other_leg)
    sent = sum(isinstance(leg, Sent) and leg.to is Goal.FLOOR for leg in legs)
    css = "tp-f-skin" if pose.look.barefoot else "tp-f-shoe"
    soles = [max(y for _, y in points(node)) for node in by_class(svg, css)]
    if sum(abs(sole - FLOOR) <= FEET for sole in soles) < sent:
        yield "a foot that should stand is not on the floor"


def missed(frame: Frame, svg: str) -> Iterator[str]:
    """Each hand that is sent somewhere is there."""
    pose, seen = frame.pose, joints(frame)
    if not isinstance(pose, SidePose | FrontPose):
        return
    others = ("far ", pose.far_arm) if isinstance(pose, SidePose) else ("other ", pose.other_arm)
    for name, arm in (("", pose.arm), others):
        if isinstance(arm, Sent):
            hand = seen[f"{name}wrist"], seen[f"{name}hand"]
            gap = _to_goal(frame, svg, arm, hand)
            if gap > NEAR:
                yield f"the {name}hand is {gap:.1f} px away from the {arm.to}"


def _to_goal(frame: Frame, svg: str, arm: Sent, hand: tuple[Point, Point]) -> float:
    thick = 5.0  # half of the thickest hand
    match arm.to:
        case Goal.WALL:
            return min(abs(x - frame.pose.support.wall_x) for x, _ in hand) - thick
        case Goal.FLOOR:
            return min(abs(y - FLOOR) for _, y in hand) - thick
        case Goal.TOOL:
            rims = edge(svg, *TOOL, "tp-f-grip")
            return min(_away(spot, *hand) for spot in rims) - thick
        case Goal.HEAD:
            hair = edge(svg, "tp-f-hair")
            return min(_away(spot, *hand) for spot in hair) - thick
        case _:
            body = edge(svg, "tp-f-shirt", "tp-f-shorts")
            near = min(_away(spot, *hand) for spot in body) - thick
            on_it = any(_inside(spot, shirt) for shirt in loops(svg, "tp-f-shirt") for spot in hand)
            return 0 if on_it else near


def through(frame: Frame, svg: str) -> Iterator[str]:
    """No part of the body is behind a wall, under the floor, or cut by a seat or a table."""
    pose, body = frame.pose, edge(svg, *BODY)
    if isinstance(pose, CloseUpPose):
        if pose.what is What.FOREARM and max(y for _, y in body) > 246 + NEAR:
            yield "the arm goes through the table"
        return
    wall = pose.support.wall_x
    if wall and pose.support is not Support.DOOR_FRAME:
        deepest = max((x - wall) * pose.support.way for x, _ in body)
        if deepest > 1:
            yield f"the body is {deepest:.1f} px inside the wall"
    if frame.view is View.TOP:
        return
    deepest = max(y for _, y in body) - FLOOR
    if deepest > FEET:
        yield f"the body is {deepest:.1f} px under the floor"
    if frame.view is View.SIDE:
        for name, line in _furniture(frame, svg):
            if any(_cross(bone, line) for bone in bones(frame)):
                yield f"a limb goes through the {name}"


def _furniture(frame: Frame, svg: str) -> Iterator[tuple[str, tuple[Point, Point]]]:
    pose = frame.pose
    if pose.support.is_seat:
        left = solve(pose).backrest_x
        right = left + support.SEAT_LONG
        yield "seat", ((left, SEAT_TOP + 2), (right, SEAT_TOP + 2))
        yield "backrest", ((left, SEAT_TOP), (left, SEAT_TOP - pose.support.back_height))
    if Extra.TABLE in pose.extra:
        props = points(by_class(svg, "tp-f-prop")[-1])
        (left, top), (right, _) = props[0], props[1]
        yield "table", ((left, top), (right, top))


def bones(frame: Frame) -> Iterator[tuple[Point, Point]]:
    """The middle lines of arms, legs and trunk."""
    seen = joints(frame)
    for side in ("", "far ", "other "):
        arm = [seen.get(f"{side}{name}", seen["shoulder"]) for name in ARM]
        leg = [seen["hip"], *(seen.get(f"{side}{name}", seen["hip"]) for name in ("knee", "ankle"))]
        yield from pairwise(arm)
        yield from pairwise(leg)
    yield seen["hip"], seen["shoulder"]


def too_large(frame: Frame, svg: str) -> Iterator[str]:
    if len(svg.encode()) > LARGEST:
        yield f"the picture has {len(svg.encode())} bytes"


def edge(svg: str, *classes: str) -> list[Point]:
    """All points of the shapes that have one of these classes."""
    return list(chain.from_iterable(points(node) for css in classes for node in by_class(svg, css)))


def _cores(svg: str) -> list[tuple[Point, float]]:
    """The middles of round tools with their radius, and the rims of others with none."""
    cores = []
    for node in chain.from_iterable(by_class(svg, css) for css in TOOL):
        if node.tag == "circle":
            cores.append(
                ((float(node.attrib["cx"]), float(node.attrib["cy"])), float(node.attrib["r"]))
            )
        else:
            cores += [(spot, 0.0) for spot in points(node)]
    return cores


def loops(svg: str, css: str) -> list[list[Point]]:
    """The outlines of this class one by one: a path may hold several."""
    found = []
    for node in by_class(svg, css):
        for piece in node.get("d", "").split("M")[1:]:
            found.append(points(Element("path", {"d": f"M{piece}"})))
        if node.tag != "path":
            found.append(points(node))
    return found


def _inside(spot: Point, outline: list[Point]) -> bool:
    x, y = spot
    hits = sum(
        (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax
        for (ax, ay), (bx, by) in pairwise([*outline, outline[0]])
    )
    return hits % 2 == 1


def _away(spot: Point, a: Point, b: Point) -> float:
    """How far a point is from a line between two others."""
    long = (b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2
    share = ((spot[0] - a[0]) * (b[0] - a[0]) + (spot[1] - a[1]) * (b[1] - a[1])) / (long or 1)
    share = min(max(share, 0), 1)
    return hypot(spot[0] - a[0] - share * (b[0] - a[0]), spot[1] - a[1] - share * (b[1] - a[1]))


def _cross(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    (a, b), (c, d) = one, other
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: Point, b: Point, spot: Point) -> float:
    return (b[0] - a[0]) * (spot[1] - a[1]) - (b[1] - a[1]) * (spot[0] - a[0])
