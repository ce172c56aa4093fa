"""Signs of life for whoever watches the process: facts at /health, figures at /metrics.

Strangers hear whether it is well, and no more. Who watches asks on this machine or, where one is set, shows a token.
"""

import hmac
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from ipaddress import ip_address

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from negotiation import __version__
from negotiation.core.checks import Checked, CheckState
from negotiation.core.enums import CalendarLayer, Job
from negotiation.core.errors import DatabaseUnavailable, NotFound
from negotiation.core.local_time import at_local, local_date
from negotiation.services.calendar.expected import missed_since
from negotiation.services.case_list import last_day_soon
from negotiation.services.context import Context
from negotiation.services.unattended import Watch
from negotiation.store import audit, migrate, monitoring
from negotiation.store.transaction import Transaction
from negotiation.web import metrics
from negotiation.web.app_state import AppState
from negotiation.web.metrics import Metric, Tally, one
from negotiation.web.request_context import app_state_of

router = APIRouter()


def may_watch(request: Request) -> bool:
    """True for who shows the token that the settings name; while they name none, for who asks on this machine."""
    token = app_state_of(request).settings.monitor_token
    if token:
        return hmac.compare_digest(request.headers.get("authorization", "").encode(), f"Bearer {token}".encode())
    try:
        return ip_address(request.client.host if request.client else "").is_loopback
    except ValueError:
        return False


@router.get("/health")
async def health(request: Request) -> Response:
    """200 while it serves and the unattended work is done, with what waits and since when; 503 with a sentence else."""
    facts: dict[str, object]
    try:
        facts = await run_in_threadpool(_facts, app_state_of(request))
    except DatabaseUnavailable as error:
        facts = {"ok": False, "version": __version__, "what": error.what}
    told = facts if may_watch(request) else {"ok": facts["ok"]}
    return JSONResponse(told, status_code=200 if facts["ok"] else 503)


def _facts(app_state: AppState) -> dict[str, object]:
    at, today = app_state.clock(), app_state.today()
    revision = migrate.revision(app_state.database)
    migrate.demand(app_state.database, revision)  # where another has migrated, nothing is written any more
    with app_state.read() as transaction:
        counts = audit.counts(transaction)
        unswept, unsent = monitoring.unswept_since(transaction, today), monitoring.unsent_since(transaction, at)
    what, watch = _trouble(app_state, at), app_state.alerts.watch(at)
    jump = watch.open_jump
    return {
        "ok": what is None,
        "what": what,
        "version": __version__,
        "schema_revision": revision,
        "checks": {each.of.value: each.state.value for each in app_state.alerts.checks(app_state.context, at)},
        "oldest_unswept_term": unswept and unswept.isoformat(),
        "oldest_unsent_mail_seconds": unsent and int(_age(unsent, at)),
        "heartbeats": {job.value: _heartbeat(watch, job) for job in Job},
        "clock_jump": jump and {"from": jump.before_at.isoformat(), "to": jump.after_at.isoformat()},
        "notices_waiting": counts["notices_waiting"],
        "notices_failed": counts["notices_failed"],
        **_calendar(app_state.context, today),
    }


def _trouble(app_state: AppState, at: datetime) -> str | None:
    """The sentence of what somebody is woken for: the unattended work stands still, or nothing can be written."""
    alert, checks = app_state.alerts.at(at), app_state.alerts.checks(app_state.context, at)
    disk = [each.what for each in checks if each.of is Checked.DISK and each.state is CheckState.FAULT]
    return alert.what if alert else next(iter(disk), None)


def _calendar(context: Context, today: date) -> dict[str, object]:
    through = context.almanac.of(CalendarLayer.NATIONAL).official_through
    missed = missed_since(context.almanac, today)
    return {
        "calendar_official_through": through.isoformat(),
        "next_year_official": through.year > today.year,
        "next_year_missed_since": missed and missed.isoformat(),
    }


def _heartbeat(watch: Watch, job: Job) -> str | None:
    """When a job was last done: an instant; by which process is nothing for strangers."""
    beat = watch.beats.get(job)
    return beat.at.isoformat() if beat else None


def _age(since: datetime, at: datetime) -> float:
    return max((at - since).total_seconds(), 0)


# ------------------------------------------------------------------------------------------------------- the figures


@router.get("/metrics")
async def figures(request: Request) -> Response:
    """The figures in the text format of Prometheus; while the database does not answer, those of this process.

    Raises NotFound for strangers.
    """
    if not may_watch(request):
        raise NotFound("没有这一页", todo="请从首页进入")
    tally: Tally = request.app.state.tally
    try:
        known = [*await run_in_threadpool(_known, app_state_of(request)), _reached(True)]
    except DatabaseUnavailable:
        known = [_reached(False)]
    written = [*tally.lines(), *(line for metric in known for line in metrics.lines(metric))]
    return Response("\n".join(written) + "\n", media_type=metrics.MEDIA)


def _reached(answered: bool) -> Metric:
    return one("database_up", "gauge", "Whether the database answered.", float(answered))


def _known(app_state: AppState) -> list[Metric]:
    at = app_state.clock()
    with app_state.read() as transaction:
        return [*_of_cases(transaction, app_state.context, at), *_of_work(transaction, at)]


def _of_cases(transaction: Transaction, context: Context, at: datetime) -> Iterator[Metric]:
    today = local_date(at)
    counts = monitoring.open_by_deadline_status(transaction, today, last_day_soon(context, today))
    by_status = [({"light": status.value}, float(count)) for status, count in counts.items()]
    yield Metric("cases_open", "gauge", "Open cases by their light today.", by_status)
    unswept = monitoring.unswept_since(transaction, today)
    waits = (today - unswept).days if unswept else 0
    yield one("oldest_unswept_term_days", "gauge", "Days since the clock should have looked at a term.", waits)
    through = context.almanac.of(CalendarLayer.NATIONAL).official_through
    ends = at_local(through + timedelta(days=1), time()).timestamp()
    yield one("calendar_official_through_timestamp_seconds", "gauge", "When the published working days end.", ends)


def _of_work(transaction: Transaction, at: datetime) -> Iterator[Metric]:
    counts, unsent = audit.counts(transaction), monitoring.unsent_since(transaction, at)
    yield one("steps_total", "counter", "Events recorded in all cases.", counts["events"])
    yield one("terms_running", "gauge", "Terms that have not ended.", counts["terms_running"])
    yield one("notices_waiting", "gauge", "Notices that wait to be sent.", counts["notices_waiting"])
    yield one("notices_failed", "gauge", "Notices that could not be sent.", counts["notices_failed"])
    age = _age(unsent, at) if unsent else 0
    yield one("oldest_unsent_notice_seconds", "gauge", "Age of the oldest notice that should have been sent.", age)
    yield one("tasks_open", "gauge", "Tasks that nobody has done.", counts["tasks_open"])
