"""Two hands at the desk: a keyboard and a scanner, no mouse. Every press is counted."""

from playwright.sync_api import Page, expect

A_SCANNERS_PACE = 2  # milliseconds between its characters
A_PERSONS_PAUSE = 600  # milliseconds: the field ignores an Enter that comes sooner than 500
MOST_TABS = 40
PUT = """() => location.hash || !document.querySelector("[autofocus]")
    || document.activeElement !== document.body"""
FOCUSED = """() => {
    const at = document.activeElement;
    const label = at.getAttribute("aria-label") || at.innerText || at.labels?.[0]?.innerText;
    return (label || "").trim();
}"""


def focus_is_put(page: Page) -> None:
    """A page that says where its focus goes has put it there, without a press.

    Chromium does it a frame after the page is loaded: a test is faster than that, nobody else is.
    """
    page.wait_for_function(PUT)


class Hands:
    """`presses` counts keys and scans. A scan is one press: somebody pulls a trigger."""

    def __init__(self, page: Page) -> None:
        self.page, self.presses = page, 0

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        self.page.keyboard.type(text, delay=5)
        self.presses += len(text)

    def key(self, name: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(name)
        self.presses += times

    def enter(self) -> None:
        """The Enter key, where it leads to another page."""
        self.page.wait_for_timeout(A_PERSONS_PAUSE)
        with self.page.expect_navigation():
            self.key("Enter")
        focus_is_put(self.page)

    def tab_to(self, name: str, *, back: bool = False) -> None:
        """Press Tab until something of this name has the focus."""
        for _ in range(MOST_TABS):
            self.key("Shift+Tab" if back else "Tab")
            if self.page.evaluate(FOCUSED).startswith(name):
                return
        raise AssertionError(f"{MOST_TABS} presses of Tab do not reach {name!r} on {self.page.url}")

    def scan(self, code: str) -> None:
        """What a scanner does: it types into the focused field, and ends with Enter."""
        field = self.page.get_by_label("Scan or type a product")
        expect(field).to_be_focused()
        self.page.keyboard.type(code, delay=A_SCANNERS_PACE)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        expect(field).to_be_focused()  # ready for the next one without a press
        self.presses += 1

    def took(self) -> int:
        """The presses since this was asked last."""
        taken, self.presses = self.presses, 0
        return taken
