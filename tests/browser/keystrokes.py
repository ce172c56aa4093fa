"""The keystroke-level model (Card, Moran, Newell): the seconds of somebody who knows the way, on the real pages.

A key or a click of the mouse K 0.2, pointing P 1.1, a hand from one to the other H 0.4, thinking what is next M 1.35. A
Chinese character is two keys of an input method. Nothing here needs more of a browser than one of 2020 has.
"""

from contextlib import suppress
from dataclasses import dataclass, field

from playwright.sync_api import Error, Page

K, P, H, M = 0.2, 1.1, 0.4, 1.35
LOOKS = 200
FIND = """([words, kinds]) => {
  const says = each => each.textContent.trim().startsWith(words);
  return [...document.querySelectorAll(kinds)].find(each => says(each) || [...(each.labels || [])].some(says)); }"""
FIELDS = "main input:not([type=hidden]), main textarea, main select"


def strokes(text: str) -> int:
    """The keys that a text takes."""
    return sum(1 if sign.isascii() else 2 for sign in text)


@dataclass
class Hand:
    """Somebody's hand before a page: what was done, and how long it takes; ``steps``: what was pressed or followed."""

    page: Page
    seconds: float = 0
    steps: int = 0
    at_keys: bool = False
    done: list[str] = field(default_factory=list)

    def press(self, *keys: str) -> "Hand":
        """Keys that lead somewhere, after a thought; in a form it is the thought of what was just typed."""
        self._to_keys()
        self._spend(M + K * len(keys), "".join(keys))
        for key in keys:
            self.page.keyboard.press(key)
        self.steps += 1
        return self

    def click(self, words: str, kinds: str = "main a, main button, main summary, .menu a") -> "Hand":
        """A link or a button that says so, after a thought."""
        self._point(words, M)
        self.page.evaluate(f"asked => ({FIND})(asked).click()", [words, kinds])
        self.steps += 1
        return self

    def tick(self, words: str) -> "Hand":
        self._point(words, M)
        self.page.evaluate(f"asked => ({FIND})(asked).click()", [words, FIELDS])
        return self

    def choose(self, words: str, option: str) -> "Hand":
        """An option of a list: the list is opened, the option pointed at."""
        self._point(words, M)
        self._spend(P + K, option)
        script = f"""([words, kinds, option]) => {{ const list = ({FIND})([words, kinds]);
          list.value = [...list.options].find(each => each.textContent.includes(option)).value; }}"""
        self.page.evaluate(script, [words, FIELDS, option])
        return self

    def fill(self, words: str, text: str, keys: str = "") -> "Hand":
        """A field that is clicked and typed into; ``keys``: what is typed where the browser offers the rest of it."""
        self._point(words, M)
        self.page.evaluate(
            f"asked => {{ const box = ({FIND})(asked); box.focus(); if (box.select) box.select(); }}", [words, FIELDS]
        )
        return self._typed(text, keys)

    def then(self, text: str, *, tabs: int = 1) -> "Hand":
        """The next field, by the Tab key; a day is typed as its digits."""
        self._to_keys()
        self._spend(M + K * tabs, "Tab")
        for _ in range(tabs):
            self.page.keyboard.press("Tab")
        return self._typed(text)

    def typed(self, text: str) -> "Hand":
        """The field in which the page has put the cursor."""
        self._spend(M, "")
        return self._typed(text)

    def _typed(self, text: str, keys: str = "") -> "Hand":
        self._to_keys()
        self._spend(K * strokes(keys or text), text)
        if text.isdigit() or text == " ":
            self.page.keyboard.type(text)
        else:
            self.page.keyboard.insert_text(text)
        return self

    def drop(self, path: str) -> "Hand":
        """A file out of a folder beside the page, dragged onto its field."""
        self._point("文件", M)
        self._spend(P + 2 * K, path)
        self.page.set_input_files("main input[type=file]", path)
        return self

    def reads(self, words: str) -> "Hand":
        """Waits for words on the page; reading them takes none of the time that is counted."""
        shown = ""
        for _ in range(LOOKS):
            self.page.wait_for_timeout(50)
            with suppress(Error):  # the page is being left
                shown = self.page.evaluate("document.querySelector('main').innerText")
            if words in shown:
                return self
        raise AssertionError(f"“{words}” is not on {self.page.url}: {shown[:400]}")

    def _point(self, words: str, thought: float) -> None:
        away = H if self.at_keys else 0
        self.at_keys = False
        self._spend(away + thought + P + K, words)

    def _to_keys(self) -> None:
        if not self.at_keys:
            self._spend(H, "")
        self.at_keys = True

    def _spend(self, seconds: float, what: str) -> None:
        self.seconds += seconds
        self.done.append(what)
