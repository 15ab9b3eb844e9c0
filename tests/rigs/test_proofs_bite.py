"""The clinical proofs turn red for each rule that is taken out, and for each line that slips.

Only the long rigs run this: it runs the proofs some five hundred times.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import pytest

from tests.rigs import deletions
from tests.rigs.deletions import CAUGHT, PROOFS, REFUSED, SURVIVED
from tests.rigs.slips import MUTANTS, Mutant

ROOT = Path(__file__).resolve().parents[2]
LEAST_CAUGHT = 0.95


def python(*arguments: str, at: Path) -> int:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=at, capture_output=True, check=False).returncode


def without(rule: str) -> int:
    return python("-m", "tests.rigs.deletions", rule, at=ROOT)


def slipped(mutant: Mutant) -> int:
    """Run the proofs on a copy of the program in which one line has slipped."""
    with TemporaryDirectory() as folder:
        copy = Path(folder)
        for part in ("catalog", "tests/catalog"):
            shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
        (copy / "tests/__init__.py").touch()
        module = copy / f"catalog/{mutant.module}.py"
        text = module.read_text(encoding="utf-8")
        assert text.count(mutant.line) == 1, f"{mutant.name}: that line is not there once"
        module.write_text(text.replace(mutant.line, mutant.slip), encoding="utf-8")
        return python("-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *PROOFS, at=copy)


def survivors(names: Iterable[str], act: Callable[[str], int]) -> list[str]:
    """Those that no proof caught. Raises AssertionError where the proofs could not be run."""
    names, started = list(names), perf_counter()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        codes = dict(zip(names, pool.map(act, names), strict=True))
    assert set(codes.values()) <= {SURVIVED, CAUGHT, REFUSED}, codes
    alive = [name for name, code in codes.items() if code == SURVIVED]
    caught = len(names) - len(alive)
    sys.stdout.write(f"\n{caught} of {len(names)} caught in {perf_counter() - started:.0f} s")
    sys.stdout.writelines(f"\n  survived: {name}" for name in alive)
    return alive


def test_a_rule_that_is_taken_out_turns_a_proof_red(capfd: pytest.CaptureFixture[str]) -> None:
    rules = [name for name, _ in deletions.rules(deletions.read())]

    with capfd.disabled():
        alive = survivors(rules, without)

    assert len(alive) <= len(rules) * (1 - LEAST_CAUGHT), alive


def test_a_line_that_slips_turns_a_proof_red(capfd: pytest.CaptureFixture[str]) -> None:
    mutants = {mutant.name: mutant for mutant in MUTANTS}

    with capfd.disabled():
        alive = survivors(mutants, lambda name: slipped(mutants[name]))

    assert alive == []
