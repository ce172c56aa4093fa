"""Triggers that note, in the transaction of the change, whose texts are other than the index of the search has them.

Nobody who writes has to think of the index, and none of its rows is right by care. A migration drops them and makes
them again, as it does with those that let nobody change an event.
"""

from collections.abc import Iterator
from typing import NamedTuple

_OWN = "VALUES (NEW.case_id)"
_PARTY = 'SELECT id FROM "case" WHERE applicant_id = NEW.id OR provider_id = NEW.id'
_TIED = 'SELECT id FROM "case" WHERE resource_id = NEW.id'
_ON_ITS_LIST = "SELECT case_id FROM meeting_case WHERE meeting_id = NEW.id"
_FUNCTION = "search_is_due_of_"


class Watched(NamedTuple):
    """A table with texts, the cases that a new row of it concerns, and the columns in which a changed row matters."""

    table: str
    cases: str
    columns: tuple[str, ...]
    only_changed: bool = False


WATCHED = (
    Watched("content", _OWN, ("body",)),
    Watched("attachment", _OWN, ("name", "body")),
    Watched("file_text", _OWN, ("body",)),
    Watched("copied", _OWN, ("department_id",)),
    Watched("meeting_case", _OWN, ("agreed", "who", "off")),
    Watched("meeting", _ON_ITS_LIST, ("no", "minutes_no"), only_changed=True),
    Watched("department", _PARTY, ("name",), only_changed=True),
    Watched("resource", _TIED, ("name", "code"), only_changed=True),
    Watched(
        "case", "VALUES (NEW.id)", ("no", "subject", "applicant_id", "provider_id", "resource_id", "received_on")
    ),
)  # fmt: skip


def making(*, is_sqlite: bool) -> list[str]:
    """The statements that make them, in order."""
    return [statement for each in WATCHED for statement in (_sqlite(each) if is_sqlite else _postgres(each))]


def dropping(*, is_sqlite: bool) -> list[str]:
    """The statements that drop them, if they are there."""
    names = ((name, "" if is_sqlite else f' ON "{each.table}"') for each in WATCHED for name, _ in _events(each, ""))
    return [f"DROP TRIGGER IF EXISTS {name}{on}" for name, on in names]


def _events(each: Watched, differs: str) -> Iterator[tuple[str, str]]:
    """Name and event of the triggers of a table; ``differs``: the operator that also tells an empty value."""
    if not each.only_changed:
        yield f"search_after_insert_{each.table}", f'AFTER INSERT ON "{each.table}" FOR EACH ROW'
    changed = " OR ".join(f"OLD.{name} {differs} NEW.{name}" for name in each.columns)
    yield f"search_after_update_{each.table}", f'AFTER UPDATE ON "{each.table}" FOR EACH ROW WHEN ({changed})'


def _sqlite(each: Watched) -> Iterator[str]:
    for name, event in _events(each, "IS NOT"):
        yield f"CREATE TRIGGER {name} {event} BEGIN INSERT INTO search_due (case_id) {each.cases}; END"


def _postgres(each: Watched) -> Iterator[str]:
    function = f"{_FUNCTION}{each.table}"
    body = f"BEGIN INSERT INTO search_due (case_id) {each.cases}; RETURN NULL; END"
    yield f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
    for name, event in _events(each, "IS DISTINCT FROM"):
        yield f"CREATE TRIGGER {name} {event} EXECUTE FUNCTION {function}()"
