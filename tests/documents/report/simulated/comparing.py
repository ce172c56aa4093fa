"""The report's cells held against the second path: which figure of which scope differs, by how much, in which cases."""

from collections.abc import Callable, Iterator, Mapping

from negotiation.documents.report.definitions import DEFINITIONS, REFUSED
from negotiation.documents.report.figures import Line, ProcedureFigures, Span
from negotiation.documents.report.model import Report
from tests.documents.report.simulated.adding import Tally, ratios

CasesBehind = Callable[[Line, str], set[str]]  # the cases that the product lists behind a count of a line


def differences(report: Report, counted: Mapping[str, Tally], behind: CasesBehind) -> list[str]:
    """A sentence for each cell that is not the same on both paths."""
    reported = {each.key: each for each in report.procedures}
    found = [f"{key}: 报告中没有这一事项" for key in counted if key not in reported and counted[key].counts["total"]]
    for key, figures in reported.items():
        found += _of_procedure(figures, counted.get(key) or Tally(), behind)
    return found


def _of_procedure(figures: ProcedureFigures, counted: Tally, behind: CasesBehind) -> Iterator[str]:
    lines = {_scope(line): line for line in figures.lines}
    for scope in {**lines, **counted.counts}:
        line = lines.get(scope)
        if line is None:
            yield from (f"{figures.key} · {scope}: 报告中没有这一行" for n in counted.counts[scope].values() if n)
            continue
        yield from _of_line(line, scope, counted, behind)


def _of_line(line: Line, scope: str, counted: Tally, behind: CasesBehind) -> Iterator[str]:
    mine = counted.counts[scope]
    for name in _names(line, mine):
        if line.counts.get(name, 0) != mine[name]:
            unlike = _unlike(line, scope, name, counted, behind)
            yield f"{line.procedure} · {scope} · {name}: 报告 {line.counts.get(name, 0)}，事件 {mine[name]}{unlike}"
    for key, (numerator, denominator) in ratios(mine).items():
        figure = line[key]
        if (figure.numerator, figure.denominator) != (numerator, denominator):
            yield (
                f"{line.procedure} · {scope} · {key}: "
                f"报告 {figure.numerator}/{figure.denominator}，事件 {numerator}/{denominator}"
            )


def _unlike(line: Line, scope: str, name: str, counted: Tally, behind: CasesBehind) -> str:
    """Which cases make the difference: asked for the whole only, of which the other lines are parts."""
    if line.scope.span is not Span.TOTAL or name not in DEFINITIONS:
        return ""
    theirs, ours = behind(line, name), set(counted.cases[scope, name])
    return f"；只在报告中 {sorted(theirs - ours)}，只在事件中 {sorted(ours - theirs)}"


def _names(line: Line, mine: Mapping[str, int]) -> list[str]:
    """Every count that a figure is made of, and the refusals by class of reason."""
    defined = [name for each in DEFINITIONS.values() for name in (*each.numerator, *(each.denominator or ()))]
    by_class = [name for name in (*line.counts, *mine) if name.startswith(REFUSED)]
    return list(dict.fromkeys([*defined, *by_class]))


def _scope(line: Line) -> str:
    """As the second path names it: departments by name, the rest by key."""
    span = line.scope.span
    if span is Span.TOTAL:
        return span.value
    return f"{span.value}:{line.scope.title if span in (Span.PROVIDER, Span.APPLICANT) else line.scope.key}"
