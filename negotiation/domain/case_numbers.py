"""Numbers of cases as people type them: in full width or small letters, without zeros, with blanks, or the tail alone.

What is stored is never changed: the engine's own numbers (GX2026-0029, of a matter GX2026-0100-1) and those that an
office brought in a ledger (京数协〔2026〕12号) stand as they were entered, and what is typed is compared with them.
"""

import re
import unicodedata
from functools import lru_cache

LONGEST = 40  # characters of what may be a number
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー", "-"))
_BRACKETS = (str.maketrans("()", "（）"), str.maketrans("()[]", "（）〔〕"), str.maketrans("()[]", "〔〕〔〕"))
_PARTS = re.compile(r"[0-9]+|[^\W\d_]")
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])\s+(?=[0-9])")
_OWN = re.compile(r"([A-Z]+)([0-9]{4})-*([0-9]+)(?:-+([0-9]+))?")
# Both databases read these: Python's expressions and PostgreSQL's have so much in common.
_GAP = r"[-‐‑‒–—―−－_./\s　·()（）\[\]［］〔〕【】]"
_NO_DIGIT_BEFORE = "(?:^|[^0-9])"
_END = "(?:号|-[0-9]{1,3})?$"  # 号 may be left out, and so may which provider of a matter is meant
AFTER = ("", "号", "-_", "-__", "-___")  # the same as LIKE has it


def folded(typed: str) -> str:
    """The typed text, in half width and with one kind of dash."""
    return unicodedata.normalize("NFKC", typed).translate(_DASHES).strip()


@lru_cache(maxsize=512)
def spellings(typed: str) -> tuple[str, ...]:
    """The stored forms of a number that was typed whole; nothing for what has no digit or is too long for a number.

    As it was typed, in capitals and in small letters, with the brackets of official papers, and with the zeros of the
    engine's own numbers: gx2026-29 is GX2026-0029.
    """
    if len(typed) > LONGEST or not re.search("[0-9]", folded(typed)):
        return ()
    plain = _without_blanks(typed)
    found = [typed.strip(), plain, plain.upper(), plain.lower(), _own(typed)]
    return tuple(dict.fromkeys(filter(None, [*found, *(plain.translate(signs) for signs in _BRACKETS)])))


def beginning(typed: str) -> str:
    """The beginning of a number that was typed so, with the zeros of the engine's own numbers if it is one of those."""
    return _own(typed) or folded(typed)


@lru_cache(maxsize=512)
def tail(typed: str) -> str:
    """The expression that the end of a number matches if it was typed so; "" for what can be no end of a number.

    Zeros before a number make no difference, nor do signs between its parts; 29 is not the end of 0129. What begins as
    the engine's own numbers do is no end.
    """
    parts = _numbered_parts(typed)
    if not parts or _own(typed):
        return ""
    expression = _NO_DIGIT_BEFORE if parts[0].isdigit() else ""
    for before, part in zip(("", *parts), parts, strict=False):
        both = before.isdigit() and part.isdigit()
        expression += (_GAP + ("+" if both else "*") if before else "") + _expression(part)
    return expression + _END


def _own(typed: str) -> str:
    """One of the engine's own numbers, as it spells them; "" for another."""
    match = _OWN.fullmatch(_without_blanks(typed).upper())
    if match is None:
        return ""
    prefix, year, number, part = match.groups()
    return f"{prefix}{year}-{int(number):04}" + (f"-{int(part)}" if part else "")


def _without_blanks(typed: str) -> str:
    return re.sub(r"\s+", "", _BETWEEN_DIGITS.sub("-", folded(typed)))


def last_digits(typed: str) -> str:
    """The digits without which no number ends as it was typed; "" where ``tail`` is."""
    parts = _numbered_parts(typed)
    return parts[-1] if parts else ""


def _numbered_parts(typed: str) -> list[str]:
    """The numbers (without zeros before them) and letters of what was typed, up to the last number."""
    parts = _PARTS.findall(folded(typed)) if len(typed) <= LONGEST else []
    if parts and parts[-1] == "号":
        parts.pop()
    parts = [part.lstrip("0") if part.isdigit() else part for part in parts]
    return parts if parts and all(parts) and parts[-1].isdigit() else []


def _expression(part: str) -> str:
    if part.isdigit():
        return f"0*{part}"
    return f"(?:{'|'.join(sorted({part, part.upper(), part.lower()}))})"


@lru_cache(maxsize=64)
def pattern_of(form: str) -> re.Pattern[str]:
    """A pattern for the numbers of a procedure (GX{year}-{seq:04}), with the groups ``year`` and ``seq``."""
    body = re.escape(form.format(year=987654321, seq=123456789))
    return re.compile(body.replace("987654321", r"(?P<year>\d{4})").replace("123456789", r"(?P<seq>\d+)") + "$")
