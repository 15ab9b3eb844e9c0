"""Reading the public's pages."""

from html import unescape

from flask.testing import FlaskClient

from catalog import library

LIBRARY = library.load()
SLUGS = [item.slug for item in LIBRARY.demo_range]
GUIDES = [f"/guides/{guide.slug}" for guide in LIBRARY.guides.values()]


def read(client: FlaskClient, url: str, status: int = 200) -> str:
    """The page as its reader sees it, which has to answer with this status."""
    page = client.get(url)
    assert page.status_code == status, page.text
    return unescape(page.text)
