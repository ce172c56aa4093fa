"""The page of an archive: the case as an official reads it, offline; no script, nothing from another host."""

from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from calendars.dates import in_words
from negotiation import template_folder
from negotiation.core.labels import ITEM_ANSWER_TITLES, MEETING_STATE_TITLES, NOTICE_STATE_TITLES, NOTICE_TITLES
from negotiation.core.local_time import local, local_date
from negotiation.documents.export.members import seq_of
from negotiation.documents.export.sources import Sources
from negotiation.documents.export.stages import SUSPENDED, Stage
from negotiation.domain import rulers
from negotiation.domain.rulebook import AGENDAS
from negotiation.domain.terms import Term
from negotiation.domain.wording import RulerRow, ruler_rows
from negotiation.services import case_view, entered_view
from negotiation.services.case_json import TermJson
from negotiation.store import calendar_notices, meetings
from negotiation.store.transaction import Transaction


class StageShown(NamedTuple):
    """A stage in words: by which event, what it comes to, its days."""

    title: str
    seq: int | None
    says: str
    notes: str
    page: int | None
    rows: tuple[RulerRow, ...]


class TermShown(NamedTuple):
    """A term in words, with its stages."""

    term: TermJson
    status: str
    stages: tuple[StageShown, ...]


def index_page(transaction: Transaction, sources: Sources, verifier: str) -> str:
    """The page as HTML. ``verifier``: the SHA-256 of the program that goes along."""
    file = sources.file
    last = sources.events[-1].record.recorded_at if sources.events else file.base_record.opened_at
    case = case_view.case_json(transaction, file, file.context, local_date(last))
    facts = {
        "case": case,
        "sources": sources,
        "last": last,
        "roles": file.role_title,
        "office": file.context.office_name,
        "draft": entered_view.fields_shown(file.procedure, sources.draft),
        "terms": [
            _term(transaction, sources, *each) for each in zip(file.case_state.terms, case["terms"], strict=True)
        ],
        "digests": {each.record.seq: each.record.digest.hex() for each in sources.events},
        "sealed": {each.record.seq: each.sealed_at for each in sources.events if each.sealed_at is not None},
        "members": {each.row.n: each.member for each in sources.files},
        "meetings": meetings.of_case(transaction, file.case_id),
        "verifier": verifier,
    }
    return _environment().get_template("index.html").render(facts)


def _term(transaction: Transaction, sources: Sources, term: Term, shown: TermJson) -> TermShown:
    stages = tuple(_stage(transaction, sources, each) for each in sources.stages[term.n])
    return TermShown(shown, case_view.term_status(shown), stages)


def _stage(transaction: Transaction, sources: Sources, stage: Stage) -> StageShown:
    file = sources.file
    law = sources.laws.of_term(stage.term)
    rule = law.procedure(file.procedure.key).terms[stage.term.kind]
    page = file.context.almanac.revision if stage.page is None else stage.page
    almanac = calendar_notices.almanac_at(transaction, page)
    calendar = almanac.of(*file.rulebook.day_rule)
    running = stage.term if stage.title == SUSPENDED else stage.term._replace(suspended_on=None)
    ruler = rulers.ruler(rule, running, calendar)
    firm = date.max if stage.span is None else calendar.firm_through
    rows = tuple(ruler_rows(stage.days, firm))
    seq = seq_of(stage, sources.events)
    return StageShown(stage.title, seq, ruler.says, "；".join(ruler.notes), stage.page, rows)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(template_folder("export")), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
    made.filters |= {"day": in_words, "moment": _moment}
    made.globals |= {
        "ANSWERS": ITEM_ANSWER_TITLES, "NOTICE_TITLES": NOTICE_TITLES, "NOTICE_STATES": NOTICE_STATE_TITLES,
        "MEETING_STATES": MEETING_STATE_TITLES, "AGENDAS": AGENDAS,
    }  # fmt: skip
    return made


def _moment(instant: datetime | None) -> str:
    """An instant as the wall clock in Beijing shows it, to the second: this is a record."""
    return "" if instant is None else f"{local(instant):%Y-%m-%d %H:%M:%S}"
