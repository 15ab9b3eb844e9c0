"""Somebody at a screen: what they press, and everything their browser complained about."""

from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Page, Request, expect

from tests.e2e.hands import focus_is_put

NOWHERE = "/nowhere"  # the one address that is meant to be missing
SCANNERS_SECOND_ENTER = 600  # milliseconds: the till ignores an Enter that comes sooner


@dataclass
class Visit:
    page: Page
    script: bool
    complaints: list[str] = field(default_factory=list)
    presses: int = 0

    def __post_init__(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._asked)

    def go(self, path: str) -> None:
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status < 400 or path == NOWHERE, path
        if self.script:
            focus_is_put(self.page)

    def press(self, name: str) -> None:
        """Press the button or follow the link of this name, whichever the page has."""
        button = self.page.get_by_role("button", name=name)
        pressed = button if button.count() else self.page.get_by_role("link", name=name)
        self.presses += 1
        with self.page.expect_navigation():
            pressed.first.click()
        if self.script:
            focus_is_put(self.page)

    def enter(self) -> None:
        """The Enter key, where it leads to another page."""
        if self.script:
            self.page.wait_for_timeout(SCANNERS_SECOND_ENTER)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        if self.script:
            focus_is_put(self.page)

    def choose(self, *names: str) -> None:
        for name in names:
            self.presses += 1
            self.page.get_by_label(name, exact=True).check()
        self.press("Continue")

    def answer(
        self, *, where: str, safety: str, spot: str = "", press: str = "", can: str = ""
    ) -> None:
        """Go through the finder from its first question; a place brings on its own pain."""
        self.go("/find")
        self.choose(where)
        self.choose(safety)
        if self.page.url.endswith("/find/spot"):
            self.choose(spot or where)
        if press:
            self.choose(press)
        if can:
            self.choose(can)

    def sign_in(self, role: str, clinic: str) -> None:
        self.go("/staff")
        self.page.get_by_label("Email address").fill(f"{role}@demo.example")
        self.page.get_by_label("Password").fill(f"{role}-demo-only")
        self.enter()
        self.choose(clinic)

    def scan(self, code: str) -> None:
        """What a scanner does: type into the focused field, and Enter."""
        self.page.get_by_label("Scan or type a product").fill(code)
        self.enter()
        self.ready_to_scan()

    def ready_to_scan(self) -> None:
        """The field takes the next code without a press on it."""
        expect(self.page.get_by_label("Scan or type a product")).to_be_focused()

    def says(self, *texts: str) -> None:
        shown = self.page.locator("body").inner_text()
        for text in texts:
            assert text.lower() in shown.lower(), f"{text!r} is not on {self.page.url}:\n{shown}"

    def fits(self) -> None:
        """Nothing makes the page scroll sideways."""
        box = self.page.locator("body").bounding_box()
        assert box is not None
        width = self.page.viewport_size["width"] if self.page.viewport_size else 0
        wide = [
            element
            for element in self.page.locator("main, header, footer").all()
            if (edges := element.bounding_box()) and edges["x"] + edges["width"] > width + 1
        ]
        assert not wide, self.page.url

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith("http://127.0.0.1:"):
            self.complaints.append(f"left the site for {request.url}")
