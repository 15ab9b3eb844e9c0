"""A real server for tests: gunicorn on loopback and a free port, ended by its own id."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from sqlalchemy import URL

ROOT = Path(__file__).parent.parent
PATIENCE = 30  # seconds until a server that does not come up fails the test


@contextmanager
def gunicorn(
    target: str, url: URL, *, workers: int = 2, threads: int = 1, **environ: str
) -> Iterator[int]:
    """Serve an app on this database and give its port. One thread is a sync worker."""
    port = _free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", target),
        *("--bind", f"127.0.0.1:{port}", "--workers", str(workers), "--threads", str(threads)),
        *("--no-control-socket", "--log-level", "warning"),
    ]
    settings = {
        **os.environ,
        "SHOP_ENV": "development",
        "SECRET_KEY": "a key for tests, which is long enough",
        "DATABASE_URL": url.render_as_string(hide_password=False),
        "SHOP_POSTAGE_SMALL": "3.50",
        "SHOP_POSTAGE_MEDIUM": "5.95",
        **environ,
    }
    process = subprocess.Popen(command, cwd=ROOT, env=settings)
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"The server ended at once, with {process.returncode}.")
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    raise RuntimeError("The server did not come up.")
