"""Reads what ties a procedure to the catalogue of resources and to other procedures."""

from negotiation.domain.rulebook.reader import Reader
from negotiation.domain.rulebook.relations import Advice, Contradiction, Prepared, Tie


def read_tie(read: Reader) -> Tie | None:
    """The table [resource] of a procedure."""
    if "resource" not in read.rest:
        return None
    part = Reader(read.faults, read.name, read.table("resource"), "resource.")
    tie = Tie(
        field=part.text("field", needed=True),
        class_field=part.text("class_field"),
        advise={key: _advice(each) for key, each in part.sections("advise").items()},
        contradictions=tuple(_contradiction(each) for each in part.rows("contradictions")),
    )
    part.finish()
    return tie


def _advice(read: Reader) -> Advice:
    texts = [read.text(key, needed=True) for key in ("says", "field", "basis")]
    read.finish()
    return Advice(*texts)


def _contradiction(read: Reader) -> Contradiction:
    row = Contradiction(
        events=read.names("events"),
        classes=read.names("classes"),
        says=read.text("says", needed=True),
        basis=read.text("basis", needed=True),
        when=read.table("when"),
        mentions=_texts(read, "mentions"),
        without=read.names("without"),
        catalogued=read.flag("catalogued"),
    )
    read.finish()
    return row


def read_prepared(read: Reader) -> tuple[Prepared, ...]:
    """The rows [[prepared]] of a procedure."""
    return tuple(_prepared(part) for part in read.rows("prepared"))


def _prepared(read: Reader) -> Prepared:
    row = Prepared(
        source=read.text("from", needed=True),
        late=read.names("late"),
        fields=_texts(read, "fields"),
        facts=read.text("facts", needed=True),
        before=read.text("before"),
        silent=read.text("silent", needed=True),
        belated=read.text("belated", needed=True),
        ended=read.text("ended", needed=True),
        after=read.text("after"),
        basis=read.text("basis", needed=True),
    )
    read.finish()
    return row


def _texts(read: Reader, key: str) -> dict[str, str]:
    table = read.table(key)
    if not all(isinstance(text, str) for text in table.values()):
        read.fault(key, "应为字段和文字的表")
        return {}
    return table
