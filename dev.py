"""Set up and run Sorespot with nothing but Python 3.11 or newer.

    python3 dev.py run [--port N]   serve the demo clinic on http://127.0.0.1:5000
    python3 dev.py test [...]       the tests, on every core; anything more goes to pytest
    python3 dev.py lint             ruff and mypy
    python3 dev.py bench            speed, each figure beside one measured in the same run
    python3 dev.py rigs             races, power cuts, answer grids: longer than in the tests
                   rigs --nightly   as long as a night allows
                   rigs --mutants   one wrong line at a time: the tests have to notice each
    python3 dev.py lock             make the two lock files anew (needs uv)

The first call makes .venv from the hashed lock file; later ones start at once.
"""

import argparse
import hashlib
import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
DEMO = ROOT / ".demo"
RUN_LOCK, TEST_LOCK = ROOT / "requirements.lock", ROOT / "requirements-test.lock"


def install(lock: Path) -> None:
    """Make .venv hold exactly what the lock file names, or say what the machine lacks."""
    stamp = VENV / f".{lock.stem}.stamp"
    want = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == want:
        return
    uv = shutil.which("uv")
    if not PYTHON.exists():
        make = (
            [uv, "venv", "-q", "--seed", "--python", sys.executable]
            if uv
            else [sys.executable, "-m", "venv"]
        )
        if subprocess.call([*make, str(VENV)]):
            shutil.rmtree(VENV, ignore_errors=True)
            sys.exit("Could not make a virtual environment. On Debian: apt install python3-venv")
    print(f"Installing what {lock.name} names. This happens once.", file=sys.stderr)
    pip = (
        [uv, "pip", "install", "-q", "--python", str(PYTHON)]
        if uv
        else [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    )
    subprocess.check_call([*pip, "--require-hashes", "-r", str(lock)])
    stamp.write_text(want)


def demo_settings() -> dict[str, str]:
    """The demo's environment: its own database file and a key that outlives a restart."""
    DEMO.mkdir(exist_ok=True)
    key = DEMO / "secret-key"
    if not key.exists():
        key.write_text(secrets.token_hex(32))
        key.chmod(0o600)
    return {
        "DATABASE_URL": f"sqlite:///{DEMO / 'sorespot.sqlite'}",
        "SHOP_NAME": "Riverside Physio",
        "SHOP_PHONE": "01632 960100",
        "SHOP_OPENING_HOURS": "Monday to Friday, 8am to 6pm",
        "SHOP_POSTAGE_SMALL": "3.50",
        "SHOP_POSTAGE_MEDIUM": "5.95",
        **os.environ,
        "SHOP_ENV": "development",
        "SECRET_KEY": key.read_text(),
    }


def run(arguments: list[str]) -> int:
    """Serve the demo clinic: tables, made-up content and one account per role."""
    parser = argparse.ArgumentParser(prog="dev.py run")
    parser.add_argument("--port", type=int, default=5000)
    port = parser.parse_args(arguments).port
    install(RUN_LOCK)
    flask, settings = [str(PYTHON), "-m", "flask", "--app", "app"], demo_settings()
    for step in (["shop", "upgrade"], ["shop", "demo", "--keep"]):
        if code := subprocess.call([*flask, *step], cwd=ROOT, env=settings):
            return code
    serve = [*flask, "run", "--port", str(port)]
    if os.name == "posix":  # become the server, so that ending this process ends it
        os.chdir(ROOT)
        os.execve(PYTHON, serve, settings)
    return subprocess.call(serve, cwd=ROOT, env=settings)


def test(arguments: list[str]) -> int:
    install(TEST_LOCK)
    processes = (os.cpu_count() or 1) + 1  # who is at a browser mostly waits
    arguments = arguments or ["-q", "-n", str(processes), "--dist", "loadfile"]
    return subprocess.call([str(PYTHON), "-m", "pytest", *arguments], cwd=ROOT)


def lint(arguments: list[str]) -> int:
    install(TEST_LOCK)
    steps = (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"])
    return max(subprocess.call([str(PYTHON), "-m", *step], cwd=ROOT) for step in steps)


def bench(arguments: list[str]) -> int:
    install(TEST_LOCK)
    return subprocess.call([str(PYTHON), "-m", "tests.bench", *arguments], cwd=ROOT)


# How long the rigs run. What is set in the environment already wins.
LONG = {
    "RIG_ROUNDS": "200",
    "RIG_RESTARTS": "5",
    "UPGRADE_MOVES": "100000",
    "MACHINE_EXAMPLES": "200",
}
NIGHTLY = {
    "RIG_ROUNDS": "10000",
    "RIG_THREADS": "16",
    "RIG_RESTARTS": "20",
    "LONG_LINES": "100000",
    "UPGRADE_MOVES": "100000",
    "UPGRADE_KILLS": "all",
    "MACHINE_EXAMPLES": "3000",
    "MACHINE_STEPS": "60",
    "RIG_NIGHTLY": "1",
}


def rigs(arguments: list[str]) -> int:
    install(TEST_LOCK)
    if "--mutants" in arguments:
        arguments.remove("--mutants")
        return subprocess.call([str(PYTHON), "-m", "tests.rigs.mutants", *arguments], cwd=ROOT)
    numbers = LONG
    if "--nightly" in arguments:
        arguments.remove("--nightly")
        numbers = NIGHTLY
    rigs = [
        "tests/rigs",
        "tests/shop/test_machine.py",
        "tests/shop/test_count_memory.py",
        "tests/pages/test_import_memory.py",
    ]
    return subprocess.call(
        [str(PYTHON), "-m", "pytest", *rigs, *arguments], cwd=ROOT, env={**numbers, **os.environ}
    )


def lock(arguments: list[str]) -> int:
    compile_ = [
        "uv",
        "pip",
        "compile",
        "-q",
        "--universal",
        "--python-version",
        "3.11",
        "--generate-hashes",
        "--no-header",
        "--no-annotate",
        *arguments,
        "pyproject.toml",
    ]
    return max(
        subprocess.call([*compile_, "--extra", "xlsx", "-o", str(RUN_LOCK)], cwd=ROOT),
        subprocess.call([*compile_, "--group", "test", "-o", str(TEST_LOCK)], cwd=ROOT),
    )


COMMANDS = {"run": run, "test": test, "lint": lint, "bench": bench, "rigs": rigs, "lock": lock}


def main() -> int:
    command = sys.argv[1] if len(sys.argv) > 1 else "run"
    if command not in COMMANDS:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        return COMMANDS[command](sys.argv[2:])
    except subprocess.CalledProcessError as refused:
        return refused.returncode
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
