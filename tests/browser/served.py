"""A desk that is really served, and people who sit before it: they read words, press buttons and follow links."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect

SCREEN = ViewportSize(width=1366, height=768)
PHONE = ViewportSize(width=390, height=844)
SIGN_IN = """([login, password]) => { const form = document.querySelector("main form");
  form.elements.login.value = login; form.elements.password.value = password; form.submit(); }"""
T = TypeVar("T")
PATIENCE = 60_000  # milliseconds that a page may take on a busy machine before a test gives up


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The address of an application that runs on a free port of this machine."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", lifespan="on", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


class Seat:
    """One person before the desk. Nothing is found by its markup, only by what a person can see or hear of it."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context, self.address = context, address
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE)

    def sign_in(self, login: str, password: str) -> "Seat":
        """Signs in. By the form's own names: a browser of 2020 cannot look for labels as the other steps do."""
        self.go("/signin")
        with self.page.expect_navigation():
            self.page.evaluate(SIGN_IN, [login, password])
        return self

    def go(self, path: str) -> "Seat":
        self.page.goto(self.address + path)
        return self

    def fill(self, label: str, text: str) -> "Seat":
        self._field(label).fill(text)
        return self

    def choose(self, label: str, option: str, *, part: str = "") -> "Seat":
        """The option of a list that says so; ``part``: the heading of a part of the page, where labels stand twice."""
        field = self._field(label, part)
        field.wait_for()
        (said,) = [each for each in field.get_by_role("option").all_inner_texts() if option in each]
        field.select_option(label=said)
        return self

    def tick(self, label: str) -> "Seat":
        self._field(label).check()
        return self

    def press(self, name: str) -> "Seat":
        self.page.get_by_role("button", name=name).first.click()
        return self

    def follow(self, name: str) -> "Seat":
        """A link by its name; one that is folded away is unfolded first."""
        link = self.page.get_by_role("link", name=name, exact=True, include_hidden=True).first
        link.wait_for(state="attached")
        if not link.is_visible():
            self.page.locator("details", has=link).locator("summary").click()
        link.click()
        return self

    def act(self, title: str, **fields: str) -> "Seat":
        """The act of that title on the case that is open: its form filled in, reviewed and sent."""
        self.follow(title)
        for label, text in fields.items():
            self.fill(label, text)
        return self.tick("保密审查").press(title.partition("：")[2] if "部门：" in title else title)

    def reads(self, *words: str) -> "Seat":
        """What a person can read on the page, now or as soon as it is there."""
        for each in words:
            expect(self.page.get_by_role("main")).to_contain_text(each, timeout=PATIENCE)
        return self

    def does_not_read(self, *words: str) -> "Seat":
        for each in words:
            expect(self.page.get_by_role("main")).not_to_contain_text(each, timeout=PATIENCE)
        return self

    def offers(self) -> list[str]:
        """What the open case lets this person do."""
        return self.page.get_by_role("navigation", name="现在可以办理").get_by_role("link").all_inner_texts()

    def _field(self, label: str, part: str = "") -> Locator:
        place = self.page.get_by_role("region", name=part) if part else self.page.get_by_role("main")
        return place.get_by_label(label).first


@contextmanager
def seated(browser: Browser, address: str) -> Iterator[Seat]:
    """A browser in which nobody is signed in yet."""
    context = browser.new_context(viewport=SCREEN, locale="zh-CN", timezone_id="Asia/Shanghai")
    try:
        yield Seat(context, address)
    finally:
        context.close()


def aside(work: Callable[[], T]) -> T:
    """Does what needs a loop of its own on a thread of its own: on this one the browser's is running."""
    with ThreadPoolExecutor(1) as other:
        return other.submit(work).result()
