"""The house keeps its floors: who may import whom, who commits, and nothing grows too tall."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TALLEST_FILE, LONGEST_FUNCTION = 250, 40  # lines
FRAMEWORKS = ("alembic", "babel", "flask", "sqlalchemy", "werkzeug", "wtforms")
NAMELESS = ("base", "common", "helpers", "manager", "misc", "service", "services", "utils")


def program() -> list[Path]:
    """Every Python file of ours. Migrations are left out: they are history, made by a tool."""
    files = [*(ROOT / "shop").rglob("*.py"), *(ROOT / "catalog").rglob("*.py"), ROOT / "app.py"]
    return sorted(f for f in files if f.parent != ROOT / "shop/migrations/versions")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def too_long(files: list[Path]) -> list[str]:
    return [
        f"{name(file)} has {lines} lines"
        for file in files
        if (lines := file.read_text().count("\n")) > TALLEST_FILE
    ]


def functions(file: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{name(file)} {node.name}", (node.end_lineno or 0) - node.lineno + 1


def test_no_module_imports_one_from_a_floor_above() -> None:
    """In a process of its own: it sets up logging anew, and with that turns ours off."""
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    command = [sys.executable, "-c", program, "--no-cache", "--no-logo"]

    linted = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_only_the_database_module_commits() -> None:
    commits = [name(f) for f in program() if ".commit(" in f.read_text()]

    assert commits == ["shop/db.py"]


def test_knowledge_loads_without_any_framework() -> None:
    script = f"""
import importlib, pkgutil, sys
import catalog
for module in pkgutil.walk_packages(catalog.__path__, "catalog."):
    importlib.import_module(module.name)
from catalog import library
library.load()
loaded = {{name.partition(".")[0] for name in sys.modules}}
print(sorted(loaded & {{"shop", "app", *{FRAMEWORKS!r}}}))
"""

    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert ran.stdout.strip() == "[]"


def test_every_module_has_a_name_that_says_what_is_in_it() -> None:
    assert [name(f) for f in program() if f.stem in NAMELESS or f.parent.name in NAMELESS] == []


def test_no_file_is_too_tall_to_read_in_one_go() -> None:
    assert too_long(program()) == []


def test_no_function_is_too_long_to_see_at_once() -> None:
    too_long = [
        f"{f}: {n} lines" for p in program() for f, n in functions(p) if n > LONGEST_FUNCTION
    ]

    assert too_long == []


def test_every_module_says_in_its_first_line_what_is_in_it() -> None:
    silent = [
        name(f)
        for f in program()
        if f.read_text().strip() and not ast.get_docstring(ast.parse(f.read_text()))
    ]

    assert silent == []
