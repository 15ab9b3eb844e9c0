"""The body map over the list of places: the list is the control, the map only points at it."""

import re

from flask import Flask, render_template_string
from flask.testing import FlaskClient
from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from shop.pages.form import Form
from tests.pages.reading import LIBRARY, read

DRAW = """{% from "shop/front/_body_map.html" import where with context %}
{{ where([("Some places", form.anything)], muscle_words) }}"""


class Boxes(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class AnyForm(Form):
    anything = Boxes(choices=[SelectChoice(r.id, r.label) for r in LIBRARY.regions.values()])


def boxes(app: Flask, *, muscle_words: bool = False) -> str:
    """The map over tick boxes of another name."""
    with app.test_request_context("/find/where"):
        return render_template_string(DRAW, form=AnyForm(), muscle_words=muscle_words)


def spots(page: str) -> dict[str, str]:
    """The id that each spot's label points at, and what is inside the label."""
    return dict(re.findall(r'<label for="([^"]+)" aria-hidden="true">(.*?)</label>', page))


def test_every_place_but_somewhere_else_has_a_spot_that_points_at_its_choice(
    client: FlaskClient,
) -> None:
    page = read(client, "/find/where")
    ids = {
        value: name
        for name, value in re.findall(r'<input id="(regions-\d+)".*?value="(\w+)"', page)
    }

    assert len(ids) == len(LIBRARY.regions)
    assert spots(page).keys() == {ids[region] for region in LIBRARY.spots}


def test_a_spot_has_no_words_that_would_double_the_name_of_its_choice(client: FlaskClient) -> None:
    for drawn in spots(read(client, "/find/where")).values():
        assert re.sub(r"<[^>]*>", "", drawn).strip() == ""


def test_the_map_does_not_care_what_the_choices_are_called_or_how_many_may_be_ticked(
    app: Flask,
) -> None:
    page = boxes(app)

    assert page.count('type="checkbox"') == len(LIBRARY.regions)
    assert spots(page).keys() <= set(re.findall(r'<input id="([^"]+)"', page))
    assert len(spots(page)) == len(LIBRARY.spots)


def test_staff_read_the_places_in_muscle_words(app: Flask) -> None:
    page = boxes(app, muscle_words=True)

    assert re.search(r'<label for="anything-\d+">Rhomboids, middle trapezius</label>', page)
    assert "Between your shoulder blade and your spine</p>" in page
    assert "Rhomboids" not in boxes(app)


def test_a_place_without_muscles_keeps_its_own_words(app: Flask) -> None:
    assert LIBRARY.regions["other"].in_muscle_words == LIBRARY.regions["other"].label
