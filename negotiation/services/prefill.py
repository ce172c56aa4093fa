"""A case in which a term was not kept, and what the office may prepare from it: a form, filled with what is registered.

Which case prepares which procedure is data of the rulebook ([[prepared]]). Nothing is written down by the system: the
form is a person's, who chooses the ground after asking for the reason, and nobody but the office sees it.
"""

from collections.abc import Iterator
from datetime import date

from calendars.dates import in_words
from negotiation.domain.rulebook import TERM_FACTS, Prepared, Procedure, Rulebook
from negotiation.domain.terms import Term
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.cases.case_record import was_late


def offered(book: Rulebook, file: CaseFile, today: date) -> Iterator[tuple[Procedure, Prepared]]:
    """The forms that may be prepared from a case on a day; ``book``: the rulebook of new cases."""
    for rules in book.procedures.values():
        for row in rules.prepared:
            if row.source == file.procedure.key and _late_terms(row, file, today):
                yield rules, row


def form_of(row: Prepared, file: CaseFile, today: date) -> dict[str, str]:
    """The fields that are filled in, as they would be typed."""
    facts = _case_facts(file, today)
    late = [_sentence(row, file, term, facts) for term in _late_terms(row, file, today)]
    sentences = [row.before.format_map(facts), *late, row.after.format_map(facts)]
    fields = {key: text.format_map(facts) for key, text in row.fields.items()}
    return fields | {row.facts: "\n".join(filter(None, sentences))}


def _late_terms(row: Prepared, file: CaseFile, today: date) -> list[Term]:
    """第四十三条 knows no lateness of who only follows by reference; while more time is asked for, nobody is late."""
    provider = file.context.directory.by_id[file.case.provider_id]
    if not provider.level.bound_by_terms or file.ending == "void":
        return []
    return [term for term in file.case_state.terms if term.kind in row.late and _is_late(file, term, today)]


def _is_late(file: CaseFile, term: Term, today: date) -> bool:
    suppressed = file.procedure.terms[term.kind].is_suppressed(file.case_state.flags)
    silent = term.runs and term.answered_on is None and term.due_on < today
    return (silent and not suppressed) or was_late(term)


def _sentence(row: Prepared, file: CaseFile, term: Term, facts: dict[str, str]) -> str:
    """The sentence on one late term: nothing is registered, it was answered after its end, or it came to an end."""
    rule = file.procedure.terms[term.kind]
    answerable = any(each.answers == term.kind for each in file.procedure.table.values())
    text = row.belated if term.answered_on else row.ended if term.ended_on and not answerable else row.silent
    known = {
        "term": rule.title,
        "due": in_words(term.due_on),
        "awaits": rule.awaits or ("答复" if rule.main else "办理情况"),  # as the mails say it
        "answered": in_words(term.answered_on) if term.answered_on else "",
        "ended": in_words(term.ended_on) if term.ended_on else "",
    }
    return text.format_map(facts | known)


def _case_facts(file: CaseFile, today: date) -> dict[str, str]:
    case, directory = file.case, file.context.directory
    return {
        "no": case.no,
        "subject": case.subject,
        "applicant": directory.name(case.applicant_id),
        "provider": directory.name(case.provider_id),
        "received": in_words(case.received_on) if case.received_on else "",
        "today": in_words(today),
        **dict.fromkeys(TERM_FACTS, ""),
    }
