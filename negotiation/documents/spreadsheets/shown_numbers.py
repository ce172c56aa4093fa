"""Numbers as a format code shows them, digit by digit. Pure."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, getcontext

from negotiation.documents.spreadsheets.format_codes import Token, fill, literal_of, sections_of, text_section


def shown_number(number: float, code: str) -> str | None:
    text = text_section(code)
    sections = [each for each in sections_of(code) if each is not text or len(sections_of(code)) == 1]
    if any(_is_condition(token) for each in sections for token in each.tokens):
        return None  # which section is meant depends on a comparison that programs do not make alike
    which = 1 if number < 0 and len(sections) > 1 else 2 if number == 0 and len(sections) > 2 else 0
    if not sections[which].tokens:
        return "" if number == 0 else None  # zeros are often hidden; anything else that is hidden was meant to be kept
    shown = _figures(sections[which].tokens, abs(Decimal(repr(number))))
    negative = number < 0 and which == 0 and shown is not None and re.search("[1-9]", shown)
    return f"-{shown}" if negative else shown


def _is_condition(token: Token) -> bool:
    return token.kind == "bracket" and token.text[:1] in ("<", ">", "=")


def _figures(tokens: Sequence[Token], number: Decimal) -> str | None:
    """A number that is not negative by one section."""
    if not any(token.kind == "digit" for token in tokens):
        return fill(tokens, _plain(number))
    point = next((n for n, token in enumerate(tokens) if token.kind == "point"), len(tokens))
    whole, rest = tokens[:point], tokens[point:]
    places = [n for n, token in enumerate(whole) if token.kind == "digit"]
    commas = [n for n, token in enumerate(whole) if token.kind == "comma"]
    last = places[-1] if places else 0
    thousands = sum(n > last for n in commas)
    percents = sum(token.kind == "percent" for token in tokens)
    decimals = sum(token.kind == "digit" for token in rest)
    exact = number.scaleb(2 * percents - 3 * thousands)
    if exact.adjusted() + decimals >= getcontext().prec:
        return None  # more digits than anybody wrote
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    integer, _, fraction = f"{rounded:f}".partition(".")
    before = _integer([token for token in whole if token.kind != "comma"], integer.lstrip("0"), len(commas) > thousands)
    after = _fraction(rest, fraction)
    return None if before is None or after is None else before + after


def _plain(number: Decimal) -> str:
    return f"{number:f}".removesuffix(".0")


def _integer(tokens: Sequence[Token], digits: str, grouped: bool) -> str | None:
    """The digits from the right under their placeholders; those that are more stand before the first one."""
    places = [n for n, token in enumerate(tokens) if token.kind == "digit"]
    if not places:
        return None if digits else _joined([_piece(token) for token in tokens])
    blanks = {"0": "0", "#": "", "?": " "}
    under = [*([""] * (len(places) - len(digits))), *digits[max(0, len(digits) - len(places)) :]]
    first_zero = next((n for n, place in enumerate(places) if tokens[place].text == "0"), len(places))
    filled = ["0" if not digit and n > first_zero else digit or blanks[tokens[place].text]
              for n, (place, digit) in enumerate(zip(places, under, strict=True))]  # fmt: skip
    filled[0] = digits[: max(0, len(digits) - len(places))] + filled[0]
    if grouped:
        if places != list(range(places[0], places[-1] + 1)):
            return None
        filled = [f"{'':{len(filled) - 1}}", *filled]
        joined = re.sub(r"(?<=\d)(?=(\d{3})+$)", ",", "".join(filled).lstrip())
        filled = [joined, *[""] * (len(places) - 1)]
    shown = dict(zip(places, filled, strict=True))
    return _joined([shown[n] if n in shown else _piece(token) for n, token in enumerate(tokens)])


def _fraction(tokens: Sequence[Token], digits: str) -> str | None:
    """The decimal point and what follows; zeros at the end are shown under a 0 only."""
    pieces: list[str | None] = []
    left = iter(digits)
    places = [token.text for token in tokens if token.kind == "digit"]
    shown = len(digits)
    while shown and places[shown - 1] != "0" and digits[shown - 1] == "0":
        shown -= 1
    seen = 0
    for token in tokens:
        if token.kind == "digit":
            digit = next(left)
            seen += 1
            pieces.append(digit if seen <= shown else " " if token.text == "?" else "")
        else:
            pieces.append("." if token.kind == "point" and not seen else _piece(token))
    return _joined(pieces)


def _piece(token: Token) -> str | None:
    return "%" if token.kind == "percent" else literal_of(token)


def _joined(pieces: Sequence[str | None]) -> str | None:
    return None if None in pieces else "".join(piece for piece in pieces if piece)
