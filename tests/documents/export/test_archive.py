"""A case that leaves the building: all that is known of it, in one file that is read without this system."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from negotiation.core.errors import NegotiationError
from negotiation.core.local_time import local_date
from negotiation.documents.export import archive
from negotiation.domain.people import Person
from negotiation.store import calendar_notices, triggers
from negotiation.store.database import Database
from tests.acceptance.other_places import Place, lived_year, settled
from tests.conftest import CIVIL, POLICE, Story, at
from tests.documents.export.archives import HOSTILE, exported, lived, unpacked
from tests.foreign import FOREIGN


@pytest.fixture
def told(story: Story) -> Story:
    return lived(story)


def terms_of(content: bytes) -> dict[str, Any]:
    """The latest term of each kind."""
    return {each["kind"]: each for each in json.loads(unpacked(content)["terms.json"])}


def stages_of(term: Any) -> list[tuple[str, int | None, str | None, str | None]]:
    """What happened to it, by which event, what is counted, and to which day."""
    return [(each["title"], each["number"], each["from"], each["due"]) for each in term["stages"]]


def test_a_suspended_term_is_proved_stage_by_stage(told: Story) -> None:
    """By hand: 20 (made up), 21, 22, 23 September are days 1 to 4; 24, 28, 29, 30 September, 8 and 9 October are left.

    These six, counted on from the 29th, are 30 September, 8, 9, 10 (made up), 12 and 13 October.
    """
    reply = terms_of(exported(told).content)["reply"]
    assert stages_of(reply) == [
        ("起算", 10, "2026-09-18", "2026-10-09"),
        ("暂停计时", 6, "2026-09-23", None),
        ("恢复计时", 6, "2026-09-29", "2026-10-13"),
    ]
    assert [each["event"] for each in reply["stages"]] == [1, 2, 3]
    begun, rest, resumed = ([day for day, n, *_ in each["days"] if n] for each in reply["stages"])
    assert (begun[0], begun[-1], len(begun)) == ("2026-09-20", "2026-10-09", 10)
    assert rest == ["2026-09-24", "2026-09-28", "2026-09-29", "2026-09-30", "2026-10-08", "2026-10-09"]
    assert resumed == ["2026-09-30", "2026-10-08", "2026-10-09", "2026-10-10", "2026-10-12", "2026-10-13"]
    made_up = next(row for row in reply["stages"][2]["days"] if row[0] == "2026-10-10")
    assert made_up == ["2026-10-10", 4, "make-up", "国庆节", "国办发明电〔2025〕7号"]


def test_it_holds_events_files_notices_rules_and_the_pages_of_the_calendar(told: Story) -> None:
    members = unpacked(exported(told).content)
    assert list(members)[:2] == ["index.html", "verify.py"]
    assert list(members)[-1] == "manifest.json"
    events = json.loads(members["events.json"])
    assert [each["columns"]["event"] for each in events] == ["submit", "ask_supplement", "supplement", "agree_partly"]
    (file,) = json.loads(members["files.json"])
    assert (file["name"], file["event"], members[file["member"]].decode()) == ("答复函.txt", 4, "经研究，答复如下。")
    (page,) = [name for name in members if name.startswith("calendar/")]
    assert json.loads(members[page])["days"]["through"] == "2026-12-31"
    (rules,) = json.loads(members["case.json"])["rulebooks"]
    assert json.loads(members[rules["member"]])
    sent = [each for each in json.loads(members["notices.json"]) if each["sent_at"]]
    assert {each["to"] for each in sent} == {CIVIL, POLICE}
    for each in sent:
        words = members[each["member"]].decode()
        assert told.no in words
        assert each["facts"]["no"] == told.no


def test_a_mail_reads_as_on_the_day_on_which_it_left(told: Story) -> None:
    """The days left are those of that day, however late the case is handed out."""
    first, late = (unpacked(exported(told, on).content) for on in ("2026-10-12", "2029-01-05"))
    assert first == late


def test_an_archive_of_an_unchanged_case_is_the_same_to_the_byte(told: Story) -> None:
    assert exported(told, "2026-10-12").content == exported(told, "2026-11-30").content


class _Page(HTMLParser):
    """The elements of a page, where its links lead, and what it says."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: set[str] = set()
        self.handlers: list[str] = []
        self.said = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links |= {value or "" for key, value in attrs if key in ("href", "src", "action")}
        self.handlers += [key for key, _ in attrs if key.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.said += data


def test_its_page_has_no_script_leads_nowhere_else_and_escapes_what_was_typed(told: Story) -> None:
    members = unpacked(exported(told).content)
    text = members["index.html"].decode()
    page = _Page()
    page.feed(text)
    assert not page.tags & {"script", "img", "link", "iframe", "form", "object"}
    assert page.handlers == []
    assert page.links <= members.keys()
    assert HOSTILE in page.said
    assert re.findall(r"url\(|@import", text) == []
    for words in ("第10日", "国庆节补班（国办发明电〔2025〕7号）", "答复函.txt", "使用范围说明", "怎样核验", CIVIL):
        assert words in page.said


def test_a_department_gets_the_mails_that_went_to_it_and_the_office_all(told: Story) -> None:
    unit = told.context.directory.find(CIVIL).id
    clerk = Person(1, "civil", "甲", unit, frozenset(), False)
    office = Person(2, "office", "乙", None, frozenset(), False)
    mine, all_of_them = (exported(told, person=each) for each in (clerk, office))
    assert {each["to"] for each in json.loads(unpacked(mine.content)["notices.json"])} == {CIVIL}
    assert {each["to"] for each in json.loads(unpacked(all_of_them.content)["notices.json"])} == {CIVIL, POLICE}
    assert POLICE in unpacked(mine.content)["index.html"].decode()


def test_a_draft_has_no_events_yet(story: Story) -> None:
    members = unpacked(exported(story.open("2026-09-18")).content)
    assert json.loads(members["events.json"]) == []
    assert "草稿，尚未提交" in members["index.html"].decode()


def test_files_that_are_too_much_for_one_archive_are_refused_in_a_sentence(
    told: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "GREATEST", 10)
    with pytest.raises(NegotiationError, match="超过案卷的上限") as refused:
        exported(told)
    assert refused.value.todo == "请逐个下载附件"


def test_a_sealed_content_and_a_sealed_file_leave_a_statement_and_the_rest_holds(told: Story) -> None:
    case_id = told.record.id
    with told.database.write() as transaction:
        sealed = f"'{at('2026-10-12').isoformat(sep=' ')}'"
        transaction.execute(
            f"UPDATE content SET salt = NULL, body = NULL, sealed_at = {sealed} WHERE case_id = {case_id} AND seq = 4"
        )
        transaction.execute(f"UPDATE attachment SET body = NULL, sealed_at = {sealed} WHERE case_id = {case_id}")
    members = unpacked(exported(told).content)
    assert json.loads(members["events.json"])[3]["content"].keys() == {"sealed_at"}
    assert "封存清除，内容不再保存" in members["files/1-sealed.txt"].decode()
    assert "经研究" not in "".join(body.decode() for body in members.values())
    assert "所填内容已于 2026-10-12" in members["index.html"].decode()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE term SET due_on = '2026-10-20' WHERE kind = 'reply'", "登记的末日 2026-10-20"),
        ("UPDATE event SET actor = '别人' WHERE seq = 2", "第2项"),
        ("UPDATE content SET body = '{}' WHERE seq = 2", "第2项"),
        ("UPDATE attachment SET body = digest", "附件“答复函.txt”"),
    ],
)
def test_a_case_that_is_not_as_its_entries_make_it_is_not_handed_out(told: Story, statement: str, said: str) -> None:
    with told.database.write() as transaction, triggers.lifted(transaction):
        transaction.execute(statement)
    with pytest.raises(NegotiationError) as refused:
        exported(told)
    assert said in refused.value.what
    assert "核验办理记录" in refused.value.todo


def test_a_term_that_a_notice_moved_is_proved_with_the_page_before_and_the_page_after(story: Story) -> None:
    """As in the tests of the calendar: ten days from 18 December 2026 wait for the notice of 2027, which moves them."""
    from tests.services.test_calendar_change import IMPORTED, LATER, STARTED, take_in  # noqa: PLC0415 - its helpers

    story.submitted(STARTED)
    take_in(story.database, story.context, LATER)
    with story.database.read() as transaction:
        (revision,) = calendar_notices.read_revisions(transaction)
    assert str(local_date(revision.recorded_at)) == IMPORTED
    reply = terms_of(exported(story, "2026-12-22").content)["reply"]
    assert [(each["title"], each["due"], each["official"], each["page"]) for each in reply["stages"]] == [
        ("起算", "2027-01-04", False, 0),
        ("重算", "2027-01-05", True, revision.id),
    ]
    assert [each["event"] for each in reply["stages"]] == [1, 2]
    earliest, latest = reply["stages"][0]["span"]
    assert earliest <= "2027-01-04" <= latest


UNITS = {
    "hailing": {"calendar_days", "months", "working_days"},
    "qinghe": {"months", "working_days"},
    "yunzhou": {"working_days"},
}


@pytest.mark.parametrize("name", FOREIGN)
def test_cases_of_another_place_leave_with_terms_in_its_own_units(sqlite: Database, tmp_path: Path, name: str) -> None:
    """What is handed out has passed its own check: here are months and days of the calendar."""
    place = Place(sqlite, settled(sqlite, tmp_path / "home", name), name)
    units: set[str] = set()
    for each in lived_year(place, seed=5, cases=8):
        terms = json.loads(unpacked(exported(each.story, "2026-12-31").content)["terms.json"])
        units |= {stage["unit"] for term in terms for stage in term["stages"]}
    units.discard("")
    assert units == UNITS[name]


def test_a_term_of_years_is_counted_with_plans_for_every_year_that_it_reaches_into(
    database: Database, tmp_path: Path
) -> None:
    """Thirty-six months from Monday, 2 March 2026 end on 2 March 2029, a Friday: what is kept has plans to 2028."""
    context = settled(database, tmp_path / "home", "hailing")
    rules = tmp_path / "home" / "rulebooks" / "hailing" / "sharing.toml"
    rules.write_text(rules.read_text("utf-8").replace("days = 6\n", "days = 36\n"), "utf-8")
    place = Place(database, context, "hailing")
    story = place.act(place.opened("2026-03-02"), "agree", "provider", "2026-03-02")
    members = unpacked(exported(story, "2026-03-03").content)
    (stage,) = next(each for each in json.loads(members["terms.json"]) if each["kind"] == "validity")["stages"]
    assert (stage["due"], stage["official"], stage["span"]) == ("2029-03-02", False, ["2029-03-02", "2029-03-02"])
    assert {"2027", "2028", "2029", "2030"} <= json.loads(members["calendar/0.json"])["days"]["plans"].keys()
