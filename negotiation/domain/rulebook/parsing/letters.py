"""Reads the rows [[letters]] of a procedure."""

from collections.abc import Mapping

from negotiation.core.enums import LetterKind
from negotiation.core.labels import LETTER_KIND_TITLES
from negotiation.domain.rulebook.output_rules import LetterRule
from negotiation.domain.rulebook.reader import Reader


def read_letter(read: Reader, groups: Mapping[str, tuple[str, ...]]) -> LetterRule:
    """A row of [[letters]], groups of states resolved."""
    letter = LetterRule(
        template=read.text("template", needed=True),
        name=read.text("name", needed=True),
        kind=_letter_kind(read),
        title=read.text("title", needed=True),
        sender=read.text("from", needed=True),
        to=read.names("to"),
        basis=read.text("basis", needed=True),
        basis_by=read.text("basis_by"),
        states=tuple(state for name in read.names("states") for state in groups.get(name, (name,))),
        meetings=read.names("meetings"),
        needs=read.names("needs"),
        answered=read.flag("answered"),
        after_due=read.text("after_due"),
        asks=read.text("asks"),
    )
    read.finish()
    return letter


def _letter_kind(read: Reader) -> LetterKind:
    kind = read.text("kind", needed=True)
    if kind not in list(LetterKind):
        known = "、".join(f"{each.value}（{title}）" for each, title in LETTER_KIND_TITLES.items())
        read.fault("kind", f"没有文种“{kind}”，可用：{known}")
        return LetterKind.LETTER
    return LetterKind(kind)
