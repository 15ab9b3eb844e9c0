"""What an installer can touch is written down: settings, commands, signals, templates, limits.

Both ways: what is missing in `docs/` fails, and so does what the docs name and nothing has.
"""

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest
from jinja2 import Environment, nodes
from jinja2.defaults import DEFAULT_NAMESPACE

from shop import signals
from shop.cli import shop_cli
from shop.config import Settings, from_environment

ROOT = Path(__file__).resolve().parents[1]
DOCS, TEMPLATES = ROOT / "docs", ROOT / "templates"
LIMIT = re.compile(r"(MOST|LONGEST|SHORTEST)(_[A-Z_]+)?")


def page(name: str) -> str:
    return (DOCS / f"{name}.md").read_text()


def rows(text: str) -> list[list[str]]:
    """The rows of a page's tables, backticks left on, headings left out."""
    lines = re.findall(r"^\| *(`.*?) *\|$", text, re.MULTILINE)
    return [[cell.strip() for cell in line.split(" | ")] for line in lines]


def section(text: str, heading: str) -> str:
    """What stands under a heading, up to the next one."""
    return re.split(r"^#+ ", text.partition(f" {heading}\n")[2], flags=re.MULTILINE)[0]


def code(text: str) -> set[str]:
    return set(re.findall(r"`([^`]+)`", text))


# Settings


def test_every_setting_is_in_the_docs_with_its_default_and_its_help() -> None:
    documented = {row[0]: row[1:] for row in rows(section(page("settings"), "In the config"))}

    assert documented == {
        f"`SHOP_{field.name.upper()}`": [
            f"`{field.default}`" if field.default else "–",
            field.metadata["help"],
        ]
        for field in fields(Settings)
    }


def test_every_other_name_the_stand_alone_site_reads_is_in_the_docs() -> None:
    documented = {row[0].strip("`") for row in rows(section(page("settings"), "Around it"))}
    reads = {
        node.value
        for node in ast.walk(ast.parse(inspect.getsource(from_environment)))
        if isinstance(node, ast.Constant) and re.fullmatch(r"[A-Z]+(_[A-Z]+)+", str(node.value))
    }

    assert documented == reads
    assert from_environment(dict.fromkeys(documented, "x")) == dict.fromkeys(documented, "x")


# Commands


def commands(group: click.Group, path: str = "flask shop") -> Iterator[tuple[str, click.Command]]:
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def usage(path: str, command: click.Command) -> str:
    """`flask shop staff add EMAIL NAME`"""
    arguments = [p.name.upper() for p in command.params if isinstance(p, click.Argument) and p.name]
    return " ".join([path, *arguments])


COMMANDS = dict(commands(shop_cli))


def test_every_command_is_in_the_docs_and_no_other() -> None:
    documented = re.findall(r"^## `(flask shop .+)`$", page("commands"), re.MULTILINE)

    assert sorted(documented) == sorted(usage(*pair) for pair in COMMANDS.items())


@pytest.mark.parametrize("path", COMMANDS)
def test_every_option_of_a_command_is_in_the_docs_and_no_other(path: str) -> None:
    command = COMMANDS[path]
    text = section(page("commands"), f"`{usage(path, command)}`")

    options = {p.opts[-1] for p in command.params if isinstance(p, click.Option)}

    assert set(re.findall(r"^\* `(--[a-z-]+)", text, re.MULTILINE)) == options
    assert "Exit" in text


# Signals


def announced() -> dict[str, set[str]]:
    """Every signal the program sends and its facts, read from the calls of `announce`."""
    sent: dict[str, set[str]] = {}
    for file in (ROOT / "shop").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "announce":
                name = getattr(node.args[1], "attr", None)
                facts = {str(keyword.arg) for keyword in node.keywords}
                assert name, f"{file}: name the signal as signals.<name>"
                assert sent.setdefault(name, facts) == facts, name
    return sent


def test_every_signal_is_in_the_docs_with_exactly_the_facts_it_carries() -> None:
    text = page("signals")
    documented = {
        name: set(re.findall(r"^\* `(\w+)`", section(text, f"`{name}`"), re.MULTILINE))
        for name in re.findall(r"^## `(\w+)`$", text, re.MULTILINE)
    }

    assert documented == announced()
    assert documented.keys() == signals.ALL.keys()


@pytest.mark.parametrize("name", signals.ALL)
def test_a_signal_is_described_where_it_is_born_too(name: str) -> None:
    assert announced()[name] <= code(signals.ALL[name].__doc__ or "")


# Templates

EVERYWHERE = {
    # Flask's own, and what pages/frame.py, kept.py, front/pictures.py and front/muscles.py give
    *("config", "g", "get_flashed_messages", "request", "session", "url_for"),
    *("form_token", "posted_for"),  # front/basket.py
    *("asset", "body", "crowded", "drawing", "frames", "glance", "kept", "library", "logo"),
    *("muscle_hints", "muscles_shown", "one_scale", "other_ways", "pounds", "settings", "sheet"),
    *("sketch", "spec_line", "spot", "still_frames"),
}


def needs(template: Path) -> set[str]:
    """The names a template takes from outside: neither its own, nor everybody's."""
    tree = Environment().parse(template.read_text())
    used = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "load"}
    own = {name.name for name in tree.find_all(nodes.Name) if name.ctx != "load"}
    own |= {macro.name for macro in tree.find_all(nodes.Macro)}
    own |= {import_.target for import_ in tree.find_all(nodes.Import)}
    for import_ in tree.find_all(nodes.FromImport):
        own |= {name if isinstance(name, str) else name[1] for name in import_.names}
    jinjas = {*DEFAULT_NAMESPACE, "caller", "kwargs", "loop", "self", "super", "varargs"}
    return used - own - jinjas - EVERYWHERE


def templates() -> dict[str, Path]:
    return {str(f.relative_to(TEMPLATES)): f for f in TEMPLATES.rglob("*") if f.is_file()}


def test_every_template_is_in_the_docs_with_the_names_it_needs() -> None:
    documented = {name.strip("`"): code(names) for name, what, names in rows(page("templates"))}

    assert documented.keys() == templates().keys()
    for name, file in templates().items():
        assert documented[name] == needs(file), name


def test_what_every_template_may_use_is_in_the_docs() -> None:
    documented = code(section(page("templates"), "In every template"))

    assert {name.partition("(")[0] for name in documented} - {"settings.name"} == EVERYWHERE


def test_the_blocks_a_hosts_own_base_has_to_have_are_in_the_docs() -> None:
    tree = Environment().parse((TEMPLATES / "shop/base.html").read_text())
    blocks = {block.name for block in tree.find_all(nodes.Block)}

    line = re.search(r"have the blocks (.*),", page("templates"))

    assert line
    assert code(line[1]) == blocks | {"content"}


# Limits


def in_words(value: object) -> str:
    if isinstance(value, timedelta):
        hours, minutes = divmod(int(value.total_seconds()) // 60, 60)
        return f"{hours} hours" if hours else f"{minutes} minutes"
    return f"{value:,}"


def limits() -> dict[str, Any]:
    """Every constant of the program whose name says that it is a limit."""
    found = {}
    for file in [*(ROOT / "shop").rglob("*.py"), *(ROOT / "catalog").rglob("*.py")]:
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for node in ast.parse(file.read_text()).body:
            for name in _assigned(node):
                if LIMIT.fullmatch(name):
                    found[f"{module}.{name}"] = getattr(import_module(module), name)
    return found


def _assigned(node: ast.stmt) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else []
    names = [t for target in targets for t in getattr(target, "elts", [target])]
    return [name.id for name in names if isinstance(name, ast.Name)]


def test_every_limit_is_in_the_docs_with_its_value() -> None:
    documented = {row[0].strip("`"): row[1] for row in rows(page("limits"))}

    missing = limits().keys() - documented.keys()

    assert not missing
    for name, value in documented.items():
        module, _, constant = name.rpartition(".")
        assert in_words(getattr(import_module(module), constant)) == value, name


# Mounting


def test_the_host_of_the_mounting_page_has_ten_lines() -> None:
    block = re.search(r"```python\n(.*?)```", page("mounting"), re.DOTALL)

    assert block
    assert len([line for line in block[1].splitlines() if line.strip()]) == 10
