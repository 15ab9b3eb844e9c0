"""Start a fake Stripe in a process of its own, and talk to its side door from a test."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

KEY, SECRET = "sk_test_fake", "whsec_fake"
ROOT = Path(__file__).parents[2]
PATIENCE = 30  # seconds


@dataclass(frozen=True, slots=True)
class FakeStripe:
    address: str

    def _post(self, path: str, **asked: Any) -> Any:
        answer = requests.post(f"{self.address}/_control/{path}", json=asked, timeout=PATIENCE)
        answer.raise_for_status()
        return answer.json()

    def rule(self, do: str, **how: Any) -> None:
        self._post("rule", do=do, **how)

    def calm(self) -> None:
        self._post("calm")

    def clear(self) -> None:
        self._post("clear")

    def lie(self, id_: str, **changes: Any) -> None:
        self._post("lie", id=id_, changes=changes)

    def hook(self, **how: Any) -> None:
        self._post("hook", **how)

    def let_go(self, **how: Any) -> int:
        return int(self._post("let-go", **how)["sent"])

    def settle_down(self) -> list[tuple[str, int]]:
        """Wait for the events under way; every event's type and the shop's answer so far."""
        return [(type_, status) for type_, status in self._post("settle-down")["answers"]]

    def pass_time(self, seconds: float) -> None:
        self._post("clock", seconds=seconds)

    def act(self, act: str, **asked: Any) -> dict[str, Any]:
        done: dict[str, Any] = self._post(f"act/{act}", **asked)
        return done

    def event(self, type_: str, thing: dict[str, Any]) -> dict[str, Any]:
        written: dict[str, Any] = self._post("event", type=type_, object=thing)
        return written

    def signed(self, after: int = 0) -> list[dict[str, Any]]:
        """The events so far, but for the first ones, each with its signed body and header."""
        answer = requests.get(
            f"{self.address}/_control/signed", params={"after": after}, timeout=PATIENCE
        )
        events: list[dict[str, Any]] = answer.json()
        return events

    def book(self, kind: str = "") -> list[dict[str, Any]]:
        """Everything in the book, or everything of a kind, oldest first."""
        things = self._read()["things"]
        return [thing for thing in things if kind in ("", thing["object"])]

    def asked(self, operation: str = "") -> list[dict[str, Any]]:
        return [each for each in self._read()["asked"] if operation in ("", each["operation"])]

    def _read(self) -> dict[str, Any]:
        answer = requests.get(f"{self.address}/_control/book", timeout=PATIENCE)
        read: dict[str, Any] = answer.json()
        return read


@contextmanager
def running(*options: str) -> Iterator[FakeStripe]:
    """A fake Stripe on a free port, ended by its own id."""
    command = [sys.executable, "-m", "tests.fakestripe", *options]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ}
    )
    assert process.stdout is not None
    try:
        address = process.stdout.readline().strip()
        if not address:
            raise RuntimeError("The fake Stripe did not start.")
        yield FakeStripe(address)
    finally:
        process.terminate()
        process.wait(PATIENCE)
        process.stdout.close()
