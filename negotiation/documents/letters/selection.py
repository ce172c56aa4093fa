"""Selects the letters of the rulebook that may be drafted now, and by whom."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from negotiation.core.enums import MeetingState
from negotiation.core.errors import InvalidTransition, NotFound
from negotiation.domain.departments import Department
from negotiation.domain.meetings import Meeting
from negotiation.domain.rulebook import OFFICE_BASIS, LetterRule, Procedure, basis_of
from negotiation.services.cases.case_file import CaseFile


class Matter(NamedTuple):
    """A case that a letter is about, and the letter as that case's own rulebook has it."""

    file: CaseFile
    letter: LetterRule


def letters_open(file: CaseFile, today: date, senders: Collection[str] | None = None) -> list[LetterRule]:
    """The letters of this case that may be drafted on a day, in the order of the rulebook.

    ``senders``: the roles of who asks (None: any). Those of a meeting are not among them.
    """
    return [
        letter
        for letter in file.procedure.letters
        if file.state in letter.states
        and (senders is None or letter.sender in senders)
        and _has_passed(file, letter, today)
        and _has_addressee(file, letter)
        and (not letter.owed or any(item.is_owed for item in file.case_state.items))
        and (not letter.decided or file.case.decided_on is not None)
    ]


def find_open(file: CaseFile, named: str, today: date, senders: Collection[str] | None = None) -> Matter:
    """One of them, by its template or its name.

    Raises NotFound for what the rulebook does not know, InvalidTransition for what cannot be drafted now.
    """
    where = f"案件 {file.no}"
    own = [each for each in file.procedure.letters if senders is None or each.sender in senders]
    known = [each for each in own if named in (each.template, each.name)]
    if not known:
        there = "、".join(dict.fromkeys(f"{each.template}（{each.name}）" for each in own))
        raise NotFound(f"这类案件没有公文“{named}”", where=where, todo=f"可用：{there or '无'}")
    found = [each for each in letters_open(file, today, senders) if each in known]
    if found:
        return Matter(file, found[0])
    if all(each.meetings for each in known):
        raise InvalidTransition(f"“{known[0].name}”依据会议起草", where=where, todo="请先登记会议，再从会议起草")
    state = file.procedure.states[file.state].title
    raise InvalidTransition(f"案件现为“{state}”，不能起草“{known[0].name}”", where=where, todo="请在相应环节起草")


def meeting_letters(file: CaseFile, meeting: Meeting) -> list[LetterRule]:
    """The letters of a meeting of this kind, as the rulebook of one of its cases has them."""
    return [
        letter
        for letter in file.procedure.letters
        if meeting.kind in letter.meetings
        and _has_addressee(file, letter)
        and (not letter.moved or bool(meeting.moves))
    ]


def letters_of_meeting(files: Iterable[CaseFile], meeting: Meeting) -> list[Matter]:
    """The letters that may be drafted from a meeting: each once, as the first case whose rulebook knows it has it."""
    if meeting.state is MeetingState.CANCELLED:
        return []
    found = [Matter(file, letter) for file in files for letter in meeting_letters(file, meeting)]
    return list({each.letter.template: each for each in reversed(found)}.values())


def find_of_meeting(files: list[CaseFile], meeting: Meeting, named: str) -> list[Matter]:
    """One of them, with each case whose rulebook knows it; the first case is the one that decides its form.

    Raises InvalidTransition for a meeting without cases, or without such a letter.
    """
    found = [Matter(file, letter) for file in files for letter in meeting_letters(file, meeting)]
    matters = [each for each in found if named in (each.letter.template, each.letter.name)]
    if not matters:
        names = "、".join(dict.fromkeys(each.letter.name for each in found))
        todo = f"现在可以起草：{names}" if names else "请先为会议登记案件，再起草"
        raise InvalidTransition(f"这次会议没有公文“{named}”", where=f"会议 {meeting.no}", todo=todo)
    return matters


def addressed(file: CaseFile, letter: LetterRule) -> list[Department]:
    """The parties of a case that a letter goes to: those of the levels that it is for."""
    by_id, parties = file.context.directory.by_id, file.case_state.parties
    units = [by_id[parties[role]] for role in letter.to if role in parties]
    return [unit for unit in units if not letter.to_levels or unit.level in letter.to_levels]


def _has_addressee(file: CaseFile, letter: LetterRule) -> bool:
    return not letter.to_levels or bool(addressed(file, letter))


def _has_passed(file: CaseFile, letter: LetterRule, today: date) -> bool:
    term = file.case_state.term(letter.after_due) if letter.after_due else None
    return term is None or term.due_on < today


def cited(matters: Sequence[Matter], field: Mapping[str, str] | None) -> str:
    """The articles with their documents, each once; nothing where the office itself rules.

    ``field``: what was entered or waits for the head, in words: a choice may have an article of its own.
    """
    bases = [(file, _article(file.procedure, letter, field or {})) for file, letter in matters]
    return "、".join(dict.fromkeys(file.rulebook.cited(basis) for file, basis in bases if basis != OFFICE_BASIS))


def _article(rules: Procedure, letter: LetterRule, field: Mapping[str, str]) -> str:
    said = field.get(letter.basis_by, "")
    choices = rules.fields[letter.basis_by].choices if said else {}
    chosen = next((key for key, title in choices.items() if title == said), "")
    return basis_of(letter, rules.fields, {letter.basis_by: chosen})
