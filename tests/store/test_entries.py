"""The entries of a case, read back from what is stored, whole or with a text sealed."""

from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import Any

import pytest

from negotiation.core.enums import CLOCK
from negotiation.domain.departments import Directory
from negotiation.domain.entered import SEALED
from negotiation.domain.event_chain import EventRecord
from negotiation.domain.machine import lifecycle
from negotiation.domain.machine.entries import Entry, in_order
from negotiation.domain.machine.values import CaseState
from negotiation.store import audit, calendar_notices, entries, triggers
from negotiation.store.calendar_notices import Revision
from negotiation.store.codec import codec
from negotiation.store.schema.cases import Event
from tests.conftest import CHAOYANG, CIVIL, JUSTICE, POLICE, Story, at, day

ITEMS = ["姓名", "公民身份号码", "户籍地址"]


def told(story: Story) -> Story:
    """An application with three items to the police, passed on to justice, which agrees two of them."""
    story.submitted("2026-03-02", items="、".join(ITEMS), wished_for="2026年4月1日", copied=CHAOYANG)
    story.act("disclaim", "provider", "2026-03-03", reason="由市司法局掌握")
    story.act("assign", "office", "2026-03-04", provider=JUSTICE)
    answered = {"items": "、".join(ITEMS[:2]), "refused_items": ITEMS[2]}
    return story.act("agree_partly", "provider", "2026-03-05", reason="地址不宜共享", **answered)


def read(story: Story, directory: Directory | None = None) -> list[Entry]:
    file = story.file
    with story.database.read() as transaction:
        known = directory or story.context.directory
        return in_order(
            entries.history_of(transaction, file.case_id, file.procedure, known, file.context.rulebooks).entries
        )


def seal(story: Story, seq: int) -> None:
    """What was entered with an event is destroyed on an order."""
    param, case_id = story.database.param, story.record.id
    with story.database.write() as transaction:
        transaction.execute(
            f"UPDATE content SET body = NULL, salt = NULL, sealed_at = '2026-04-01 00:00:00.000000'"
            f" WHERE case_id = {param} AND seq = {param}",
            [case_id, seq],
        )


def test_every_entry_comes_back_as_it_was_entered(story: Story) -> None:
    submit, disclaim, assign, agree = read(told(story))
    unit = {name: story.context.directory.find(name).id for name in (CIVIL, POLICE, JUSTICE)}
    assert submit.fields["items"] == ITEMS
    assert submit.fields["wished_for"] == date(2026, 4, 1)
    assert submit.fields["copied"] == [CHAOYANG]
    assert submit.parties == {"applicant": unit[CIVIL], "provider": unit[POLICE]}, "those of the draft go with it"
    assert (disclaim.event, disclaim.role, disclaim.actor, disclaim.on) == (
        "disclaim",
        "provider",
        "测试",
        day("2026-03-03"),
    )
    assert disclaim.fields == {"reason": "由市司法局掌握"}
    assert (assign.fields, assign.parties) == ({"provider": JUSTICE}, {"provider": unit[JUSTICE]})
    assert agree.fields["items"] == ITEMS[:2]
    assert agree.recorded_at == at("2026-03-05")
    assert agree.recorded_at.tzinfo is UTC
    assert (agree.replayed, agree.after_seq, agree.calendar_revision) == (False, None, 0)


def test_deciding_the_entries_one_by_one_leads_to_the_case_that_is_stored(story: Story) -> None:
    file = told(story).file
    assert followed(file, read(story)) == file.case_state


def followed(file: Any, acts: list[Entry]) -> CaseState:
    case_state = CaseState(file.procedure.initial, 0, None, {}, (), acts[0].parties)
    for each in acts:
        if each.role != CLOCK:
            case_state = lifecycle.follow(file.procedure, case_state, each.act, file.calendar)[-1].after
    return case_state


def test_a_sealed_text_stops_no_derivation_and_the_data_stay(story: Story) -> None:
    file = told(story).file
    for seq in (1, 2, 4):
        seal(story, seq)
    submit, disclaim, _, agree = read(story)
    assert submit.fields["resource"] == SEALED
    assert submit.fields["wished_for"] == date(2026, 4, 1)
    assert disclaim.fields == {"reason": SEALED}
    names = submit.fields["items"]
    assert len(set(names)) == 3
    assert agree.fields["items"] == names[:2], "the same items, whatever they are called"
    derived = followed(file, read(story))
    assert derived._replace(items=()) == file.case_state._replace(items=())
    assert [each.answer for each in derived.items] == ["agreed", "agreed", "refused"]
    with story.database.read() as transaction:
        named = [(each["seq"], each["what"]) for each in audit.broken_links(transaction)]
    assert named == [(seq, "所填内容标为封存清除，案件却没有相应的办理记录") for seq in (1, 2, 4)], (
        "the chain itself holds"
    )


def test_a_department_bears_the_name_that_it_has_now(story: Story) -> None:
    told(story)
    units = story.context.directory.in_order()
    renamed = Directory([replace(unit, name=f"新{unit.name}") if unit.name == JUSTICE else unit for unit in units])
    assert read(story, renamed)[2].fields == {"provider": f"新{JUSTICE}"}
    assert story.entered(3) == {"provider": JUSTICE}, "the history says what was entered"


def test_the_clock_s_own_events_are_among_the_entries_and_nobody_entered_them(story: Story) -> None:
    story.submitted("2026-03-02").sweep("2026-03-20")
    lapse = read(story)[-1]
    assert (lapse.event, lapse.role, lapse.side, lapse.fields) == ("lapse", CLOCK, None, {})


def test_an_entry_knows_the_calendar_of_the_moment_at_which_it_was_recorded(story: Story) -> None:
    told(story)
    with story.database.write() as transaction:
        for number, when in ((1, at("2026-03-03")), (2, at("2026-03-04") + timedelta(seconds=1))):
            calendar_notices.add_revision(
                transaction, Revision(number, "更改", "周颖", when, 0, 0, 0), story.context.almanac.days
            )
    assert [each.calendar_revision for each in read(story)] == [0, 1, 1, 2]


def test_an_inserted_entry_stands_behind_the_one_that_it_names(story: Story) -> None:
    told(story)
    for seq, after in ((5, 2), (6, 5), (7, 2)):
        put(story, seq, after)
    assert [each.seq for each in read(story)] == [1, 2, 7, 5, 6, 3, 4]


def put(story: Story, seq: int, after: int) -> None:
    """A note that was entered late, straight into the table."""
    record = EventRecord(
        story.record.id, seq, "note", "测试", "office", "partly_agreed", "office", None, day("2026-03-03"),
        at("2026-03-06"), {}, side=0, after_seq=after,
    )  # fmt: skip
    table = codec(Event, story.database.dialect)
    params = ", ".join([story.database.param] * len(record))
    with story.database.write() as transaction:
        transaction.execute(f"INSERT INTO event ({table.listed}) VALUES ({params})", table.bind(record))


def test_the_entries_of_many_cases_come_at_once(story: Story) -> None:
    first = told(story).record.id
    second = story.submitted("2026-03-09").record.id
    rules = story.file.procedure
    with story.database.read() as transaction:
        context, wanted = story.context, {first: rules, second: rules, 999: rules}
        found = entries.histories_of(transaction, wanted, context.directory, context.rulebooks)
    assert {case_id: [each.event for each in history.entries] for case_id, history in found.items()} == {
        first: ["submit", "disclaim", "assign", "agree_partly"],
        second: ["submit"],
        999: [],
    }


@pytest.mark.parametrize("column", [name for name in EventRecord._fields if name != "case_id"])
def test_whatever_column_of_an_event_is_altered_is_found(column: str, story: Story) -> None:
    told(story)
    altered = {
        "seq": 9, "term": 7, "account_id": 3, "side": 3, "token": 3, "after_seq": 1, "batch": 2,
        "happened_on": day("2026-03-02"), "recorded_at": at("2026-03-05", "10:01"), "data": {"ids": {"items": [1, 3]}},
        "content_digest": b"x" * 32, "digest": b"x" * 32,
    }.get(column, "其他")  # fmt: skip
    table, param, case_id = codec(Event, story.database.dialect), story.database.param, story.record.id
    with story.database.write() as transaction:
        assert list(audit.broken_links(transaction)) == []
        with triggers.lifted(transaction):
            transaction.execute(
                f"UPDATE event SET {table.quoted_of[column]} = {param} WHERE case_id = {param} AND seq = 4",
                [table.bind_value(column, altered), case_id],
            )
        assert list(audit.broken_links(transaction))
