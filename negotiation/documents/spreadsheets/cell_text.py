"""The text of a cell: tidied, squeezed for comparison, or refused. Pure."""

import re
import unicodedata
from datetime import date, datetime
from typing import Any

from negotiation.core.texts import CELL, Kind, flaw, tidied
from negotiation.documents.spreadsheets.number_formats import Shown, Unclear

ERRORS = frozenset({
    "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!",
    "#UNKNOWN!", "#CONNECT!", "#BUSY!", "#EXTERNAL!", "#PYTHON!", "#GETTING_DATA",
})  # fmt: skip
_RETURN = re.compile(r"_x000[Dd]_")  # as spreadsheets write the carriage return of a line end


def clean(value: Any) -> str:
    """The text of a cell: tidied as every text from outside, no spaces around it, a whole number without ".0"."""
    if isinstance(value, Shown):
        value = value.value if value.text is None else value.text
    if value is None or isinstance(value, Unclear):
        return ""
    if isinstance(value, datetime) and (value.hour, value.minute, value.second) == (0, 0, 0):
        value = value.date()
    if isinstance(value, date) and not isinstance(value, datetime):
        value = value.isoformat()
    if isinstance(value, bool):
        value = str(value).upper()
    if isinstance(value, float):
        value = int(value) if value.is_integer() else f"{value:.15g}"
    return tidied(_RETURN.sub("\r", str(value))).strip()


def unusable(value: Any, kind: Kind = CELL) -> str:
    """The reason why the text of a cell cannot be kept, as a sentence; "" if it can."""
    wrong = flaw(clean(value), kind)
    return wrong.sentence if wrong else ""


def squeeze(value: Any) -> str:
    """A label or a number as it is compared: half-width, without any space."""
    return "".join(unicodedata.normalize("NFKC", clean(value)).split())
