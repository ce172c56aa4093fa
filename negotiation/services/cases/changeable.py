"""Entries that can be corrected or struck, and those that cannot: each is refused with a sentence."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from negotiation.core.enums import CLOCK, KEEPING, LAPSE, TAKE_OVER
from negotiation.core.errors import InvalidTransition, NotFound
from negotiation.core.labels import AMENDMENT_TITLES, OUTSIDE
from negotiation.domain.machine.amendments import History, handed_in
from negotiation.domain.machine.entries import Entry
from negotiation.services.cases.case_file import CaseFile


def demand_changeable(
    file: CaseFile, history: History, entries: Mapping[int, Entry], corrected: Sequence[int], struck: Sequence[int]
) -> None:
    """Demands that entries of these numbers can be corrected and struck; ``entries``: those that stand.

    Raises InvalidTransition or NotFound for the first that cannot be.
    """
    recorded = {each.seq: each for each in history.entries}
    _demand_once(corrected, struck)
    for seq in corrected:
        _demand_entry(file, recorded, entries, seq)
    for seq in struck:
        if seq in recorded and recorded[seq].event == LAPSE and recorded[seq].role == CLOCK:
            _demand_premature(file, recorded[seq])
        else:
            _demand_entry(file, recorded, entries, seq)
    first = handed_in(file.procedure, entries.values())
    if first is not None and first.seq in struck and set(struck) != set(entries):
        title = file.rules_of(first).events[first.event].title
        raise InvalidTransition(
            f"“{title}”不能单独撤销：其后的办理都以它为前提", todo="整件登记有误的，请办理“作废”，或一并撤销全部登记"
        )


def _demand_once(corrected: Sequence[int], struck: Sequence[int]) -> None:
    """Raises a sentence for an entry that is changed twice in one act: which of both holds would be a guess."""
    both = sorted(set(corrected) & set(struck))
    if both:
        raise InvalidTransition(f"第{both[0]}项既更正又撤销", todo="请只选一种")
    for asked, verb in ((corrected, "更正"), (struck, "撤销")):
        twice = sorted(seq for seq, times in Counter(asked).items() if times > 1)
        if twice:
            raise InvalidTransition(f"第{twice[0]}项{verb}了两次", todo="请每项只写一次")


def _demand_entry(file: CaseFile, recorded: Mapping[int, Entry], entries: Mapping[int, Entry], seq: int) -> None:
    """Raises a sentence for a number that is none of an entry that stands."""
    found, standing = recorded.get(seq), entries.get(seq)
    if standing is not None and standing.event in file.rules_of(standing).events:
        return
    if found is None:
        raise NotFound(f"本案没有第{seq}项登记", todo=f"请从办理过程中选择：{_listed(file, entries.values())}")
    if found.event == TAKE_OVER:
        raise InvalidTransition(
            f"第{seq}项是从划转前的案件接续来的，不能在本案更正或撤销",
            todo="接续的内容有误的，请将本案作废，在原案件中撤销划转的登记，更正后重新划转",
        )
    if found.event in KEEPING:
        raise InvalidTransition(
            f"第{seq}项是“{OUTSIDE[found.event]}”的登记，不能更正或撤销", todo="有误的，请另作办理记录说明"
        )
    if found.role == CLOCK or found.event in AMENDMENT_TITLES:
        raise InvalidTransition(
            f"第{seq}项是系统依规则得出的结果，不能更正或撤销", todo="请更正或撤销它所依据的登记，结果随之重算"
        )
    raise InvalidTransition(f"第{seq}项已经撤销", todo="撤销有误的，请重新登记该项")


def _listed(file: CaseFile, entries: Iterable[Entry]) -> str:
    titled = ((each, file.rules_of(each).events[each.event].title) for each in entries if each.law is None)
    return "、".join(f"{each.seq}（{title}，{each.on}）" for each, title in titled)


def _demand_premature(file: CaseFile, lapse: Entry) -> None:
    """Only what a wrong clock has written is taken back: the lapse of a term that has not passed yet."""
    if lapse.on < file.today:
        raise InvalidTransition(
            f"第{lapse.seq}项是系统依规则得出的结果：期限已于 {lapse.on} 届满，不能撤销",
            todo="届满前已办理的，请按来文日期补登；登记有误的，请更正或撤销它所依据的登记",
        )
