"""What holds in every row of every procedure of every rulebook, of other places too: it is reached, taken, and leaves
order behind.

The acts are found by ``walking``; days are Monday to Friday, counted here by a plain loop.
"""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any

import pytest

from negotiation.core.enums import ANNUL, BANNED_WORDS, CLOCK, LAPSE, REMIND
from negotiation.core.errors import FieldError, WrongRole
from negotiation.domain import lengths
from negotiation.domain.items import Item
from negotiation.domain.machine import lifecycle
from negotiation.domain.rulebook import (
    BACK,
    END,
    ITEMS,
    STAY,
    Procedure,
    Rulebook,
    Transition,
)
from negotiation.domain.rulebook.diagram import length
from negotiation.domain.terms import Term
from tests.acceptance.paths import ONE_DAY, WEEKDAYS, Taken, walk
from tests.acceptance.plain_items import DONE, UNDISPUTED, state_by_items, terms_hold
from tests.foreign import every_rulebook

LAW: dict[str, tuple[Rulebook, Procedure]] = {
    f"{book.id}/{rules.key}": (book, rules) for book in every_rulebook() for rules in book.procedures.values()
}
DOCUMENTS = (
    "《云州市公共数据共享管理规定》（云州市人民政府令第12号）第",
    "《海陵县政务信息共享实施细则》（海政发〔2026〕3号）第",
    "《清河区数据归集共享办法》（清政规〔2026〕1号）第",
    "《北京市政务信息资源管理办法（试行）》（京政发〔2017〕37号）第",
    "《政务数据共享条例》（国务院令第809号）第",
)
each_procedure = pytest.mark.parametrize("name", LAW)


@lru_cache
def taken(name: str) -> dict[tuple[str, str], Taken]:
    return walk(LAW[name][1])


def by_hand(name: str) -> Iterator[tuple[tuple[str, str], Taken]]:
    """The rows that a person takes, each with the standing in which it was taken."""
    for key, each in taken(name).items():
        if each.step is each.steps[-1] and each.act.role != CLOCK:
            yield key, each


def plain_due(start: date, length: int) -> date:
    """By a plain loop: working days one by one; days and months by the date, a weekend after it passed over."""
    days = lengths.number_of(length)
    if days and lengths.unit_of(length) is lengths.Unit.WORKING_DAYS:
        while days:
            start += ONE_DAY
            days -= start.weekday() < 5
        return start
    if lengths.unit_of(length) is lengths.Unit.MONTHS:
        months = start.year * 12 + start.month - 1 + days
        start = start.replace(year=months // 12, month=months % 12 + 1, day=min(start.day, 28))
    else:
        start += days * ONE_DAY
    while start.weekday() > 4:
        start += ONE_DAY
    return start


# ------------------------------------------------------------------------------------------------------- reached


@each_procedure
def test_every_row_is_reached_and_taken(name: str) -> None:
    rules = LAW[name][1]
    nothing = {*reminders_of_nothing(name), *annulments_of_nothing(name)}
    assert {key for key in rules.table if key not in taken(name)} == nothing


def reminders_of_nothing(name: str) -> Iterator[tuple[str, str]]:
    """The checker lets the clock remind in every state; in these, all terms that can run have no reminder."""
    rules = LAW[name][1]
    for (state, event), row in rules.table.items():
        if event == REMIND and row.by == (CLOCK,):
            case_states = [each.before for each in taken(name).values() if each.before.state == state]
            assert case_states, state
            ladders = [rules.terms[term.kind].reminders for each in case_states for term in each.terms if term.runs]
            if not any(ladders):
                yield state, event


def annulments_of_nothing(name: str) -> Iterator[tuple[str, str]]:
    """A silence that ends a case leaves its state at once: nothing stays there of which the lapse was wrong."""
    rules = LAW[name][1]
    for state, event in rules.table:
        term = rules.terms.get(rules.states[state].term)
        if event == ANNUL and term is not None and term.on_lapse == END:
            yield state, event


@each_procedure
def test_a_row_leads_where_it_says(name: str) -> None:
    rules = LAW[name][1]
    for (state, event), each in by_hand(name):
        row, after = rules.table[state, event], each.step.after
        before = each.steps[-2].after if len(each.steps) > 1 else each.before
        chosen = row.targets.get(str(each.act.fields.get(row.target_field)))
        current = str(before.back_state) if row.goes_back else state
        places = {STAY: state, BACK: str(before.back_state), ITEMS: state_by_items(rules, after.items, current)}
        assert after.state == (places.get(row.target, row.target) if chosen is None else chosen), (state, event)
        assert after.version == before.version + 1
        own = rules.fields[row.basis_by].bases if row.basis_by else {}
        assert each.step.basis == own.get(str(after.flags.get(row.basis_by)), row.basis)


# --------------------------------------------------------------------------------------------------------- items


@each_procedure
def test_a_row_does_to_the_items_that_it_names_what_it_says_and_nothing_to_the_others(name: str) -> None:
    rules = LAW[name][1]
    for (state, event), each in by_hand(name):
        row = rules.table[state, event]
        before = each.steps[-2].after if len(each.steps) > 1 else each.before
        done = dict(done_to(row, each, {item.n: item for item in before.items}))
        held = {item.n: item for item in before.items}
        for item in each.step.after.items:
            if item.n in done:
                assert (item.answer, item.stage) == done[item.n], (state, event)
            else:
                assert item._replace(term_n=None) == held[item.n]._replace(term_n=None), (state, event)
        assert {item.n for item in each.step.items} >= done.keys() - {n for n in done if held.get(n) in before.items}


def done_to(row: Transition, each: Taken, held: dict[int, Item]) -> Iterator[tuple[int, tuple[str, str]]]:
    """Each item that an act named, or that it changed without naming, with the answer and the stage that it says."""
    effect, fields = row.items, each.act.fields
    if effect is None:
        return
    verbs = {name: verb for verb, key in effect.verbs.items() if key for name in fields.get(key) or ()}
    chosen = effect.chosen.get(fields.get(effect.by) or "", "") if effect.by else ""
    for item in each.step.after.items:
        was = held.get(item.n)
        if item.name not in verbs and was == item._replace(term_n=was.term_n if was else None):
            continue
        possible = [verbs[item.name]] if item.name in verbs else [chosen] if chosen else list(effect.verbs)
        outcomes = [outcome(verb, was or item) for verb in possible]
        yield item.n, (item.answer, item.stage) if (item.answer, item.stage) in outcomes else outcomes[0]


def outcome(verb: str, was: Item) -> tuple[str, str]:
    """The answer and the stage of an item after what is done to it."""
    answer, stage = DONE[verb]
    if verb == "restore" or (verb == "object" and was.stage == "disputed"):
        stage = UNDISPUTED.get(was.answer, "settled")
    return answer or was.answer, stage or was.stage


# ------------------------------------------------------------------------------------------------------- refused


@each_procedure
def test_a_row_is_for_the_roles_that_it_names_and_for_no_other(name: str) -> None:
    book, rules = LAW[name]
    for key, each in by_hand(name):
        for role in {*book.roles, CLOCK, "nobody"} - set(rules.table[key].by):
            with pytest.raises(WrongRole):
                lifecycle.follow(rules, each.before, each.act._replace(role=role), WEEKDAYS)


@each_procedure
def test_what_a_form_requires_is_missed_when_it_is_missing(name: str) -> None:
    rules = LAW[name][1]
    for key, each in by_hand(name):
        for field in rules.table[key].event.required:
            without = {known: value for known, value in each.act.fields.items() if known != field}
            with pytest.raises(FieldError) as caught:
                lifecycle.follow(rules, each.before, each.act._replace(fields=without), WEEKDAYS)
            assert caught.value.field == field


# --------------------------------------------------------------------------------------------------------- terms


@each_procedure
def test_terms_are_in_order_after_every_row(name: str) -> None:
    rules = LAW[name][1]
    for key, each in taken(name).items():
        after = each.step.after
        running = [term.kind for term in after.terms if term.ended_on is None]
        alone = [kind for kind in running if not rules.terms[kind].supplies]
        assert len(alone) == len(set(alone)), key
        if rules.item_rules is not None and not rules.states[after.state].ending:
            terms_hold(after.state, after.items, after.terms)
        assert not (rules.states[after.state].ending and running), f"{key}: what has ended keeps a clock"
        for term in after.terms:
            assert not (term.answered_on and term.ended_on is None), f"{key}: {term.kind} runs on after its answer"


@each_procedure
def test_the_term_of_a_state_runs_in_it(name: str) -> None:
    rules = LAW[name][1]
    for key, each in taken(name).items():
        state = rules.states[each.step.after.state]
        if state.term:
            assert any(term.kind == state.term and term.runs for term in each.step.after.terms), key


def awaited_since(each: Taken) -> date:
    """A receipt runs from the latest supply, and from no day on which the case still had another act before it."""
    supplied = (item.supplied_on for item in each.steps[-1].after.items)
    return max(day for day in (each.act.on, each.before.last_on, *supplied) if day)


@each_procedure
def test_a_term_ends_on_the_working_day_that_the_rulebook_says(name: str) -> None:
    rules = LAW[name][1]
    begun = 0
    for each in taken(name).values():
        known = {term.n for term in each.before.terms}
        for term in each.steps[-1].after.terms:
            if term.n not in known and term.days is not None:
                begun += 1
                own = rules.terms[term.kind]
                flags = {**each.before.flags, **each.act.fields}
                assert term.days == own.days_by[1].get(flags.get(own.days_by[0], ""), own.days)
                started = awaited_since(each) if term.kind == "receipt" else each.steps[-1].on
                due = plain_due(started, term.days)
                if own.cap:
                    due = min((due, *(other.due_on for other in each.before.terms if other.kind == own.cap)))
                assert (term.started_on, term.due_on) == (started, due), term.kind
    assert begun or not any(rule.days is not None for rule in rules.terms.values())


@each_procedure
def test_a_lapse_is_dated_by_law_moves_nothing_and_gives_the_office_a_task_unless_it_ends_the_case(name: str) -> None:
    rules = LAW[name][1]
    lapses = [each for (_, event), each in taken(name).items() if event == LAPSE]
    assert lapses
    for each in lapses:
        term = each.step.lapsed
        assert term is not None
        assert each.step.on == term.due_on
        assert each.step.after.state == each.before.state
        assert bool(rules.terms[term.kind].lapse_task) == (rules.terms[term.kind].on_lapse != END)


@each_procedure
def test_what_was_done_in_time_and_entered_late_undoes_the_lapse(name: str) -> None:
    annulled = [each for (_, event), each in taken(name).items() if event == ANNUL]
    assert annulled
    for each in annulled:
        term = each.step.annulled
        assert isinstance(term, Term)
        assert term.lapsed_on is not None
        assert each.act.on <= term.lapsed_on
        assert all(later.lapsed_on is None for later in each.step.after.terms if later.n == term.n)


# --------------------------------------------------------------------------------------------------------- words


@each_procedure
def test_every_row_cites_its_document_or_says_that_the_office_rules(name: str) -> None:
    book, rules = LAW[name]
    bases = {row.basis for row in rules.table.values()} | {rules.basis}
    bases |= {state.basis for state in rules.states.values()} | {term.basis for term in rules.terms.values()}
    assert {book.cited(basis) for basis in bases if basis == "office"} == {"本办公室规定"}
    for basis in bases - {"office"}:
        assert book.cited(basis).startswith(DOCUMENTS), basis


@each_procedure
def test_what_goes_into_mails_has_none_of_the_words_that_only_people_may_say(name: str) -> None:
    rules = LAW[name][1]
    titles = [rules.title, *(event.title for event in rules.events.values())]
    titles += [state.title for state in rules.states.values()]
    titles += [text for term in rules.terms.values() for text in (term.title, term.awaits, term.start)]
    assert [title for title in titles for word in BANNED_WORDS if word in title] == []


@each_procedure
def test_a_lapse_is_told_at_most_to_the_parties(name: str) -> None:
    rules = LAW[name][1]
    told = {told.to for term in rules.terms.values() for told in term.lapse_notices}
    assert told <= set(rules.department_roles)


def test_the_walk_itself_can_fail() -> None:
    """A row that no way leads to is found, and so is a term that its answer does not end."""
    book, rules = LAW["beijing-2025/sharing"]
    rows = {key: row for key, row in rules.table.items() if key != ("coordination_failed", "report_up")}
    cut = Procedure(**{**vars_of(rules), "table": rows})
    assert ("in_deliberation", "decide") not in walk(cut)
    assert ("in_deliberation", "deliberate") in rows.keys() - walk(cut).keys()
    assert book.id == "beijing-2025"


def vars_of(rules: Procedure) -> dict[str, Any]:
    return {name: getattr(rules, name) for name in Procedure.__dataclass_fields__}


@pytest.mark.parametrize(
    ("name", "term", "words"),
    [
        ("beijing-2025/sharing", "reply", "无条件共享1，其他10"),
        ("beijing-2025/sharing", "supply", "20，或约定提供日期"),
        ("beijing-2017/rectification", "rectification", "至整改完成日期"),
        ("beijing-2017/annual-summary", "summary", "至11月30日"),
        ("beijing-2017/catalogue-update", "update", "15"),
    ],
)
def test_the_length_of_a_term_is_said_as_people_say_it(name: str, term: str, words: str) -> None:
    rules = LAW[name][1]
    assert length(rules, rules.terms[term]) == words
