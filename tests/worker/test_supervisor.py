"""The desk's watch over its worker: started again, what it dies of said once, and ended with the desk."""

import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from apscheduler.schedulers.background import BackgroundScheduler

from negotiation.core.clock import now
from negotiation.worker import scheduler as worker
from negotiation.worker.supervisor import Supervisor
from tests.waiting import until

# Its lives are counted in a file; what it does in each is the argument of that number, the last for all others.
WORKER = """
import sys
from pathlib import Path
lives = Path(sys.argv[1])
lives.write_text(lives.read_text() + "x" if lives.exists() else "x")
exec(sys.argv[2:][min(len(lives.read_text()), len(sys.argv) - 2) - 1])
"""
FULL, LOCKED = "sys.exit('磁盘已满')", "sys.exit('数据库正被占用\\n怎么办：请稍后重试')"
RUNS = "sys.stdin.read()"
HANGS = "import time; time.sleep(600)"


class Watched:
    """A supervisor of such a worker, and what it said."""

    def __init__(self, lives: Path) -> None:
        self.lives, self.said = lives, list[str]()
        self.supervisor: Supervisor | None = None

    def runs(self, *lives: str, steady: float = 60) -> None:
        command = [sys.executable, "-X", "utf8", "-c", WORKER, str(self.lives), *lives]
        self.supervisor = Supervisor(command, self.said.append, first_pause=0.01, steady=steady, patience=1)
        self.supervisor.start()

    @property
    def count(self) -> int:
        return len(self.lives.read_text()) if self.lives.exists() else 0

    def stop(self) -> None:
        if self.supervisor is not None:
            self.supervisor.stop()
            self.supervisor = None


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    made = Watched(tmp_path / "lives")
    yield made
    made.stop()


def test_what_it_dies_of_again_and_again_is_said_once_and_each_change_of_it(watched):
    watched.runs(FULL, FULL, FULL, LOCKED, LOCKED, RUNS)
    until(lambda: watched.count == 6)
    assert watched.said == [
        "磁盘已满",
        "后台服务（检查期限、发送通知）自行停止：磁盘已满。系统会自动重新启动它，网页照常使用",
        "后台服务（检查期限、发送通知）自行停止：数据库正被占用。系统会自动重新启动它，网页照常使用",
    ]


def test_when_it_runs_again_that_is_said_too(watched):
    watched.runs(FULL, FULL, RUNS, steady=2)
    until(lambda: watched.said[-1:] == ["后台服务（检查期限、发送通知）已恢复运行"])
    assert watched.count == 3


def test_it_ends_when_its_standard_input_does_and_nothing_is_said(watched):
    watched.runs(RUNS)
    until(lambda: watched.count == 1)
    watched.stop()
    assert (watched.count, watched.said) == (1, [])


def test_one_that_hears_nothing_is_ended_by_force(watched):
    watched.runs(HANGS)
    until(lambda: watched.count == 1)
    watched.stop()
    assert watched.count == 1


def test_a_command_that_is_not_there_is_a_sentence(watched, tmp_path):
    supervisor = Supervisor([str(tmp_path / "nothing")], watched.said.append, first_pause=0.01)
    supervisor.start()
    until(lambda: bool(watched.said))
    supervisor.stop()
    assert watched.said == [
        "后台服务（检查期限、发送通知）自行停止：没有这个文件或文件夹。系统会自动重新启动它，网页照常使用"
    ]


def test_alarms_come_again_after_the_machine_s_clock_was_set_back():
    """They keep the time of the wall: an alarm of every minute would come tomorrow."""
    scheduler = BackgroundScheduler(timezone="Asia/Shanghai")
    scheduler.start(paused=True)
    try:
        at = now()
        for name, due in (("set back", timedelta(days=1)), ("as it should be", timedelta(seconds=59))):
            scheduler.add_job(print, "interval", seconds=60, id=name, next_run_time=at + due)
        worker.wake(scheduler, at)
        assert scheduler.get_job("set back").next_run_time == at
        assert scheduler.get_job("as it should be").next_run_time == at + timedelta(seconds=59)
    finally:
        scheduler.shutdown(wait=False)
