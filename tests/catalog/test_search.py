"""Search finds what people mean, in the words they use, and always in the same order."""

from pathlib import Path

import pytest

from catalog import search, spelling
from catalog.entries import ContentError
from catalog.findable import Named, NamedSet
from catalog.library import Library, load
from catalog.search import Found
from catalog.tools import Kind, Tool

LIBRARY = load()
PRODUCTS = [Named(item.sku, item.name, item.brand, item.tool) for item in LIBRARY.demo_range]


def find(words: str, library: Library = LIBRARY) -> Found:
    return search.find(words, library.index, PRODUCTS)


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("sore spot", "G01"),
        ("knot", "G01"),
        ("knots", "G01"),
        ("trigger point", "G01"),
        ("TrP", "G01"),
        ("TrPs", "G01"),
        ("rhomboid", "G01"),
        ("trapezius", "G03"),
        ("traps", "G03"),
        ("Upper trapezius", "G03"),
        ("glutes", "G15"),
        ("gluteus medius", "G15"),
        ("hamstring", "G23"),
        ("quads", "G20"),
        ("pecs", "G02"),
        ("lats", "G09"),
        ("IT band", "G19"),
        ("QL", "G14"),
        ("neck", "G04"),
        ("stiff neck", "G04"),
        ("my neck hurts", "G04"),
        ("shoulder blade", "G01"),
        ("shoulder", "G03"),
        ("lower back", "G14"),
        ("bum", "G15"),
        ("calf", "G25"),
        ("calf muscle", "G25"),
        ("calves", "G25"),
        ("feet", "G28"),
        ("heel", "G28"),
        ("hand", "G31"),
        ("elbow", "G29"),
        ("temple", "G03"),
        ("foam roller", "G10"),
        ("calf roller", "G25"),
    ],
)
def test_the_words_people_use_find_the_right_guide_first(words: str, first: str) -> None:
    found = find(words)

    assert found.guides[0] == first
    assert found.read_as == ""


@pytest.mark.parametrize(
    ("words", "skus"),
    [
        ("lacrosse ball", ["BALL-63-F", "BALL-45-F"]),
        ("foam roller", ["ROLL-45-S", "ROLL-45-M", "ROLL-45-F", "ROLL-33-R"]),
        ("spiky", ["SPIKY-70-S", "SPIKY-70-H"]),
        ("soft spiky ball", ["SPIKY-70-S"]),
        ("peanut", ["PEANUT-65-S", "PEANUT-65-M", "PEANUT-63-F"]),
        ("grid roller", ["ROLL-33-R"]),
        ("massage stick", ["STICK-45"]),
        ("hook", ["CANE-58"]),
        ("45cm soft roller", ["ROLL-45-S"]),
        ("roll-33-r", ["ROLL-33-R"]),
        ("eureka", ["EUREKA-BALL"]),
    ],
)
def test_the_words_for_tools_find_the_products(words: str, skus: list[str]) -> None:
    assert list(find(words).skus) == skus


@pytest.mark.parametrize("words", ["sore spot", "knot", "trigger point", "trp"])
def test_every_tool_is_for_sore_spots(words: str) -> None:
    assert set(find(words).skus) == {product.sku for product in PRODUCTS}


@pytest.mark.parametrize(
    ("words", "read_as", "first"),
    [
        ("sholder", "shoulder", "G03"),
        ("rombiod", "rhomboid", "G01"),
        ("trapezus", "trapezius", "G03"),
        ("Sholder blaed", "shoulder blade", "G01"),
        ("neck trapezus", "neck trapezius", "G03"),
        ("triger point", "trigger point", "G01"),
        ("form roller", "foam roller", "G10"),
        ("hamstirngs", "hamstring", "G23"),
    ],
)
def test_a_misspelt_word_is_read_as_the_nearest_one(words: str, read_as: str, first: str) -> None:
    found = find(words)

    assert (found.read_as, found.guides[0]) == (read_as, first)


@pytest.mark.parametrize("words", ["zzzz", "spaceship", "bun", "neck zzzz", "rotator cuff", ""])
def test_what_nobody_has_is_not_found(words: str) -> None:
    assert find(words) == Found((), (), (), "", worrying=False)


@pytest.mark.parametrize("guide", LIBRARY.guides.values(), ids=lambda guide: guide.id)
def test_every_guide_is_found_by_its_title_and_by_each_of_its_muscles(guide) -> None:
    assert find(guide.title).guides[0] == guide.id
    for muscle in guide.muscles:
        assert guide.id in find(muscle.name).guides, muscle.name


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.sku)
def test_every_product_is_found_by_its_name_first(product: Named) -> None:
    assert find(product.name).skus[0] == product.sku


def test_the_same_words_find_the_same_whatever_the_order_of_the_content() -> None:
    for words in ("ball", "back", "knot", "sholder", "glutes"):
        found = find(words)

        assert find(words, load()) == found
        assert find(f"  {words.upper()} ") == found


def test_an_exact_word_comes_before_a_beginning_a_synonym_and_a_mention() -> None:
    found = find("shoulder").guides

    assert found.index("G08") < found.index("G01")  # "Front of the shoulder", then "shoulder blade"
    assert found.index("G01") < found.index("G05")  # its area is called "Neck and shoulders"


# Warning signs


@pytest.mark.parametrize(
    "words", ["chest pain", "Chest pian", "numb", "numb foot", "swollen calf", "a lump", "dizzy"]
)
def test_the_words_of_a_warning_sign_are_noticed(words: str) -> None:
    assert find(words).worrying


@pytest.mark.parametrize(
    "words", ["pain", "calf", "chest", "sore spot", "foot", "thumb", "foam roller", "new 75 mm"]
)
def test_the_words_for_a_tool_or_a_place_are_no_warning_sign(words: str) -> None:
    assert not find(words).worrying


def test_a_word_of_a_warning_sign_is_never_read_as_a_part_of_the_body() -> None:
    found = find("numb")  # one letter from "thumb"

    assert (found.read_as, found.guides) == ("", ())


# Spelling


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [("calf", "calf", 0), ("calf", "claf", 1), ("calf", "half", 1), ("calf", "cal", 1),
     ("rombiod", "rhomboid", 2), ("", "abc", 3)],
)  # fmt: skip
def test_a_slip_is_a_letter_missing_added_wrong_or_swapped(
    one: str, other: str, slips: int
) -> None:
    assert spelling.distance(one, other) == spelling.distance(other, one) == slips


def test_short_words_forgive_no_slip_and_long_ones_two() -> None:
    assert spelling.nearest("bun", ["bum"]) is None
    assert spelling.nearest("nekc", ["neck"]) == "neck"
    assert spelling.nearest("sholdr", ["shoulder"]) is None
    assert spelling.nearest("sholdre", ["shoulder"]) == "shoulder"
    assert spelling.nearest("sholdree", ["shoulder"]) is None


def test_of_two_near_words_the_one_with_the_same_first_letter_wins() -> None:
    assert spelling.nearest("bacl", ["tack", "back", "bach"]) == "back"


# Synonyms


def test_a_synonym_for_what_nothing_has_stops_the_start_and_is_named(tmp_path: Path) -> None:
    (tmp_path / "more.toml").write_text(
        '[synonym.jaw]\nwords = ["gob"]\nmeans = ["neck", "lower jaw"]\n'
    )

    with pytest.raises(ContentError, match=r"more\.toml, synonym 'jaw': it means 'lower jaw'"):
        load(tmp_path)


@pytest.mark.parametrize("line", ["words = []", 'words = ["..."]', "means = []", "word = 1"])
def test_a_synonym_says_which_words_it_is_for(tmp_path: Path, line: str) -> None:
    both = {"words": 'words = ["gob"]', "means": 'means = ["neck"]'}
    both[line.split(" ")[0]] = line
    (tmp_path / "more.toml").write_text("[synonym.gob]\n" + "\n".join(both.values()))

    with pytest.raises(ContentError, match=r"synonym 'gob'"):
        load(tmp_path)


def test_a_clinic_can_add_a_word_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text('[synonym.scruff]\nwords = ["scruff"]\nmeans = ["neck"]\n')

    assert find("scruff", load(tmp_path)).guides[0] == "G04"
    assert find("scruff").guides == ()


def test_a_product_without_measurements_is_found_by_what_is_known() -> None:
    found = search.find("acme ball", LIBRARY.index, [Named("X", "Orb", "Acme", Tool(Kind.BALL))])

    assert found.skus == ("X",)


# Sets

SETS = [
    NamedSet("SET-NECK", "Desk worker's set", "For long days", ("Soft ball 65 mm", "Hook cane")),
    NamedSet("SET-HOOK", "Hooked", "", ("Foam roller 45 cm",)),
]


def sets(words: str) -> tuple[str, ...]:
    return search.find(words, LIBRARY.index, PRODUCTS, SETS).sets


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("desk workers set", ("SET-NECK",)),
        ("set-neck", ("SET-NECK",)),
        ("long days", ("SET-NECK",)),
        ("sets", ("SET-NECK", "SET-HOOK")),
        ("roller set", ("SET-HOOK",)),
        ("wokrer set", ("SET-NECK",)),
        ("zzzz", ()),
    ],
)
def test_a_set_is_found_by_its_name_its_words_and_what_is_in_it(
    words: str, codes: tuple[str, ...]
) -> None:
    assert sets(words) == codes


def test_a_set_that_has_a_word_in_its_name_comes_before_one_with_a_part_of_that_name() -> None:
    assert sets("hook") == ("SET-HOOK", "SET-NECK")


def test_the_name_of_a_set_takes_nothing_from_a_warning_sign() -> None:
    numb = NamedSet("SET-NUMB", "Numb foot set", "", ())

    assert search.find("numb", LIBRARY.index, PRODUCTS, [numb]).worrying
