"""Faults of the form of the office's spreadsheet."""

from negotiation.domain.rulebook.checks.names import unknown
from negotiation.domain.rulebook.ledger_rules import Ledger
from negotiation.domain.rulebook.model import Procedure
from negotiation.domain.rulebook.reader import Reader


def check_ledger(procedure: Procedure, read: Reader) -> None:
    """Add the faults of the columns and the steps of the spreadsheet."""
    ledger = procedure.ledger
    if ledger is None:
        return
    titles = [column.title for column in ledger.columns]
    for title in sorted({title for title in titles if titles.count(title) > 1}):
        read.fault("ledger.columns", f"“{title}”有两列")
    for column in ledger.columns:
        key = f"ledger.columns（{column.title}）"
        unknown(read, key, filter(None, (column.field, column.law_into)), procedure.fields, "字段")
        unknown(read, key, filter(None, (column.step,)), ledger.steps, "步骤")
        if column.kind not in ("ordinal", "number", "date", "result", "remark", "document", "field"):
            read.fault(key, "is 应为 ordinal、number、date、result、remark、document 或省略")
    if [column.kind for column in ledger.columns].count("number") != 1:
        read.fault("ledger.columns", '须有一列、且只有一列 is = "number"（案件编号）')
    _check_ledger_steps(procedure, ledger, read)


def _check_ledger_steps(procedure: Procedure, ledger: Ledger, read: Reader) -> None:
    for step in ledger.steps.values():
        events = (*step.events, *step.remarks.values(), *(() if step.field else step.results.values()))
        unknown(read, f"ledger.steps.{step.key}", events, procedure.events, "事件")
        fields = filter(None, (step.field, step.words_into, *step.required))
        unknown(read, f"ledger.steps.{step.key}", fields, procedure.fields, "字段")
        unknown(read, f"ledger.steps.{step.key}.required", step.required, _written(ledger, step.key), "列的字段")
        kinds = [column.kind for column in ledger.columns if column.step == step.key]
        if kinds.count("date") != 1 or kinds.count("result") != bool(step.results):
            read.fault(f"ledger.steps.{step.key}", "每个步骤须有一列日期；有 results 的还须有一列结果")


def _written(ledger: Ledger, step: str) -> list[str]:
    """The fields for which a step of the spreadsheet has columns."""
    return [column.field for column in ledger.columns if column.step == step]
