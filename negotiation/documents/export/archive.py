"""The archive of a case: a ZIP without compression, every byte of which follows from what is known of the case.

Two archives of a case that has not changed are the same to the byte, so that one SHA-256 on paper speaks for it.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import NamedTuple
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from negotiation import template_folder
from negotiation.core import log
from negotiation.core.errors import NegotiationError
from negotiation.documents.export import members
from negotiation.documents.export.index import index_page
from negotiation.documents.export.sources import Sources, read_sources
from negotiation.domain.machine.derivation import Unfit
from negotiation.domain.people import Person
from negotiation.domain.sent_notice import SentNotice
from negotiation.services.cases.case_file import CaseFile
from negotiation.store import attachments
from negotiation.store.transaction import Transaction

MANIFEST, VERIFIER, INDEX = "manifest.json", "verify.py", "index.html"
GREATEST = 500_000_000  # bytes of files: what is put together in memory
EPOCH = (1980, 1, 1, 0, 0, 0)  # of every member: a ZIP can bear no earlier date, and this one says nothing
MODE = 0o100644 << 16

Members = dict[str, bytes]


class HandedOut(NamedTuple):
    """An archive that was handed out: under which name, its bytes, their SHA-256, and how many members it has."""

    name: str
    content: bytes
    sha256: str
    members: int


def hand_out(
    transaction: Transaction, file: CaseFile, person: Person | None, notices: Sequence[SentNotice]
) -> HandedOut:
    """The archive of a case for a person who may see it; None: whoever keeps the machine.

    Whoever hands a case out comes through here: this is where it is put on record who got what. ``notices``: those of
    the case, in words. Raises NegotiationError for a case that is not as its entries make it, and for one too large.
    """
    try:
        made = _members(transaction, read_sources(transaction, file, person, notices))
    except Unfit as unfit:
        raise _refused(file, unfit.what) from unfit
    content = _zipped(made)
    for fault in _verifier().archive_faults(content):
        raise _refused(file, fault)
    handed = HandedOut(f"{file.no}-案卷.zip", content, hashlib.sha256(content).hexdigest(), len(made))
    log.logger().info("case_exported", case=file.case_id, to=person and person.id, sha256=handed.sha256)
    return handed


def _refused(file: CaseFile, fault: str) -> NegotiationError:
    return NegotiationError(
        f"登记与办理记录不符，案卷不能导出：{fault}", where=f"案件 {file.no}",
        todo="请系统管理员核验办理记录后再导出", command="negotiation audit verify",
    )  # fmt: skip


def _members(transaction: Transaction, sources: Sources) -> Members:
    """Every member by its path: the page to read first, the manifest last."""
    verifier = template_folder("export") / VERIFIER
    made = {INDEX: b"", VERIFIER: verifier.read_bytes(), **_records(sources)}
    for number in sources.pages:
        made[f"calendar/{number}.json"] = members.object_text(members.page_row(transaction, sources, number))
    for book in sources.books:
        made[f"rulebooks/{book.name}.json"] = book.content.encode()
    made |= _files(transaction, sources)
    made[INDEX] = index_page(transaction, sources, hashlib.sha256(made[VERIFIER]).hexdigest()).encode()
    return {**made, MANIFEST: _manifest(sources.file.no, made)}


def _records(sources: Sources) -> Members:
    words = {notice_member(n): each.text.encode() for n, each in enumerate(sources.notices, 1) if each.text}
    notices = [
        members.notice_row(each, name if each.text else "", hashlib.sha256(each.text.encode()).hexdigest())
        for n, each in enumerate(sources.notices, 1)
        for name in [notice_member(n)]
    ]
    terms = [members.term_row(sources, term) for term in sources.file.case_state.terms]
    return {
        "case.json": members.object_text(members.case_row(sources)),
        "events.json": members.rows_text(map(members.event_row, sources.events)),
        "terms.json": members.rows_text(terms),
        "files.json": members.rows_text(map(members.file_row, sources.files)),
        "notices.json": members.rows_text(notices),
        **words,
    }


def notice_member(n: int) -> str:
    """The path of the words of the n-th notice."""
    return f"notices/{n:03}.txt"


def _files(transaction: Transaction, sources: Sources) -> Iterator[tuple[str, bytes]]:
    """The files by their paths; in the place of one that was sealed a statement that it was."""
    size = sum(each.row.size for each in sources.files)
    if size > GREATEST:
        raise NegotiationError(
            f"附件共 {size // 1_000_000} MB，超过案卷的上限 {GREATEST // 1_000_000} MB",
            where=f"案件 {sources.file.no}", todo="请逐个下载附件",
        )  # fmt: skip
    for each in sources.files:
        if each.row.sealed_at is not None:
            yield each.member, members.sealed_statement(each).encode()
        else:
            yield each.member, attachments.read(transaction, sources.file.case_id, each.row.n).body or b""


def _manifest(no: str, made: Mapping[str, bytes]) -> bytes:
    """The list of the members with their digests, and its own, written as the verifier reads it."""
    verifier = _verifier()
    rows = [
        {"name": name, "size": len(body), "sha256": hashlib.sha256(body).hexdigest()} for name, body in made.items()
    ]
    listed = {"format": verifier.FORMAT, "case": no, "members": rows}
    text: bytes = verifier.manifest_text({**listed, "digest": verifier.manifest_digest(listed)})
    return text


def _zipped(made: Mapping[str, bytes]) -> bytes:
    content = BytesIO()
    with ZipFile(content, "w", ZIP_STORED) as package:
        for name, body in made.items():
            info = ZipInfo(name, EPOCH)
            info.create_system, info.external_attr = 3, MODE
            package.writestr(info, body)
    return content.getvalue()


@lru_cache(maxsize=1)
def _verifier() -> ModuleType:
    """The program that goes out with each archive: what it would find wrong is found before."""
    path: Path = template_folder("export") / VERIFIER
    spec = spec_from_file_location("case_archive_verifier", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
