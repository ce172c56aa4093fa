"""The files written of a report: the workbook, the document, the figures for programs, the charts."""

import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from negotiation.core.errors import NegotiationError, reason
from negotiation.documents.report.charts import charts, svg
from negotiation.documents.report.json_output import as_json
from negotiation.documents.report.model import Report
from negotiation.documents.report.papers import Sender
from negotiation.documents.report.workbook import write_sheets

KINDS = ("xlsx", "docx", "json")


def write_papers(folder: Path, report: Report, senders: Sequence[Sender]) -> list[Path]:
    """Writes all papers into a folder, which is made if need be: ``report-2026.xlsx``, ``.docx``, ``.json``, a further
    paper as ``report-2026-government.docx``, and a chart each as ``report-2026-flow.svg``.

    They are written aside first: where one cannot be, those of last time stay as they were. Raises NegotiationError.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".report-", dir=folder) as aside:
            written = [write_paper(Path(aside), kind, report, senders[0]) for kind in KINDS]
            written += [write_paper(Path(aside), "docx", report, each, f"-{each.key}") for each in senders[1:]]
            written += _charts(Path(aside), report)
            return [path.replace(folder / path.name) for path in written]
    except OSError as error:
        raise NegotiationError(
            f"不能写入（{reason(error)}）", where=str(folder), todo="请换一个文件夹，或检查磁盘"
        ) from None


def write_paper(folder: Path, kind: str, report: Report, sender: Sender, which: str = "") -> Path:
    """One of them, of a kind of ``KINDS``; ``which``: what its name bears beside the year."""
    path = folder / f"report-{report.year}{which}.{kind}"
    if kind == "xlsx":
        write_sheets(report, path)
    elif kind == "docx":
        from negotiation.documents.report.document import write_document  # noqa: PLC0415 - 0.16 s that nothing else need wait for

        write_document(report, sender, path)
    else:
        path.write_text(json.dumps(as_json(report), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def _charts(folder: Path, report: Report) -> list[Path]:
    found = []
    for chart in charts(report):
        path = folder / f"report-{report.year}-{chart.key}.svg"
        path.write_text(svg(chart) + "\n", encoding="utf-8")
        found.append(path)
    return found
