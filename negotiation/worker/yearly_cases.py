"""Cases that the clock opens each year for each unit, once: 年度总结 (《办法》第二十九条), 开放计划 (第二十条)."""

from datetime import date, datetime, timedelta

from negotiation.core.enums import CLOCK
from negotiation.core.local_time import local_date
from negotiation.documents import report
from negotiation.documents.report.figures import TOTAL, Line
from negotiation.domain.departments import Department
from negotiation.domain.rulebook import Opening, Procedure
from negotiation.services.cases import acting, opening
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.cases.recorder import SYSTEM
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import case_writer
from negotiation.store.numbers import counters_like, next_number
from negotiation.store.transaction import Transaction

_FIGURES = (
    "carried_over", "received", "closed", "carried_forward", "replies_due", "replies_on_time", "to_coordination",
    "to_deliberation",
)  # fmt: skip


def run(transaction: Transaction, context: Context, at: datetime) -> int:
    """Opens what is due by the instant ``at`` and was not opened for that unit this year; returns how many cases."""
    today, opened = local_date(at), 0
    for rules in context.rulebook_on(today).procedures.values():
        rule = rules.opening
        if rule is not None and _has_come(context, rule, today) and not _is_over(rules, today):
            known = counters_like(transaction, _key(rules, today, ""))
            waiting = [unit for unit in _units(context, rule) if _key(rules, today, str(unit.id)) not in known]
            figures = _figures(transaction, context, today) if waiting and rule.field else {}
            opened += sum(_opened(transaction, context, rules, rule, unit, figures, at) for unit in waiting)
    return opened


def why_none(context: Context, at: datetime) -> list[str]:
    """Why nothing of a procedure is opened at the instant ``at``, a sentence for each; what was opened already is not
    asked for."""
    today, said = local_date(at), []
    for rules in context.rulebook_on(today).procedures.values():
        rule = rules.opening
        if rule is None:
            continue
        if _is_over(rules, today):
            said.append(f"{rules.title}：本年度的报送期限已过，不再开立")
        elif today < _first_day(context, rule, today):
            said.append(f"{rules.title}：{_first_day(context, rule, today)}（{rule.month}月首个工作日）起开立")
        elif not _has_come(context, rule, today):
            said.append(f"{rules.title}：今天（{today}）不是工作日，下一个工作日开立")
        else:
            said.append(f"{rules.title}：应当开立的均已开立")
    return said


def _first_day(context: Context, opening: Opening, today: date) -> date:
    """The first working day of the month in which the cases of a year are opened."""
    first = date(today.year, opening.month, 1) - timedelta(days=1)
    day: date = context.calendar_of(context.rulebook).estimate(first, 1).day
    return day


def _has_come(context: Context, opening: Opening, today: date) -> bool:
    """From the first working day of the month to the end of the year, on working days."""
    calendar = context.calendar_of(context.rulebook)
    return today >= _first_day(context, opening, today) and calendar.is_working_estimated(today)


def _is_over(rules: Procedure, today: date) -> bool:
    """After the date of the year on which its main term ends, the year's case would be next year's."""
    ends = [date(today.year, *term.until) for term in rules.terms.values() if term.main and term.until]
    return any(today > end for end in ends)


def _units(context: Context, opening: Opening) -> list[Department]:
    return [unit for unit in context.directory.active() if unit.level in opening.levels]


def _key(rules: Procedure, today: date, unit: str) -> str:
    return f"opened/{rules.key}/{today.year}/{unit}"


def _figures(transaction: Transaction, context: Context, today: date) -> dict[str, Line]:
    """Each unit's own figures of the year so far, of the procedure that heads the report."""
    since, until = report.period(today.year, today, None, None)
    found = report.compiled(transaction.database, context, today.year, report.Days(since, until, today), tables=False)
    return {line.scope.title: line for line in found.main.providers}


def _opened(
    transaction: Transaction,
    context: Context,
    rules: Procedure,
    rule: Opening,
    unit: Department,
    figures: dict[str, Line],
    at: datetime,
) -> int:
    """One case, opened and handed in by the clock; 0 if another process did so in this very moment."""
    today = local_date(at)
    if next_number(transaction, _key(rules, today, str(unit.id))) > 1:
        return 0
    raw = {rules.parties[0]: unit.name, rules.subject: rule.subject.format(year=today.year)}
    if rule.field:
        raw[rule.field] = in_words(figures.get(unit.name), today)
    file = opening.open_case(UnitOfWork(transaction, context, at), rules.key, raw, on=today)
    case_writer.save(transaction, file.change())
    acting.act(
        UnitOfWork(transaction, context, at),
        file.no,
        ActRequest(rule.event, role=CLOCK, actor=SYSTEM, on=today),
    )
    return 1


def in_words(figures: Line | None, today: date) -> str:
    """A unit's figures as the sentence that it confirms or corrects; None: it had no case."""
    line = figures or Line("", TOTAL, {})
    shown = {key: line[key].text for key in _FIGURES}
    mean = f"平均用时{line['mean_reply'].text}个工作日" if line["mean_reply"].denominator else "尚无答复"
    return (
        f"截至{today.year}年{today.month}月{today.day}日系统登记：上年结转{shown['carried_over']}件，"
        f"本年新收{shown['received']}件，办结{shown['closed']}件，在办{shown['carried_forward']}件；"
        f"应答复{shown['replies_due']}件，按时答复{shown['replies_on_time']}件，{mean}；"
        f"提请协调{shown['to_coordination']}件，报请审议{shown['to_deliberation']}件。请确认或更正。"
    )
