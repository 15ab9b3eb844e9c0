"""The answers nobody has to give, on one form of the result: each may stay open."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from flask import request

from catalog.answers import Answers
from catalog.library import Library
from catalog.refinements import Experience, Goal, Settling, Waking
from shop import money
from shop.pages.form import Form
from shop.pages.front.choices import Boxes, Radios

OPEN = ("", "No answer")
BUDGETS = (1000, 2000, 4000)  # pence: the steps that are offered


def _words(words: Iterable[Any]) -> list[tuple[str, str]]:
    return [(word.value, word.label) for word in words]


class RefineForm(Form):
    """`sensitivity` are those that say how easily it is stirred up, and may end a referral."""

    usual = Radios(
        "How sore is it on a usual day, out of 10?",
        choices=[OPEN, *((str(n), str(n)) for n in range(11))],
    )
    settling = Radios(
        "How long does it take to settle after you press it or use it?",
        choices=[OPEN, *_words(Settling)],
    )
    waking = Radios("Do you wake at night because of this pain?", choices=[OPEN, *_words(Waking)])
    experience = Radios("Have you used a tool like this before?",
                        choices=[OPEN, *_words(Experience)])  # fmt: skip
    goal = Radios("What matters most to you?", choices=[OPEN, *_words(Goal)])
    owns = Boxes("Which of these do you have at home?")
    worse = Boxes("Which of yours made it worse the next morning?")
    budget_pence = Radios(
        "How much do you want to spend at most?",
        choices=[("", "No limit"), *((str(p), money.in_words(p)) for p in BUDGETS)],
    )

    @property
    def sensitivity(self) -> list[Radios]:
        return [self.usual, self.settling, self.waking]

    @property
    def wishes(self) -> list[Radios]:
        return [self.experience, self.goal]

    def prepare(self, answers: Answers, library: Library) -> None:
        """Offer today's tools, and show what was answered before."""
        tools = library.own_tools
        self.owns.offer((id_, own.name) for id_, own in tools.items())
        self.worse.offer((id_, own.name) for id_, own in tools.items() if id_ in _owned(answers))
        if request.method == "GET":
            for field in (*self.sensitivity, *self.wishes, self.budget_pence):
                said = getattr(answers, field.name)
                field.data = "" if said is None else str(said)
            self.owns.show(answers.owns)
            self.worse.show(answers.worse)

    def refined(self, answers: Answers) -> Answers:
        """The answers with what was sent. A question that the page did not show stays as it is."""
        sent = {name: field for name, field in self._fields.items() if field.raw_data}
        said: dict[str, Any] = {
            name: field.ticked or None if isinstance(field, Boxes) else _said(name, field.data)
            for name, field in sent.items()
            if name != "csrf_token"
        }
        after = replace(answers, **said)
        return replace(after, worse=(after.worse or frozenset()) & _owned(after) or None)


def _owned(answers: Answers) -> frozenset[str]:
    return answers.owns or frozenset()


_MEANS = {
    "usual": int,
    "settling": Settling,
    "waking": Waking,
    "experience": Experience,
    "goal": Goal,
    "budget_pence": int,
}


def _said(name: str, word: str) -> Any:
    return _MEANS[name](word) if word else None
