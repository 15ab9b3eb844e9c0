"""A product file that was looked through and waits to be imported, in parts.

Each part is imported in a transaction of its own together with the note that it was, so that a
long file shows how far it is, and one that was broken off goes on where it stopped.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Text, delete, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.db import Base, BigId, UTCTime, whole
from shop.errors import NotFound

KEPT = timedelta(hours=24)  # what nobody has imported by then is dropped
MOST_LINES = 100_000

Line = tuple[int, list[str]]  # its number in the file, and its cells


class Upload(Base):
    """`head` are its columns as a list in JSON; `done` of its `parts` are imported."""

    __tablename__ = "shop_upload"
    __table_args__ = (
        whole("lines", 1, MOST_LINES),
        whole("parts", 1, MOST_LINES),
        whole("done", 0, MOST_LINES),
        {"sqlite_autoincrement": True},  # a page of a dropped file never means another one
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str]
    head: Mapped[str] = mapped_column(Text)
    lines: Mapped[int]
    parts: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCTime, index=True)

    @property
    def columns(self) -> list[str]:
        found: list[str] = json.loads(self.head)
        return found


class UploadPart(Base):
    """Lines of the file, as JSON."""

    __tablename__ = "shop_upload_part"

    upload_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("shop_upload.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of its lines are imported."""

    done: int
    lines: int

    @property
    def is_over(self) -> bool:
        return self.done >= self.lines


def keep(
    work: Session,
    name: str,
    columns: Sequence[str],
    parts: Iterable[Sequence[Line]],
    *,
    by: str,
    at: datetime,
) -> Upload:
    """Keep a file's lines until they are imported. Old ones that nobody wanted are dropped."""
    forget(work, at=at)
    upload = Upload(name=name, head=json.dumps(list(columns)), lines=1, parts=1, by=by, at=at)
    work.add(upload)
    work.flush()
    lines = position = 0
    for position, part in enumerate(parts, 1):
        lines += len(part)
        content = json.dumps(part, ensure_ascii=False)
        row = {"upload_id": upload.id, "position": position, "content": content}
        work.execute(insert(UploadPart), row)
    upload.lines, upload.parts = lines, position
    work.flush()
    return upload


def get(work: Session, upload_id: int) -> Upload:
    found = work.get(Upload, upload_id)
    if found is None:
        raise NotFound("There is no such import. It may be too old: choose the file again.")
    return found


def next_part(work: Session, upload_id: int) -> Sequence[Line]:
    """The lines to import now, noted as done in the same transaction; none when all are.

    Two people who press at once take one part after the other.
    """
    statement = select(Upload).where(Upload.id == upload_id).with_for_update()
    upload = work.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if upload is None:
        raise NotFound("There is no such import. It may be too old: choose the file again.")
    if upload.done == upload.parts:
        return []
    position = upload.done + 1
    work.execute(update(Upload).where(Upload.id == upload_id).values(done=position))
    part = select(UploadPart.content).where(
        UploadPart.upload_id == upload_id, UploadPart.position == position
    )
    return [(number, cells) for number, cells in json.loads(work.scalars(part).one())]


def progress(upload: Upload, part_lines: int) -> Progress:
    """How far it is, in lines, when each part but the last has so many."""
    return Progress(min(upload.done * part_lines, upload.lines), upload.lines)


def forget(work: Session, *, at: datetime) -> None:
    """Drop what is older than a day, imported or not. The products themselves stay."""
    old = select(Upload.id).where(Upload.at < at - KEPT)
    work.execute(delete(UploadPart).where(UploadPart.upload_id.in_(old)))
    work.execute(delete(Upload).where(Upload.at < at - KEPT))
