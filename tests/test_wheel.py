"""The wheel, as a clinic installs it: into a host of its own, from the mounting page's ten lines.

Everything about the host runs in a process that cannot see this checkout.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, url_for
from sqlalchemy import URL, update

from shop import Shop
from shop.products import Product
from tests.conftest import database_of, make_app

ROOT = Path(__file__).resolve().parents[1]
TEN_LINES = re.compile(r"```python\n(.*?)```", re.DOTALL)
BALL = "/shop/soft-ball-65"


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = ["-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    ran = subprocess.run([sys.executable, *build], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="session")
def installed(wheel: Path) -> Path:
    """A folder that has nothing but the installed wheel in it."""
    folder = wheel.parent / "installed"
    options = ["--no-deps", "--no-index", "--disable-pip-version-check", "--target", str(folder)]
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", *options, str(wheel)], check=True)
    return folder


@pytest.fixture(scope="session")
def clinic(installed: Path, demo_copy: Callable[[], URL]) -> Path:
    """A host's own folder: the ten lines, and a database with the demo's rows in it."""
    folder = installed.parent / "clinic"
    folder.mkdir()
    ten_lines = TEN_LINES.search((ROOT / "docs/mounting.md").read_text())
    assert ten_lines
    (folder / "clinic.py").write_text(ten_lines[1])
    shutil.copy(str(demo_copy().database), folder / "clinic.sqlite")
    return folder


def run_in(folder: Path, installed: Path, *arguments: str) -> str:
    """Run Python in a host's folder. It sees the wheel and the libraries, and no checkout."""
    ran = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


VISITOR = '''
import json
import re
from html import unescape

from clinic import app
from datetime import UTC, datetime
from flask import session
from flask_wtf import CSRFProtect

import catalog
import shop

CSRFProtect(app)
seen = []


@app.before_request
def count():
    from flask import request
    seen.append(request.path)


@app.after_request
def mark(response):
    response.headers["X-Clinic"] = "Mill Lane"
    return response


@app.errorhandler(404)
def lost(error):
    return "Mill Lane has no such page", 404


@app.post("/contact")
def contact():
    return "Thank you"


@app.get("/login")
def login():
    session["user"] = {"id": "7", "name": "Anna of Mill Lane", "since": datetime.now(UTC)}
    return "Welcome back"


client = app.test_client()
HTTPS = {"base_url": "https://clinic.example"}


def look(address, data=None):
    if data is None:
        answer = client.get(address, **HTTPS)
    else:
        referrer = {"Referer": "https://clinic.example" + address}
        answer = client.post(address, data=data, headers=referrer, **HTTPS)
    return {
        "status": answer.status_code,
        "text": answer.text,
        "to": answer.headers.get("Location"),
        "headers": {name.lower(): value for name, value in answer.headers},
    }


INPUT = re.compile(r"<input[^>]*>")
ATTRIBUTE = re.compile(r'([\\w-]+)="([^"]*)"')


def fill(page):
    """A question's form as a healthy person sends it: the first radio or place, "none of these"."""
    data = {}
    for tag in INPUT.findall(page):
        field = {name: unescape(value) for name, value in ATTRIBUTE.findall(tag)}
        name, kind, value = field.get("name"), field.get("type"), field.get("value", "")
        if kind == "hidden" or (kind == "radio" and name not in data):
            data[name] = value
        elif name == "regions" or name.startswith("spots-"):
            data.setdefault(name, value)
        elif kind == "checkbox" and (name == "positions") != (value == "none"):
            data.setdefault(name, []).append(value)
    return data


def find():
    """Through every question to where they end."""
    trail, address = [], "/tools/find/where"
    for _ in range(8):
        page = look(address)
        trail.append((address, page["status"]))
        if address.endswith("/result"):
            return trail, page
        address = look(address, fill(page["text"]))["to"]
    return trail, page


PAGES = ["/", "/shop", "BALL", "/guides", "/help", "/privacy"]
trail, result = find()
home = look("/tools/")
stranger = look("/tools/staff/till")
host = [look("/"), look("/nowhere"), look("/contact", {})]
signed_in = look("/login")
files = sorted(set(re.findall(r'(?:href|src)="(/tools/assets/[^"]+)"', home["text"])))
print(json.dumps({
    "from": [shop.__file__, catalog.__file__],
    "rules": sorted({rule.rule for rule in app.url_map.iter_rules()}),
    "pages": {page: look("/tools" + page) for page in PAGES},
    "guide": look(re.findall(r'href="(/tools/guides/[^"]+)"', look("/tools/guides")["text"])[0]),
    "healthz": look("/tools/healthz"),
    "readyz": look("/tools/readyz"),
    "trail": trail,
    "result": result,
    "lost": look("/tools/nowhere"),
    "host": host,
    "stranger": stranger,
    "desk": look("/tools/staff/site"),
    "files": {file: look(file) for file in files},
    "seen": seen,
}))
'''.replace("BALL", BALL)


@pytest.fixture(scope="session")
def visit(clinic: Path, installed: Path) -> dict[str, Any]:
    """What a visitor of the host sees, all of it in one process."""
    seen: dict[str, Any] = json.loads(run_in(clinic, installed, "-W", "error", "-c", VISITOR))
    return seen


def test_the_wheel_carries_everything_that_is_read_at_run_time_and_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}

    expected = {
        str(file.relative_to(ROOT))
        for folder in ("shop", "catalog")
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    } | {f"shop/{f.relative_to(ROOT)}" for f in (ROOT / "templates").rglob("*") if f.is_file()}
    assert inside == expected
    for kind in (".html", ".css", ".js", ".toml", "script.py.mako", "0001_the_first_tables.py"):
        assert any(name.endswith(kind) for name in inside), kind


def test_the_host_runs_on_the_installed_wheel(visit: dict[str, Any], installed: Path) -> None:
    assert all(Path(file).is_relative_to(installed) for file in visit["from"])


def test_the_host_makes_the_tables_with_its_own_flask_command(
    installed: Path, clinic: Path, tmp_path: Path
) -> None:
    shutil.copy(clinic / "clinic.py", tmp_path)

    said = run_in(tmp_path, installed, "-m", "flask", "--app", "clinic", "shop", "upgrade")

    assert said == "The tables are up to date.\n"
    assert (tmp_path / "clinic.sqlite").exists()


def test_every_page_of_the_stand_alone_site_is_there_under_the_prefix_but_its_sign_in(
    visit: dict[str, Any], app: Flask
) -> None:
    own_door = {"/staff/sign-in", "/staff/sign-out", "/staff/serving"}
    own_door |= {"/staff/settings/code", "/staff/settings/code/remove"}
    ours = {rule.rule for rule in app.url_map.iter_rules()} - own_door

    assert {rule for rule in visit["rules"] if rule.startswith("/tools")} == {
        f"/tools{rule}" for rule in ours
    }


TOKEN = re.compile(r'value="[\w-]+\.[\w-]+\.[\w-]+"')  # a form's, new on every page
NO_POST = {"SHOP_POSTAGE_SMALL": "", "SHOP_POSTAGE_MEDIUM": ""}  # as in a host of ten lines


def test_pages_read_the_same_under_the_prefix_with_every_address_inside_it(
    visit: dict[str, Any], demo_copy: Callable[[], URL]
) -> None:
    alone = make_app(demo_copy(), SHOP_NAME="Mill Lane Physio", SHOP_PHONE="", **NO_POST)
    client = alone.test_client()

    for address, page in visit["pages"].items():
        assert page["status"] == 200, address
        assert not re.findall(r'(?:href|src|action)="/(?!tools/)[^"]*"', page["text"]), address
        mounted = page["text"].replace("/tools/", "/")
        own = client.get(address, base_url="https://clinic.example").text
        assert TOKEN.sub("", mounted) == TOKEN.sub("", own), address
    database_of(alone).dispose()


def test_a_guide_and_both_health_pages_answer(visit: dict[str, Any]) -> None:
    assert [visit[page]["status"] for page in ("guide", "healthz", "readyz")] == [200, 200, 200]


def test_the_finder_leads_from_its_first_question_to_advice_with_a_tool(
    visit: dict[str, Any],
) -> None:
    assert [status for _, status in visit["trail"]] == [200] * len(visit["trail"])
    assert visit["trail"][-1][0] == "/tools/find/result"
    assert "/tools/shop/" in visit["result"]["text"]
    assert visit["result"]["headers"]["cache-control"] == "no-store"


def test_the_hosts_own_pages_and_errors_stay_the_hosts(visit: dict[str, Any]) -> None:
    home, lost, unprotected = visit["host"]

    assert (home["status"], home["text"]) == (200, "Welcome to Mill Lane Physio")
    assert (lost["status"], lost["text"]) == (404, "Mill Lane has no such page")
    assert unprotected["status"] == 400  # the host's own CSRF check
    for page in visit["host"]:
        assert set(page["headers"]) <= {
            "content-type", "content-length", "x-clinic", "vary", "set-cookie",
        }  # fmt: skip


def test_what_is_not_found_below_the_prefix_is_ours_to_answer(visit: dict[str, Any]) -> None:
    assert visit["lost"]["status"] == 404
    assert "Mill Lane has no such page" not in visit["lost"]["text"]
    assert "Mill Lane Physio" in visit["lost"]["text"]
    assert "content-security-policy" in visit["lost"]["headers"]


def test_the_hosts_hooks_run_around_our_pages_too(visit: dict[str, Any]) -> None:
    assert visit["pages"]["/"]["headers"]["x-clinic"] == "Mill Lane"
    assert {"/", "/nowhere", "/tools/", "/tools/nowhere", "/tools/find/result"} <= {*visit["seen"]}


def test_a_strangers_way_to_the_desk_leads_to_the_hosts_own_sign_in(visit: dict[str, Any]) -> None:
    assert (visit["stranger"]["status"], visit["stranger"]["to"]) == (303, "/login")


def test_the_hosts_own_staff_are_at_the_desk(visit: dict[str, Any]) -> None:
    assert visit["desk"]["status"] == 200
    assert "Anna of Mill Lane" in visit["desk"]["text"]
    assert "sign-out" not in visit["desk"]["text"]


def test_static_files_load_and_may_be_kept_for_ever(visit: dict[str, Any]) -> None:
    assert len(visit["files"]) >= 3
    for address, file in visit["files"].items():
        assert file["status"] == 200, address
        assert "immutable" in file["headers"]["cache-control"]


def test_a_hosts_base_template_wins_over_ours(
    installed: Path, clinic: Path, tmp_path: Path
) -> None:
    for file in ("clinic.py", "clinic.sqlite"):
        shutil.copy(clinic / file, tmp_path)
    own = tmp_path / "templates/shop/base.html"
    own.parent.mkdir(parents=True)
    own.write_text("<h1>Mill Lane since 1988</h1>{% block content %}{% endblock %}")

    page = run_in(
        tmp_path,
        installed,
        "-c",
        f"from clinic import app; print(app.test_client().get('/tools{BALL}').text)",
    )

    assert page.strip().startswith("<h1>Mill Lane since 1988</h1>")
    assert "<!doctype" not in page
    assert "Add" in page or "stock" in page


# Two shops in one process


def withdraw_the_ball(app: Flask, shop: str = "shop") -> None:
    with app.extensions["shop"][shop].database.transaction() as work:
        work.execute(
            update(Product).where(Product.slug == BALL.rsplit("/")[-1]).values(on_sale=False)
        )


def test_two_apps_in_one_process_keep_apart(demo_copy: Callable[[], URL]) -> None:
    north = make_app(demo_copy(), SHOP_NAME="North Physio")
    south = make_app(demo_copy(), SHOP_NAME="South Physio")

    withdraw_the_ball(south)

    assert north.test_client().get(BALL).status_code == 200
    assert south.test_client().get(BALL).status_code == 404
    assert "South" not in north.test_client().get("/").text
    for app in (north, south):
        database_of(app).dispose()


@pytest.fixture
def both(demo_copy: Callable[[], URL]) -> Any:
    """One app with two shops, each on a database of its own."""
    app = Flask("two_clinics")
    app.config.update(TESTING=True, SECRET_KEY="k" * 32, SHOP_ENV="development")
    for name in ("north", "south"):
        url = demo_copy().render_as_string(hide_password=False)
        app.config.update(SHOP_NAME=f"{name.title()} Physio", SHOP_DATABASE_URL=url)
        Shop(name=name, staff=_somebody).init_app(app, url_prefix=f"/{name}")
    yield app
    for state in app.extensions["shop"].values():
        state.database.dispose()


def _somebody() -> Any:
    from shop.clock import now
    from shop.staff import Role, Staff

    return Staff("7", "Anna", {"*": Role.RECEPTION}, now())


def test_two_shops_in_one_app_have_their_own_names_addresses_and_rows(both: Flask) -> None:
    client = both.test_client()

    withdraw_the_ball(both, "south")

    assert client.get(f"/north{BALL}").status_code == 200
    assert client.get(f"/south{BALL}").status_code == 404
    for ours, theirs in (("north", "south"), ("south", "north")):
        for page in ("/", "/shop", "/guides", "/help", "/find/where", "/nowhere"):
            text = client.get(f"/{ours}{page}").text
            assert f"{ours.title()} Physio" in text
            assert theirs not in text.lower(), page
    with both.test_request_context():
        assert url_for("north.home") == "/north/"
        assert url_for("south.home") == "/south/"


def test_answers_given_to_one_shop_are_not_the_other_ones(both: Flask) -> None:
    client = both.test_client()
    page = client.get("/north/find/where").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    region = re.search(r'name="regions"[^>]*value="([^"]+)"', page)
    assert token
    assert region

    client.post("/north/find/where", data={"csrf_token": token[1], "regions": region[1]})

    assert client.get("/north/find/check").status_code == 200
    assert client.get("/south/find/check").headers["Location"] == "/south/find/where"


def test_a_device_that_stands_in_a_clinic_of_one_shop_is_asked_again_by_the_other(
    both: Flask,
) -> None:
    client = both.test_client()
    page = client.get("/north/staff/site").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token

    client.post("/north/staff/site", data={"csrf_token": token[1], "site": "ely"})

    assert client.get("/north/staff/till").status_code == 200
    assert client.get("/south/staff/till").headers["Location"] == "/south/staff/site"
