"""Browsers in which somebody signed in before: each holds a signed mark for each of its last accounts.

A mark opens nothing: it only sets its browser apart from strangers, who may have used up every try. It is signed with
the account's password hash, so every process knows it, nothing more is stored, and a new password ends it.
"""

import re
import secrets
from datetime import UTC, date, datetime, timedelta

from negotiation.services.accounts.signatures import is_signed, signature
from negotiation.store.accounts import AccountRow

LASTS = timedelta(days=180)
MOST = 4  # accounts of one browser that are remembered
BETWEEN = "~"
PURPOSE = "known browser"
_SIGNED = r"(?P<account>[0-9]{1,10})\.(?P<day>[0-9]{1,7})\.(?P<browser>[A-Za-z0-9_-]{16})"
_MARK = re.compile(rf"(?P<signed>{_SIGNED})\.(?P<mac>[0-9a-f]{{64}})")


def mark_of(row: AccountRow, at: datetime) -> str:
    """A new mark for the browser in which somebody just signed in to that account."""
    signed = f"{row.id}.{_day(at)}.{secrets.token_urlsafe(12)}"
    return f"{signed}.{signature(row, PURPOSE, signed)}"


def recognised(marks: str, row: AccountRow | None, at: datetime) -> str:
    """The browser's own text in the mark of that account; "" if none of the marks is one that holds."""
    for each in marks.split(BETWEEN)[:MOST] if row else ():
        found = _MARK.fullmatch(each)
        if row and found and int(found["account"]) == row.id and _holds(found, row, at):
            return found["browser"]
    return ""


def _holds(found: re.Match[str], row: AccountRow, at: datetime) -> bool:
    age = _day(at) - int(found["day"])
    return 0 <= age <= LASTS.days and is_signed(row, PURPOSE, found["signed"], found["mac"])


def with_mark(marks: str, mark: str) -> str:
    """The marks of a browser with a new one, the newest first; it takes the place of the account's former one."""
    account = mark.partition(".")[0]
    others = [each for each in marks.split(BETWEEN) if _MARK.fullmatch(each) and each.partition(".")[0] != account]
    return BETWEEN.join([mark, *others][:MOST])


def _day(at: datetime) -> int:
    """The day, in UTC, as a number."""
    return (at.astimezone(UTC).date() - date(1970, 1, 1)).days
