"""The education page and the advice cards: what is only thought says so, the rest has a source."""

import re
import tomllib
from pathlib import Path

import pytest

from catalog import education
from catalog.entries import ContentError
from catalog.library import OWN_DATA, Library, load
from catalog.safety import Level

# How pressure is thought to work (clinical notes S21, S28).
MECHANISM = re.compile(
    r"blood flow|circulation|endorphins?|\bnerves?\b|chemicals?|toxins?|inflamed"
    r"|pain (sensor|message|signal|receptor)s?",
    re.IGNORECASE,
)
A_CONDITION = re.compile(r"nerve damage|nerves or joints")  # what the safety questions ask about
CITATION = re.compile(
    r"(?P<author>[A-ZÀ-Ž][\w’-]+(-[\w’-]+)*)( [A-Z](-?[A-Z])*)?(, .+?)?\. "
    r".+ (?P<journal>[A-Z][\w ]+) (?P<year>(19|20)\d\d)\b"
)
NOT_OUR_VOICE = re.compile(r"\b(please|sorry|oops|simply|just|should|valid|invalid)\b", re.I)
OURS = {"article", "clinic"}  # sources that are no published study


@pytest.fixture(scope="module")
def library() -> Library:
    return load()


def sentences_of(library: Library) -> dict[str, str]:
    """Every sentence of the lessons and the cards, by the entry that says it."""
    texts: dict[str, list[str]] = {}
    for lesson in library.lessons.values():
        found = [finding.text for finding in lesson.findings]
        texts[f"lesson {lesson.id}"] = [*lesson.paragraphs, *lesson.points, *found]
    for card in library.cards.values():
        texts[f"card {card.id}"] = [card.when, *card.text]
    return {
        f"{key}: {sentence}": sentence
        for key, said in texts.items()
        for text in said
        for sentence in re.split(r"(?<=[.!?])\s+", text)
    }


def strings(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in strings(each)]
    if isinstance(value, list):
        return [text for each in value for text in strings(each)]
    return [value] if isinstance(value, str) else []


# What is only thought


def test_no_other_content_says_how_pressure_works() -> None:
    files = {*OWN_DATA.rglob("*.toml")} - {OWN_DATA / "education.toml", OWN_DATA / "sources.toml"}

    claims = [
        f"{file.name}: {text}"
        for file in sorted(files)
        for text in strings(tomllib.loads(file.read_text(encoding="utf-8")))
        if MECHANISM.search(A_CONDITION.sub("", text))
    ]

    assert claims == []


def test_what_is_thought_to_happen_is_the_articles_word_beside_the_evidence(
    library: Library,
) -> None:
    claiming = {
        lesson.id
        for lesson in library.lessons.values()
        if any(MECHANISM.search(text) for text in (*lesson.paragraphs, *lesson.points))
    }

    assert claiming == {"thought", "pressure"}
    for id_ in claiming:
        lesson = library.lessons[id_]
        assert lesson.attributed
        assert [source.id for source in lesson.sources] == ["article"]
        assert library.lessons[lesson.beside].findings


def test_the_four_points_of_the_article_are_thought_and_never_known(library: Library) -> None:
    pressure = library.lessons["pressure"]

    assert len(pressure.points) == 4
    assert all("thought to" in point for point in pressure.points)
    assert "The article says" in " ".join(pressure.paragraphs)


def test_the_page_shows_every_lesson_once(library: Library) -> None:
    shown = [lesson.id for row in education.rows(library.lessons) for lesson in row if lesson]

    assert sorted(shown) == sorted(library.lessons)


# The evidence


def test_every_claim_has_a_source_and_every_finding_a_published_one(library: Library) -> None:
    for lesson in library.lessons.values():
        cited = {source.id for finding in lesson.findings for source in finding.sources}
        assert lesson.sources, lesson.id
        assert cited <= {source.id for source in lesson.sources}, lesson.id
        assert not cited & OURS, lesson.id


def test_every_citation_has_an_author_a_journal_and_a_year(library: Library) -> None:
    parts = (*library.lessons.values(), *library.cards.values())
    cited = {source.id: source for part in parts for source in part.sources}

    incomplete = [s.text for s in cited.values() if s.id not in OURS and not CITATION.match(s.text)]

    assert incomplete == []
    assert {source.confidence for source in cited.values()} <= {"seen", "known", "unsure"}


def test_every_source_is_used_by_a_guide_a_lesson_or_a_card(library: Library) -> None:
    parts = (*library.guides.values(), *library.lessons.values(), *library.cards.values())
    notes = tomllib.loads((OWN_DATA / "sources.toml").read_text(encoding="utf-8"))

    assert {source.id for part in parts for source in part.sources} == notes["source"].keys()


@pytest.mark.parametrize(
    ("study", "said"),
    [
        ("lu_2022", "There was no clear effect on the pain that people report."),
        ("hanten_2000", "Time spent in pain did not differ."),
        ("wilke_2018", "The groups did not clearly differ."),
        ("cagnie_2013", "There was no second group to compare with."),
        ("wiewelhove_2019", "It did next to nothing for jumping and strength."),
        ("konrad_2022", "It made no difference to the ankle."),
        ("channarong_2023", "did not go with how much pain they felt."),
    ],
)
def test_what_a_study_did_not_find_is_said_too(library: Library, study: str, said: str) -> None:
    findings = [finding for lesson in library.lessons.values() for finding in lesson.findings]

    (told,) = [f.text for f in findings if study in {source.id for source in f.sources}]

    assert said in told


@pytest.mark.parametrize("words", ["at a wall", "pregnancy", "blood thinners", "osteoporosis"])
def test_what_nobody_has_studied_is_said_too(library: Library, words: str) -> None:
    assert any(words in point for point in library.lessons["unstudied"].points)


# Warning signs and the cards


def test_skin_that_stays_hot_red_or_swollen_is_told_apart_from_a_passing_change(
    library: Library,
) -> None:
    usual, warning = library.lessons["notice"], library.lessons["today"]

    assert "goose bumps" in " ".join(usual.paragraphs)
    assert not re.search(r"\b(hot|red|swollen)\b", " ".join(usual.paragraphs))
    assert "the place stays hot, red or swollen" in warning.points[0]
    assert warning.level is Level.SAME_DAY


def test_there_is_a_card_for_everything_the_article_says_may_keep_it_going(
    library: Library,
) -> None:
    assert set(library.cards) == {
        *("sitting", "repetitive_work", "sleep", "stress", "training", "injury_or_operation"),
        *("joint_or_spine", "spasm", "vitamins_or_weeks_of_poor_sleep"),
    }


def test_every_card_asks_says_what_to_try_and_has_a_source(library: Library) -> None:
    for card in library.cards.values():
        assert card.when.endswith("?"), card.id
        assert {source.id for source in card.sources} >= OURS, card.id


def test_the_card_about_vitamins_leads_to_a_person_and_promises_nothing(library: Library) -> None:
    said = " ".join(library.cards["vitamins_or_weeks_of_poor_sleep"].text)

    assert said.startswith("Ask your physiotherapist or GP.")
    assert "did not have more pain" in said
    assert "We can't say that a vitamin will help" in said


# The words


def test_no_sentence_is_longer_than_20_words(library: Library) -> None:
    assert not [key for key, text in sentences_of(library).items() if len(text.split()) > 20]


def test_the_words_keep_our_voice(library: Library) -> None:
    assert not [key for key, text in sentences_of(library).items() if NOT_OUR_VOICE.search(text)]


# A clinic's own folder

CARD = '[card.heat]\ntitle = "Heat"\nwhen = "Hot?"\ntext = ["Rest.", "Run."]\nsources = ["clinic"]'
LESSON = '[lesson.ours]\ntitle = "Ours"\nparagraphs = ["Pressing is fine."]\nsources = ["clinic"]'
FINDING = '\n[[lesson.ours.finding]]\ntext = "It helped."\nsources = []'


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (CARD.replace("clinic", "moon"), "ours.toml, card 'heat': 'sources' names the source 'mo"),
        (LESSON.replace("clinic", "moon"), "ours.toml, lesson 'ours': 'sources' names the source"),
        (CARD.replace('"clinic"', ""), "ours.toml, card 'heat': a card needs at least one"),
        (LESSON.replace('"clinic"', ""), "ours.toml, lesson 'ours': a lesson needs at least one"),
        (LESSON + FINDING, "ours.toml, lesson 'ours', finding 1: a finding needs the study"),
        (CARD.replace(', "Run."', ""), "ours.toml, card 'heat': 'text' must have 2 to 4"),
        (LESSON + "\nattributed = true", "ours.toml, lesson 'ours': 'beside' names the lesson ''"),
        (LESSON + '\nbeside = "moon"', "ours.toml, lesson 'ours': 'beside' names the lesson 'mo"),
        (LESSON.replace('"Pressing is fine."', ""), "ours.toml, lesson 'ours': a lesson needs par"),
    ],
)
def test_a_mistake_in_a_clinics_file_names_the_file_and_the_entry(
    tmp_path: Path, content: str, complaint: str
) -> None:
    (tmp_path / "ours.toml").write_text(content, encoding="utf-8")

    with pytest.raises(ContentError) as refusal:
        load(tmp_path)

    assert complaint in str(refusal.value)


def test_a_clinic_can_add_a_card_and_replace_a_lesson(tmp_path: Path) -> None:
    replaced = LESSON.replace("lesson.ours", "lesson.clinic")
    (tmp_path / "ours.toml").write_text(f"{CARD}\n{replaced}", encoding="utf-8")

    own = load(tmp_path)

    assert own.cards["heat"].text == ("Rest.", "Run.")
    assert own.lessons["clinic"].title == "Ours"
