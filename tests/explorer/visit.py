"""A visit to the explorer in a browser: what people do there, in their words, and what must never happen."""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect, sync_playwright

CHROMIUM: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
"""Root may run it, and it asks for nothing by itself."""
PATIENCE_MS: Final = 20_000
"""For what the page has to do; it takes well under a second where nothing else runs."""
REFUSED: Final = "Failed to load resource: "
"""How the browser itself notes a question that was answered with an error, or not at all."""

expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Visit:
    """One page, as one person sees it."""

    page: Page
    url: str
    elsewhere: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("request", self._asked)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self.url}/", "data:")):
            self.elsewhere.append(request.url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(REFUSED):
            self.complaints.append(message.text)

    def another_window(self) -> "Visit":
        """Of the same browser, by the same person."""
        return Visit(self.page.context.new_page(), self.url, self.elsewhere, self.complaints)

    def open(self) -> None:
        """Go there and wait until one can work."""
        self.page.goto(self.url)
        self.ready()

    def ready(self) -> None:
        expect(self.editor.locator(".view-line").first).to_be_visible()
        expect(self.person).to_be_visible()

    @property
    def editor(self) -> Locator:
        return self.page.get_by_role("region", name="Operation Editor")

    @property
    def variables(self) -> Locator:
        return self.page.get_by_role("region", name="Variables").first

    @property
    def result(self) -> Locator:
        return self.page.get_by_role("region", name="Result Window")

    @property
    def status(self) -> Locator:
        """The line of what is going on."""
        return self.page.get_by_role("status")

    @property
    def person(self) -> Locator:
        return self.page.get_by_role("button", name="You are")

    @property
    def run_button(self) -> Locator:
        return self.page.get_by_role("button", name="Execute query")

    def run(self) -> None:
        self.run_button.click()

    def be(self, name: str) -> None:
        self.person.click()
        self.page.get_by_role("menuitem", name=name).click()
        expect(self.person).to_contain_text(name)

    def write(self, text: str) -> None:
        """Put ``text`` in the place of the operation; it must begin with a word, or the editor closes its brackets."""
        self.editor.locator(".view-line").first.click()
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.insert_text(text)

    def empty(self) -> None:
        """Take all out of the editor, so that what comes into it is seen to come."""
        self.editor.get_by_role("textbox").focus()
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.press("Delete")
        expect(self.editor.locator(".view-line")).to_have_count(1)

    def example(self, title: str) -> None:
        """Press an example and wait until it is in the editor."""
        panel = self.page.get_by_role("region", name="Examples")
        if not panel.is_visible():
            self.page.get_by_role("button", name="Show Examples").click()
        panel.get_by_role("button", name=title).click()

    def kept(self, storage: str, name: str) -> Any:
        """What the page has stored under a name, in ``localStorage`` or ``sessionStorage``; ``None`` for nothing."""
        text = self.page.evaluate("([storage, name]) => window[storage].getItem(name)", [storage, name])
        return None if text is None else json.loads(text)

    def until(self, happened: Callable[[], bool]) -> None:
        """Wait for what the page shows nowhere; its policy lets no condition be sent into it."""
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while not happened():
            assert time.monotonic() < deadline, f"it did not happen within {PATIENCE_MS} ms"
            self.page.wait_for_timeout(20)

    def keep(self, storage: str, name: str, value: Any) -> None:
        self.page.evaluate(
            "([storage, name, text]) => window[storage].setItem(name, text)", [storage, name, json.dumps(value)]
        )


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of this machine."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=CHROMIUM)
        yield opened
        opened.close()


@contextmanager
def visiting(browser: Browser, url: str, **context: Any) -> Iterator[Visit]:
    """A visit by somebody who was never here; it must not ask for anything that is elsewhere, nor complain."""
    opened = browser.new_context(**context)
    try:
        visit = Visit(opened.new_page(), url)
        yield visit
        assert visit.elsewhere == [], visit.elsewhere
        assert visit.complaints == [], visit.complaints
    finally:
        opened.close()
