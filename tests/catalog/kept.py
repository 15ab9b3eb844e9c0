"""The drawings as they were last looked at, a file a guide and an element a line.

A change of the kit that moves a line anywhere shows as a difference of a file here. Look at the
drawings (`/staff/content/drawings`), and if they are right, keep them:

    python3 -m tests.catalog.kept
"""

from pathlib import Path

from catalog import library
from catalog.drawing.figure import Figure, svgs, variation_svgs

FOLDER = Path(__file__).with_name("drawings")


def text(figure: Figure) -> str:
    """All drawings of a guide, readable in a difference."""
    frames = [(f"frame {n}", svg) for n, svg in enumerate(svgs(figure, "kept"), 1)]
    others = [(f"variation {n}", svg) for n, svg in enumerate(variation_svgs(figure, "kept"), 1)]
    return "".join(
        f"== {name}\n" + svg.replace("><", ">\n<") + "\n" for name, svg in frames + others
    )


def figures() -> dict[str, Figure]:
    """The figure of every guide that has one, by the guide's id."""
    guides = library.load().guides.values()
    return {guide.id: guide.figure for guide in guides if guide.figure}


def keep() -> None:
    FOLDER.mkdir(exist_ok=True)
    for file in FOLDER.glob("*.txt"):
        file.unlink()
    for code, figure in figures().items():
        (FOLDER / f"{code}.txt").write_text(text(figure))


if __name__ == "__main__":
    keep()
