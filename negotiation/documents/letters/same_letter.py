"""Reply to a letter that asked for several resources (来文事项): it gives what its author answered to each of them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from negotiation.core.local_time import local_date
from negotiation.documents.letters.case_facts import case_facts
from negotiation.documents.letters.model import CaseFacts, EnteredField
from negotiation.documents.letters.selection import Matter
from negotiation.services.cases import acting
from negotiation.services.context import UnitOfWork
from negotiation.store import relations
from negotiation.store.transaction import Transaction


def answered_beside(transaction: Transaction, matter: Matter, side: int, at: datetime) -> Iterator[CaseFacts]:
    """The other cases of the same letter between the same departments that are answered, in their order; none for a
    letter that gives no answer. ``side``: who writes."""
    file = matter.file
    if not matter.letter.answered or not file.case.matter:
        return
    for no in relations.numbered_below(transaction, file.case.matter):
        other = acting.take(UnitOfWork(transaction, file.context, at), no)
        if no != file.no and other.case_state.parties == file.case_state.parties:
            facts, _ = case_facts(transaction, other, side, local_date(at))
            if facts.answer is not None:
                yield facts


def with_answers(cases: Sequence[CaseFacts]) -> CaseFacts:
    """The first of these cases, whose answer says besides what was answered in the others."""
    first, *others = cases
    if first.answer is None or not others:
        return first
    said = tuple(EnteredField("matter", f"关于“{each.subject}”", _said(each)) for each in others)
    return replace(first, answer=replace(first.answer, said=(*first.answer.said, *said)))


def _said(case: CaseFacts) -> str:
    """The answer in one sentence: 同意共享。数据项：姓名（同意提供）、住址（未同意）。理由：…"""
    assert case.answer is not None, "only answered cases are asked"
    items = "、".join(f"{item.name}（{item.answer}）" for item in case.items)
    said = [f"{each.title}：{each.text}" for each in case.answer.said if each.key not in ("doc_no", "remark")]
    return "；".join([case.answer.opinion, *([f"数据项：{items}"] if items else []), *said])
