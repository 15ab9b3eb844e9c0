"""What every form shares: a CSRF check of its own, and its problems as a list for the summary."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError
from wtforms import Field, FieldList, FormField
from wtforms.validators import StopValidation

from shop.errors import Unreadable
from shop.pages.text import line


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of "There is a problem": the sentence, and the field it leads to."""

    field_id: str
    text: str


class Form(FlaskForm):  # type: ignore[misc]
    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        csrf = True  # also where the host has switched its own protection off
        csrf_time_limit = None  # a till page stays open all day; the session ends, not the form

    def sent(self) -> bool:
        """Whether this form was posted and is all right. Raises CSRFError for a foreign post."""
        if request.method != "POST":
            return False
        good = self.validate()
        if self.csrf_token.errors:
            raise CSRFError(self.csrf_token.errors[0])
        return bool(good)

    @property
    def problems(self) -> list[Problem]:
        return [
            Problem(_first_control(field), str(text))
            for field in _single(self)
            if field.name != "csrf_token"
            for text in field.errors
        ]

    def refuse(self, field: Field, sentence: str) -> None:
        """Add what only the database could know, so that the page shows it like any mistake."""
        field.errors = [*field.errors, sentence]


def one_line(most: int, what: str) -> Callable[[Form, Field], None]:
    """Keep what was typed as one line. The form says so where it is longer than `most`."""

    def check(form: Form, field: Field) -> None:
        too_long = f"Use {most} characters or fewer for {what}"
        try:
            field.data = line(field.data or "")
        except Unreadable as refusal:
            raise StopValidation(too_long) from refusal
        if len(field.data) > most:
            raise StopValidation(too_long)

    return check


def _single(fields: Iterable[Field]) -> Iterator[Field]:
    """The fields themselves, also those of a list and of the forms in it."""
    for field in fields:
        if isinstance(field, FieldList):
            yield from _single(field.entries)
        elif isinstance(field, FormField):
            yield from _single(field.form)
        else:
            yield field


def _first_control(field: Any) -> str:
    """A group of radios or boxes is reached at its first one."""
    first = next(iter(field), None) if hasattr(field, "__iter__") else None
    return str(first.id if first is not None else field.id)
