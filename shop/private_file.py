"""A file that holds people's addresses, made so that nobody else on the machine reads it."""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any


def make(path: Path) -> None:
    """Make it, empty and ours alone, where it is not there yet. One that is stays as it is.

    Where it can't be made, whoever opens it next says why.
    """
    with suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def before_sqlite(dialect: object, record: object, where: Sequence[Any], rest: object) -> None:
    """SQLite itself would make a new file that everybody reads; called before it connects."""
    file = str(where[0])
    if file and not file.startswith((":memory:", "file:")):
        make(Path(file))
