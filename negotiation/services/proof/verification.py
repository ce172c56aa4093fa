"""Verification of all that is on record: the chains, what follows from them, the files, and the seals over them."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from negotiation.core import log_chain
from negotiation.core.batches import batches
from negotiation.core.errors import NegotiationError
from negotiation.core.local_time import local_date
from negotiation.core.merkle import Tree
from negotiation.core.signed_notes import Checkpoint, opened
from negotiation.services.cases import acting, case_history
from negotiation.services.context import UnitOfWork
from negotiation.services.proof import sealing
from negotiation.store import administration, audit, case_reader, entries, proof, seal_comparison, seals
from negotiation.store.audit import BrokenLink, fault
from negotiation.store.columns import IDS_ASKED_AT_ONCE
from negotiation.store.proof import Part
from negotiation.store.registers import APART, REGISTERS, Register
from negotiation.store.seals import SealRecord
from negotiation.store.transaction import Transaction

_WHOLE = re.compile(r"(?:[^\n]+\n){3}\n— [^\n]+ [A-Za-z0-9+/=]+\n")  # of a seal's note: no more than one signature
_UNREADABLE = (NegotiationError, LookupError, TypeError, ValueError)  # what this program never wrote
Seen = Callable[[int], None]


class Findings(NamedTuple):
    """What was found. ``changed``: what differs from the last seal and may by right; ``gaps``: numbers without a case.

    ``sealed``: the leaves of the last seal; ``derived``: how many cases were derived from their entries.
    """

    events: int
    derived: int
    broken: list[BrokenLink]
    seals: int
    sealed: int
    changed: list[str]
    gaps: list[str]


def verify(
    work: UnitOfWork, verifiers: Sequence[str], anchor: Checkpoint | None, *, full: bool, seen: Seen = lambda _: None
) -> Findings:
    """All that does not prove itself.

    ``verifiers``: of the seals, none to leave their signatures unasked; ``anchor``: a seal that was kept elsewhere;
    ``full``: every case is derived from its entries and every file read, and not only what has come since the last
    seal, if the seals hold; ``seen``: is told how many more cases were derived.
    """
    transaction, kept = work.transaction, seals.all_seals(work.transaction)
    unsealed = list(_broken_seals(work, kept, verifiers, anchor))
    part = proof.EVERYTHING if full or unsealed or not kept else seal_comparison.unsealed_part()
    ids = proof.all_ids(transaction, part)
    wrong, changed = _of_registers(work, kept)
    broken = [
        *_of_rows(transaction, part),
        *_underived(work, ids, seen),
        *map(fault, _of_the_log(transaction, work.context.settings.home)),
        *unsealed,
        *(fault(f"{each}：与封印时不符，或已不在") for each in wrong),
    ]
    gaps = proof.gaps(transaction, {key: each.number_for for key, each in work.context.procedures.items()})
    size = kept[-1].size if kept else 0
    return Findings(audit.counts(transaction)["events"], len(ids), broken, len(kept), size, changed, gaps)


def _of_rows(transaction: Transaction, part: Part) -> Iterator[BrokenLink]:
    yield from _read("事件链", audit.broken_links(transaction))
    yield from _read("附件和文本", proof.faults(transaction, part))
    yield from _read("管理日志", administration.broken_links(transaction))


def _read(title: str, found: Iterator[BrokenLink]) -> Iterator[BrokenLink]:
    """What is found, until a row that cannot be read ends it, which is named too."""
    try:
        yield from found
    except _UNREADABLE as error:
        yield fault(f"{title}：有一条无法读取，其后的没有核验（{type(error).__name__} {error}）")


def _of_the_log(transaction: Transaction, home: Path) -> Iterator[str]:
    yield from log_chain.faults(home)
    lost = log_chain.lost(home, seals.log_heads(transaction))
    if lost is not None:
        yield f"日志的链：封印时的第{lost.lines}行不在，或与封印时不符，其后的日志不能核验"


def _of_registers(work: UnitOfWork, kept: Sequence[SealRecord]) -> tuple[list[str], list[str]]:
    wrong, changed = list[str](), list[str]()
    for register in REGISTERS:
        try:
            must_be, may_be = _against_seals(work, register, kept)
        except _UNREADABLE as error:
            must_be, may_be = [f"{register.title}（有一条无法读取：{type(error).__name__} {error}）"], []
        wrong += must_be
        changed += may_be
    return wrong, changed


def _against_seals(work: UnitOfWork, register: Register, kept: Sequence[SealRecord]) -> tuple[list[str], list[str]]:
    """What is not as it was sealed and must be, and what is changed or new and may be."""
    transaction = work.transaction
    altered = list(seal_comparison.altered(transaction, register))
    if not kept:
        return [_named(work, register, key) for key in altered], []
    again = seal_comparison.renewed(transaction, register, kept[-1].sealed_at)
    wrong, may_be = list[str](), list[str]()
    for key in altered:
        (wrong if register.fixed and key not in again else may_be).append(_named(work, register, key))
    if not register.busy:
        may_be += [
            f"{_named(work, register, key)}（封印后新增）" for key in seal_comparison.added(transaction, register)
        ]
    return wrong, may_be


def _named(work: UnitOfWork, register: Register, key: str) -> str:
    """A row as people know it: by its case's number or its department's name, where its key begins with one of them."""
    owner, _, rest = key.partition(APART)
    name = ""
    if register.begins_with == "case" and owner.isdigit():
        name = proof.number_of(work.transaction, int(owner))
    elif register.begins_with == "department" and owner.isdigit():
        name = work.context.directory.name(int(owner))
    return " ".join((register.title, name, rest)).rstrip() if name else f"{register.title} {key}"


def _underived(work: UnitOfWork, ids: Sequence[int], seen: Seen) -> Iterator[BrokenLink]:
    """Every difference between what is stored of a case and what follows from its entries."""
    for some in batches(ids, IDS_ASKED_AT_ONCE):
        try:
            found = _differences(work, some)
        except _UNREADABLE:  # one of them: each for itself, so that it is named
            found = [each for one in some for each in _differences_of_one(work, one)]
        yield from found
        seen(len(some))


def _differences(work: UnitOfWork, ids: Sequence[int]) -> list[BrokenLink]:
    transaction, context = work.transaction, work.context
    files = [acting.file_of(work, loaded) for loaded in case_reader.load_many(transaction, ids)]
    rules = {file.case_id: file.procedure for file in files}
    histories = entries.histories_of(transaction, rules, context.directory, context.rulebooks, None)
    found = ((file.no, case_history.compared(transaction, file, histories[file.case_id])) for file in files)
    return [fault(each, no) for no, said in found for each in said]


def _differences_of_one(work: UnitOfWork, case_id: int) -> list[BrokenLink]:
    try:
        return _differences(work, [case_id])
    except _UNREADABLE as error:
        said = error.what if isinstance(error, NegotiationError) else f"登记无法读取：{type(error).__name__} {error}"
        return [fault(said, proof.number_of(work.transaction, case_id))]


def _broken_seals(
    work: UnitOfWork, kept: Sequence[SealRecord], verifiers: Sequence[str], anchor: Checkpoint | None
) -> Iterator[BrokenLink]:
    transaction, heads = work.transaction, [Checkpoint(_called(each), each.size, each.root) for each in kept]
    if verifiers:
        filed, unlike = sealing.kept_heads(work.context.settings, list(verifiers))
        heads += filed
        yield from map(fault, unlike)
    elif kept:
        yield fault("没有封印的公钥（seals/seal.pub），签名没有核验：请从别处恢复，或用 --public 写明")
    if anchor is not None:
        heads.append(anchor._replace(origin="所给的封印文件"))
    yield from (fault(each) for each in _wrong_heads(transaction, heads))
    if seal_comparison.unsigned(transaction, kept[-1].size if kept else 0):
        yield fault("最后一次封印之后另有封印条目，没有签名")
    for n, each in enumerate(kept, 1):
        if each.n != n:
            yield fault(f"第{n}次封印不在")
        if verifiers and _is_forged(each, verifiers):
            yield fault(f"{_called(each)}的签名不符")
    yield from (fault(f"{_called(each)}的日期不符") for each in seal_comparison.misdated(transaction, kept))
    for no, seq in seal_comparison.cut_chains(transaction):
        yield BrokenLink(no=no, seq=seq, what=f"已封印的第{seq}个事件不在，或与封印时不符")


def _wrong_heads(transaction: Transaction, heads: Sequence[Checkpoint]) -> Iterator[str]:
    """Each head that is not that of the first so many leaves."""
    tree, ahead = Tree(), sorted(heads, key=lambda each: each.size)
    for leaf in chain((None,), seals.leaves(transaction)):
        if leaf is not None:
            tree.add(leaf.hashed)
        while ahead and ahead[0].size == tree.size:
            head = ahead.pop(0)
            if head.root != tree.root:
                yield f"{head.origin}：其前{head.size}条登记已被改动"
    yield from (f"{each.origin}：封印时有{each.size}条登记，现只有{tree.size}条" for each in ahead)


def _is_forged(record: SealRecord, verifiers: Sequence[str]) -> bool:
    try:
        found = opened(record.note, verifiers)
    except NegotiationError:
        return True
    return (found.size, found.root) != (record.size, record.root) or not _WHOLE.fullmatch(record.note)


def _called(record: SealRecord) -> str:
    return f"第{record.n}次封印（{local_date(record.sealed_at)}）"
