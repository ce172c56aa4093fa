"""What the clock opens each year for each unit (第二十九条 年度总结): once, in October, with its own figures."""

from negotiation.store.database import Database
from negotiation.worker import yearly_cases
from tests.conftest import CHAOYANG, CIVIL, JUSTICE, POLICE, TAX, Story, at


def opened(database: Database, context, moment: str) -> int:
    with database.write() as transaction:
        return yearly_cases.run(transaction, context, at(moment))


def summaries(database: Database) -> dict[str, tuple[str, str]]:
    """Whose, in which state, due when."""
    with database.read() as transaction:
        rows = transaction.connection.exec_driver_sql(
            'SELECT d.name, c.state, c.due_on FROM "case" c JOIN department d ON d.id = c.provider_id '
            "WHERE c.procedure = 'annual-summary' ORDER BY d.sort_no"
        )
        return {name: (state, str(due)) for name, state, due in rows}


def many(database: Database) -> int:
    with database.read() as transaction:
        sql = "SELECT count(*) FROM \"case\" WHERE procedure = 'annual-summary'"
        return transaction.connection.exec_driver_sql(sql).scalar_one()


def test_before_the_first_working_day_of_october_nothing_is_opened(database, context):
    assert opened(database, context, "2026-09-30") == 0
    assert opened(database, context, "2026-10-05") == 0  # 国庆假期


def test_each_unit_of_the_city_and_the_districts_has_its_own_until_the_end_of_november(database, context):
    assert opened(database, context, "2026-10-08") > 0
    found = summaries(database)
    assert list(found) == [CIVIL, POLICE, JUSTICE, CHAOYANG]
    assert TAX not in found  # 垂管
    assert {due for _, due in found.values()} == {"2026-11-30"}


def test_it_happens_once_a_year_however_often_the_clock_looks(database, context):
    for moment in ("2026-10-08", "2026-10-08", "2026-10-09", "2026-11-02"):
        opened(database, context, moment)
        assert many(database) == 4
    opened(database, context, "2027-10-08")
    assert many(database) == 8


def test_who_was_away_in_october_opens_them_on_the_next_working_day(database, context):
    assert opened(database, context, "2026-11-21") == 0  # a Saturday
    assert opened(database, context, "2026-11-23") > 0


def test_who_asks_for_them_and_gets_none_is_told_why(database, context):
    def said(moment: str) -> str:
        assert opened(database, context, moment) == 0
        return "；".join(yearly_cases.why_none(context, at(moment)))

    assert "年度总结：2026-10-08（10月首个工作日）起开立" in said("2026-09-30")
    assert "年度总结：今天（2026-11-21）不是工作日" in said("2026-11-21")
    assert opened(database, context, "2026-11-23") > 0
    assert "年度总结：应当开立的均已开立" in said("2026-11-24")
    assert "年度总结：本年度的报送期限已过" in said("2026-12-01")


def test_after_the_end_of_november_it_is_too_late_for_this_year(database, context):
    opened(database, context, "2026-12-01")
    assert many(database) == 0


def test_the_unit_s_own_figures_stand_in_it_to_be_confirmed(database, context):
    story = Story(database, context).submitted("2026-09-01").act("agree", "provider", "2026-09-07")
    opened(database, context, "2026-10-08")
    with database.read() as transaction:
        bodies = transaction.connection.exec_driver_sql(
            'SELECT d.name, b.body FROM content b JOIN "case" c ON c.id = b.case_id '
            "JOIN department d ON d.id = c.provider_id WHERE c.procedure = 'annual-summary'"
        )
        texts = {name: body for name, body in bodies if "系统登记" in body}
    assert "本年新收1件" in texts[POLICE]
    assert "按时答复1件" in texts[POLICE]
    assert "本年新收0件" in texts[JUSTICE]
    assert story.state == "agreed"
