"""What was entered only after a past day about the time until then, in words: late papers, corrections, strikes.

It is why a day looks otherwise as it is known now than as it was known then.
"""

from collections.abc import Sequence
from datetime import date

from calendars.dates import in_words
from negotiation.core.enums import STRIKE_ENTRY
from negotiation.core.labels import OUTSIDE
from negotiation.core.local_time import local_date
from negotiation.domain.entered import DAY, NOW, WAS
from negotiation.domain.rulebook import Procedure
from negotiation.domain.then import Then, end_of
from negotiation.services.context import UnitOfWork
from negotiation.store import case_reader, later_events
from negotiation.store.later_events import LaterEntry


def reasons(work: UnitOfWork, ids: Sequence[int], then: Then) -> dict[int, list[str]]:
    """The sentences of some cases by id, those of a case in the order in which they were entered; none without any."""
    since = then.known_before or end_of(then.day)
    later = later_events.entered_since(work.transaction, ids, since, then.day)
    rules = _rules(work, {each.case_id for each in later})
    found: dict[int, list[str]] = {}
    for each in later:
        if each.case_id in rules:
            found.setdefault(each.case_id, []).append(_sentence(rules[each.case_id], each))
    return found


def _rules(work: UnitOfWork, ids: set[int]) -> dict[int, Procedure]:
    """The procedure of each of these cases."""
    books, transaction = work.context.rulebooks, work.transaction
    records = [loaded.record for loaded in case_reader.load_many(transaction, sorted(ids))]
    return {each.id: books.of(transaction, each.rulebook, each.edition).procedures[each.procedure] for each in records}


def _sentence(rules: Procedure, entry: LaterEntry) -> str:
    """10月16日“答复：不同意共享”于11月5日更正为10月14日，事由：来文日期登记有误"""
    recorded = local_date(entry.recorded_at)
    if entry.target is None:
        return f"{_day(entry.on, recorded)}“{_title(rules, entry.event)}”于{_day(recorded, recorded)}登记"
    event, on = entry.target
    was = entry.fields.get(WAS, {})
    shown = date.fromisoformat(was[DAY]) if DAY in was else on
    said = f"{_day(shown, recorded)}“{_title(rules, event)}”于{_day(recorded, recorded)}{_done(rules, entry, recorded)}"
    reason = entry.fields.get("reason", "")
    return f"{said}，事由：{reason}" if reason else said


def _done(rules: Procedure, entry: LaterEntry, recorded: date) -> str:
    """撤销；更正为10月14日；更正（栏目）"""
    if entry.event == STRIKE_ENTRY:
        return "撤销"
    now = entry.fields.get(NOW, {})
    keys = dict.fromkeys([*entry.fields.get(WAS, {}), *now])
    titles = "、".join(rules.fields[key].title for key in keys if key in rules.fields)
    day = f"更正为{_day(date.fromisoformat(now[DAY]), recorded)}" if DAY in now else "更正"
    return f"{day}（{titles}）" if titles else day


def _title(rules: Procedure, event: str) -> str:
    return rules.events[event].title if event in rules.events else OUTSIDE.get(event, event)


def _day(day: date, beside: date) -> str:
    """The month and the day; with the year where it is another than that of the day of the entry."""
    return in_words(day) if day.year != beside.year else f"{day.month}月{day.day}日"
