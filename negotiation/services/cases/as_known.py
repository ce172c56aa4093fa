"""A case as it was on a day: what had happened by then as is known now, or what had been recorded by then.

A case of which nothing happened, or was recorded, after that day stands as it is stored; any other is derived.
"""

from collections.abc import Iterator, Sequence

from negotiation.core.errors import NotFound
from negotiation.core.local_time import local_date
from negotiation.domain.machine.amendments import History, standing
from negotiation.domain.machine.clock_numbers import numbers_of
from negotiation.domain.machine.derivation import Calendars, derive, unlived
from negotiation.domain.then import Then
from negotiation.services.cases import acting
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.cases.case_history import calendars_of, law_at_first, restated
from negotiation.services.context import UnitOfWork
from negotiation.store import case_reader, entries
from negotiation.store.case_reader import Loaded


def take_then(work: UnitOfWork, no: str, then: Then) -> CaseFile:
    """A case as it was. Raises NotFound for one that did not exist yet."""
    loaded = case_reader.load(work.transaction, no=no)
    found = list(files_then(work, [loaded.record.id], then))
    if not found:
        raise NotFound(f"{then.day} 还没有编号为“{no}”的案件", todo="请核对日期")
    return found[0]


def files_then(work: UnitOfWork, ids: Sequence[int], then: Then) -> Iterator[CaseFile]:
    """These cases as they were, derived; those that did not exist yet are left out."""
    context = work.context
    files = [acting.file_of(work, loaded) for loaded in case_reader.load_many(work.transaction, ids)]
    rules = {file.case_id: file.procedure for file in files}
    histories = entries.histories_of(work.transaction, rules, context.directory, context.rulebooks)

    books = {file.rulebook.id: file.rulebook for file in files}
    calendars = {key: calendars_of(work.transaction, book) for key, book in books.items()}
    for file in files:
        found = _then(file, histories[file.case_id], then, calendars[file.rulebook.id])
        if found is not None:
            yield found


def _then(file: CaseFile, history: History, then: Then, calendars: Calendars) -> CaseFile | None:
    """A case as it was; None if nothing had happened, or was recorded, by then, and it was not opened either."""
    known = history if then.known_on is None else history.until(then.known_on)
    given = standing(file.procedure, known.entries, known.amendments)
    given = [each for each in given if then.as_of is None or each.on <= then.as_of]
    if not given and local_date(file.case.opened_at) > then.day:
        return None
    numbers = numbers_of(known.by_clock, file.version + 1)
    rules = law_at_first(file, history).procedure(file.procedure.key)
    blank = unlived(rules, given, file.case_state.parties)
    derived = derive(rules, blank, given, calendars, then.day, numbers=numbers)
    anew = restated(file, history, derived, given)
    state = derived.case_state._replace(version=file.version)
    law = next((each.law for each in reversed(given) if each.law is not None), law_at_first(file, history))
    then_file = CaseFile(file.context, law, Loaded(anew.record, ()), at=file.at)
    then_file.case_state = state
    return then_file
