"""Rules of another shape are data: a check before the reply, days of the calendar and deemed consent, a data centre.

The rulebooks stand in ``tests/rulebooks_foreign``; days are counted by hand, a year's figures by a plain loop here.
"""

from datetime import date, timedelta

import pytest

from negotiation.core.enums import Level
from negotiation.core.errors import RulebookErrors
from negotiation.documents.report.compiler import compiled
from negotiation.documents.report.days import Days
from negotiation.documents.report.json_output import as_json
from negotiation.domain.rulebook import parse
from negotiation.store.departments import read_directory
from tests.acceptance.other_places import CENTRE, Known, Place, lived_year, settled
from tests.foreign import FOREIGN


@pytest.fixture
def place(database, tmp_path):
    return lambda name: Place(database, settled(database, tmp_path / "home", name), name)


def due(story, kind):
    return str(story.term(kind).due_on)


# ------------------------------------------------------------------------------------------- a check before the reply


def test_the_office_checks_in_two_working_days_before_the_provider_is_asked(place):
    """第九条, 第十条: Monday, 2 March; the provider's five days begin when the application has passed."""
    yunzhou = place("yunzhou")
    story = yunzhou.opened("2026-03-02")
    assert (story.state, due(story, "check")) == ("checking", "2026-03-04")
    yunzhou.act(story, "pass", "office", "2026-03-04")
    assert (story.state, due(story, "reply")) == ("awaiting_reply", "2026-03-11")


def test_the_second_grade_has_ten_working_days(place):
    yunzhou = place("yunzhou")
    story = yunzhou.act(yunzhou.opened("2026-03-02", grade="二级"), "pass", "office", "2026-03-04")
    assert due(story, "reply") == "2026-03-18"


def test_what_comes_back_mended_is_checked_anew(place):
    yunzhou = place("yunzhou")
    story = yunzhou.act(yunzhou.opened("2026-03-02"), "send_back", "office", "2026-03-03")
    assert due(story, "mending") == "2026-03-10"
    yunzhou.act(story, "resubmit", "applicant", "2026-03-09")
    assert (story.state, due(story, "check")) == ("checking", "2026-03-11")


# --------------------------------------------------------------------------------- days of the calendar, deemed consent


def test_calendar_days_count_weekends_and_end_on_a_working_day(place):
    """民法典第二百零三条: 21 September and fifteen days is 6 October, within the holiday; the 8th is the first day."""
    hailing = place("hailing")
    assert due(hailing.opened("2026-03-02"), "reply") == "2026-03-17"
    assert due(hailing.opened("2026-09-21"), "reply") == "2026-10-08"


def test_silence_is_consent_by_the_article_that_says_so(place):
    hailing = place("hailing")
    story = hailing.opened("2026-03-02")
    hailing.sweep("2026-03-18")
    assert story.state == "granted"
    assert story.events()[-2:] == [("lapse", "2026-03-17", "clock"), ("deem_agreed", "2026-03-18", "clock")]
    assert story.rows("event", "basis", "seq")[-1] == ("第七条",)
    assert story.term("reply").answered_on is None  # nobody has answered, and the year's figures will say so
    assert due(story, "opening") == "2026-03-18"  # at once, on the same day
    assert due(story, "validity") == "2026-09-18"  # six months


def test_a_refusal_made_in_time_and_entered_late_undoes_the_consent(place):
    hailing = place("hailing")
    story = hailing.opened("2026-03-02")
    hailing.sweep("2026-03-18")
    hailing.act(story, "refuse", "provider", "2026-03-16", entered="2026-03-20")
    assert story.state == "refused"
    assert story.term("reply").lapsed_on is None
    assert due(story, "objection") == "2026-04-15"


def test_more_time_is_counted_in_the_unit_of_the_term(place):
    hailing = place("hailing")
    story = hailing.act(hailing.opened("2026-03-02"), "ask_more_time", "provider", "2026-03-10")
    assert due(story, "reply") == "2026-03-20"  # three days more


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('lapse_basis = "第七条"', 'lapse_basis = "office"', "terms.reply.lapse_basis"),
        ('lapse_basis = "第七条"', "", "terms.reply.lapse_basis"),
        ('silence = "consent"\n', "", "terms.reply.on_lapse"),
        ('on_lapse = "deem_agreed"\n', "", "terms.reply.on_lapse"),
        ('to = "granted", set = { deemed = true }', 'to = "granted", answers = "reply"', ".answers"),
        ('by = ["clock"]', 'by = ["provider"]', "transitions（awaiting_reply · deem_agreed）"),
    ],
)
def test_silence_is_consent_by_no_other_rule(old, new, key):
    source = {path.name: path.read_text("utf-8") for path in FOREIGN["hailing"].glob("*.toml")}
    assert old in source["sharing.toml"]
    source["sharing.toml"] = source["sharing.toml"].replace(old, new, 1)
    with pytest.raises(RulebookErrors) as caught:
        parse(source)
    assert any(key in fault for fault in caught.value.faults), caught.value.faults


# ------------------------------------------------------------------------------------------------------- a data centre


def told(place: Place) -> list[tuple[str, str]]:
    """Department and mail of each notice, as they were made."""
    with place.database.read() as transaction:
        rows = transaction.connection.exec_driver_sql("SELECT department_id, template FROM notice ORDER BY key")
        return [(place.context.directory.name(unit) or "office", template) for unit, template in rows]


def test_a_department_that_fills_a_role_is_told_and_bound(place):
    qinghe = place("qinghe")
    story = qinghe.act(qinghe.opened("2026-03-02"), "confirm", "provider", "2026-03-05")
    assert (CENTRE, "new_case") in told(qinghe)
    assert due(story, "access") == "2026-03-10"
    assert qinghe.context.directory.name(story.term("access").department_id) == CENTRE
    qinghe.sweep("2026-03-09")
    qinghe.sweep("2026-03-11")
    assert {template for unit, template in told(qinghe) if unit == CENTRE} == {"new_case", "due_soon", "lapsed"}


def test_misuse_is_stopped_on_the_day_on_which_it_was_reported(place):
    qinghe = place("qinghe")
    story = qinghe.act(qinghe.opened("2026-03-02"), "confirm", "provider", "2026-03-05")
    qinghe.act(story, "open_access", "centre", "2026-03-06")
    assert due(story, "review") == "2027-03-08"  # twelve months: 6 March 2027 is a Saturday
    qinghe.act(story, "report_misuse", "provider", "2026-04-01")
    assert due(story, "stop") == "2026-04-01"
    qinghe.act(story, "stop_access", "centre", "2026-04-01")
    assert (story.state, due(story, "handling")) == ("stopped", "2026-04-16")


def test_where_nobody_fills_the_role_the_office_hears_in_its_place(place, database):
    qinghe = place("qinghe")
    with database.write() as transaction:
        transaction.execute(f"UPDATE department SET name = '别的中心' WHERE name = '{CENTRE}'")
        qinghe.context.directory = read_directory(transaction)
    story = qinghe.act(qinghe.opened("2026-03-02"), "confirm", "provider", "2026-03-05")
    assert ("office", "new_case") in told(qinghe)
    qinghe.act(story, "open_access", "centre", "2026-03-06")
    assert story.state == "in_use"


# ---------------------------------------------------------------------------------------------------- a year's figures

# The main term of each: by what it starts, its length in units, what answers it, and what says no.
LAST = date(2026, 12, 31)
MAIN = {
    "yunzhou": ("pass", 5, ("agree", "refuse"), "refuse"),
    "hailing": ("", 15, ("agree", "refuse"), "refuse"),
    "qinghe": ("", 15, ("confirm", "decline"), "decline"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_the_figures_of_a_year_are_those_of_who_lived_it(place, name):
    here = place(name)
    known = lived_year(here, seed=7)
    year = Days(date(2026, 1, 1), date(2026, 12, 31), date(2026, 12, 31))
    report = as_json(compiled(here.database, here.context, 2026, year))
    mine = counted(here, name, known)
    assert {key: report[key] for key in mine} == mine
    said_no = sum(event == MAIN[name][3] for each in known for _, event in each.acts)
    assert compiled(here.database, here.context, 2026, year).main.total.counts["refusals"] == said_no > 0
    assert mine["replies_due"] > mine["replies_on_time"] > 0
    assert 0 < mine["closed"] < mine["received"]


def counted(here: Place, name: str, known: list[Known]) -> dict[str, int]:
    closed = sum(each.ended is not None for each in known)
    terms = [term for each in known if (term := main_term(here, name, each)) is not None]
    owed = [term for term in terms if term[0] <= LAST and not gone(*term)]
    return {
        "carried_over": 0,
        "received": len(known),
        "closed": closed,
        "carried_forward": len(known) - closed,
        "replies_due": len(owed),
        "replies_on_time": sum(answered is not None and answered <= until for until, answered, _ in owed),
    }


def gone(until: date, answered: date | None, ended: date | None) -> bool:
    """A term that was over before anybody had to answer, or that has not passed yet."""
    return answered is None and ((ended is not None and ended <= until) or until >= LAST)


def main_term(here: Place, name: str, each: Known) -> tuple[date, date | None, date | None] | None:
    start, length, answers, _ = MAIN[name]
    began = next((on for on, event in each.acts if event == start), None) if start else each.received
    if began is None:
        return None
    more = sum(3 for _, event in each.acts if event == "ask_more_time")
    answered = next((on for on, event in each.acts if event in answers), None)
    return end_of(here, name, began, length + more), answered, each.ended


def end_of(here: Place, name: str, began: date, length: int) -> date:
    """By a plain loop over the days of the official calendar; the next year is not counted here."""
    calendar = here.context.calendar_of(here.book)

    def works(on: date) -> bool:
        return on.year > 2026 or calendar.is_working(on)

    if name == "hailing":
        until = began + timedelta(days=length)
        while not works(until):
            until += timedelta(days=1)
        return until
    until = began
    while length:
        until += timedelta(days=1)
        length -= works(until)
    return until


def test_departments_are_of_the_levels_that_the_place_has(place):
    here = place("hailing")
    assert list(here.context.levels.values()) == ["县直部门", "乡镇（街道）", "参照单位"]
    assert here.context.level_title(Level.CENTRAL) == "上级驻本地单位"
    year = Days(date(2026, 1, 1), date(2026, 12, 31), date(2026, 12, 31))
    figures = compiled(here.database, here.context, 2026, year).main
    assert [line.scope.title for line in figures.levels] == ["县直部门", "乡镇（街道）", "参照单位"]
