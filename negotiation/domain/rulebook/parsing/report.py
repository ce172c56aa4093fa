"""Reads what a file says of the annual report: the table [report], of a procedure and of the rulebook itself."""

from negotiation.domain.rulebook.output_rules import Balance, OutcomeRule, PaperRule, ReportRule
from negotiation.domain.rulebook.reader import Reader


def read_report(read: Reader) -> ReportRule:
    """The section ``[report]`` of a procedure file; the default of each key where there is none."""
    plain = ReportRule()
    part = Reader(read.faults, read.name, read.table("report"), "report.")
    counts = Reader(read.faults, read.name, part.table("counts"), "report.counts.")
    rule = ReportRule(
        rate=part.text("rate") or plain.rate,
        rate_title=part.text("rate_title") or plain.rate_title,
        table=part.text("table"),
        section=part.text("section"),
        supply=part.names("supply"),
        outcomes=tuple(_outcome(row) for row in part.rows("outcomes")),
        counts={key: counts.names(key) for key in list(counts.rest)},
        refusal_class=part.text("refusal_class"),
        refusal_reason=part.text("refusal_reason"),
        balances=tuple(_balance(row) for row in part.rows("balances")),
    )
    part.finish()
    return rule


def _balance(read: Reader) -> Balance:
    rule = Balance(read.text("says", needed=True), read.names("of"), read.names("equals"))
    read.finish()
    return rule


def _outcome(read: Reader) -> OutcomeRule:
    rule = OutcomeRule(read.text("outcome", needed=True), read.text("state"), read.table("when"))
    read.finish()
    return rule


def read_papers(head: Reader) -> dict[str, PaperRule]:
    """The sections ``[report.*]`` of rulebook.toml: a paper each, in the order of the file."""
    return {key: _paper(key, part) for key, part in head.sections("report").items()}


def _paper(key: str, read: Reader) -> PaperRule:
    rule = PaperRule(
        key=key,
        name=read.text("name", needed=True),
        title=read.text("title", needed=True),
        subject=read.text("subject", needed=True),
        sender=read.text("from", needed=True),
        to=read.text("to", needed=True),
        basis=read.text("basis", needed=True),
        sections=read.names("sections"),
    )
    read.finish()
    return rule
