"""The log of the worker: each job with its beginning, its end and its counts; old days go, and that is said."""

from datetime import timedelta
from typing import Any

import pytest

from negotiation.core.clock import now
from negotiation.core.enums import Job
from negotiation.core.errors import NegotiationError
from negotiation.core.local_time import local_date
from negotiation.worker import upkeep
from negotiation.worker.scheduler import SCHEDULE, Alarm, Round
from tests.log_lines import LogLines

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # the log knows no database


def test_a_job_leaves_a_line_when_it_begins_and_one_with_its_counts_when_it_ends(
    database: Any, context: Any, log_lines: LogLines
):
    sweep = next(each for each in SCHEDULE if each.name is Job.SWEEP)
    Round(sweep, database, context)()
    assert [each["job"] for each in log_lines.of("job_began")] == ["sweep"]
    (ended,) = log_lines.of("job_ended")
    assert (ended["job"], ended["outcome"], ended["acted"], ended["reminded"]) == ("sweep", "done", 0, 0)


def test_a_job_that_fails_leaves_its_line_too(database: Any, context: Any, log_lines: LogLines):
    def fail(*_: object) -> str:
        raise NegotiationError("不能备份")

    Round(Alarm(Job.BACKUP, fail, 60), database, context)()
    (ended,) = log_lines.of("job_ended")
    assert (ended["outcome"], ended["error"]) == ("failed", "NegotiationError")


def test_a_job_with_a_mistake_in_it_leaves_where_it_arose(database: Any, context: Any, log_lines: LogLines):
    def fail(*_: object) -> str:
        raise KeyError("市公安局")

    with pytest.raises(KeyError):
        Round(Alarm(Job.BACKUP, fail, 60), database, context)()
    (line,) = log_lines.of("error")
    assert (line["job"], line["error"]) == ("backup", "KeyError")
    assert "市公安局" not in log_lines.text


def test_days_of_the_log_that_are_past_keeping_go_and_that_is_said(database: Any, context: Any, log_lines: LogLines):
    at = now()
    today = local_date(at)
    log_lines.folder.mkdir(parents=True)
    kept, old = ((log_lines.folder / f"{today - timedelta(days=n)}.jsonl") for n in (180, 181))
    own = log_lines.folder / "本机说明.txt"
    for path in (kept, old, own):
        path.write_text("", encoding="utf-8")
    context.settings.home = log_lines.home
    assert upkeep.run(database, context, at) == "删除过期的日志 1 天"
    assert (kept.exists(), old.exists(), own.exists()) == (True, False, True)
    assert [each["files"] for each in log_lines.of("log_removed")] == [[old.name]]
