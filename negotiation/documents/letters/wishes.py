"""The wishes of a person for a draft."""

from datetime import date
from typing import NamedTuple


class Wishes(NamedTuple):
    """The wishes of a person for a draft: its number, its signer (上行文 only), the person at the organ
    addressed whom it is for, its date; what is empty stays blank, the date is today's.

    ``contact``: whom the reader may ask; ``proposal``: what the writer proposes (拟办意见). A 请示 demands both.
    """

    number: str = ""
    signer: str = ""
    attention: str = ""
    on: date | None = None
    contact: str = ""
    proposal: str = ""
