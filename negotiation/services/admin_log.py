"""The administration's log as it is asked for: by kind, person, period and words; page, command and sheet alike."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from negotiation.core.enums import AdminKind
from negotiation.core.errors import FieldError
from negotiation.core.labels import ADMIN_KIND_TITLES
from negotiation.core.local_time import at_local
from negotiation.core.texts import searched
from negotiation.domain import forms
from negotiation.store.administration import Wanted

FILTERS = ("kind", "person", "text", "since", "until")


def read_wanted(asked: Mapping[str, str]) -> Wanted:
    """The entries that are asked for: of a kind, by or on a person, with words, from a day to a day, both included.

    Raises FieldError for a kind that there is not, or for what is no day.
    """
    since, until = _day(asked, "since"), _day(asked, "until")
    return Wanted(
        kind=_kind(asked.get("kind", "")),
        text=searched(asked.get("text", "")),
        person=searched(asked.get("person", "")),
        since=_midnight(since) if since else None,
        before=_midnight(until + timedelta(days=1)) if until else None,
    )


def _kind(text: str) -> AdminKind | None:
    named = {title: kind for kind, title in ADMIN_KIND_TITLES.items()} | {kind.value: kind for kind in AdminKind}
    if text and text not in named:
        raise FieldError(f"没有“{text}”这一类", field="kind", todo=f"可选：{'、'.join(ADMIN_KIND_TITLES.values())}")
    return named.get(text)


def _day(asked: Mapping[str, str], key: str) -> date | None:
    try:
        return forms.read_date(asked.get(key, ""))
    except ValueError as error:
        raise FieldError(str(error), field=key, todo="日期写成 2026-09-18") from None


def _midnight(day: date) -> datetime:
    return at_local(day, time(0))
