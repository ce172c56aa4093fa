"""The initials of a Chinese name, as people type them who look for it: smzj of 市民政局."""

from functools import lru_cache

KEPT = 4096  # names: those of a city's departments and their people


@lru_cache(maxsize=KEPT)
def initials(name: str) -> str:
    """The first letters of the syllables of a name, in lower case; letters and digits of it stay, other signs go.

    A sign that is read in several ways is read as in its word: 银行 is yh.
    """
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 (its tables take long to read; most commands need none)

    read = lazy_pinyin(name, style=Style.FIRST_LETTER)
    return "".join(sign for sign in "".join(read).lower() if sign.isascii() and sign.isalnum())


def are_initials(text: str) -> bool:
    """True for what may be a part of somebody's initials: two letters or more, and nothing else."""
    return len(text) > 1 and text.isascii() and text.isalpha()
