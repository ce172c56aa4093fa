"""The year of a seed: begun from what 0.2.0 left, lived, and what is on record of it in the end."""

import hashlib
import json
import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from random import Random

import pytest

from negotiation.core.settings import Settings
from negotiation.documents.report import publishing
from negotiation.documents.report.days import Days
from negotiation.documents.report.json_output import as_json
from negotiation.notifications import dispatcher
from tests.conftest import BY_DATE
from tests.simulation.hazards import WRITES
from tests.simulation.mail import MailServer
from tests.simulation.program import Program
from tests.simulation.year import FIRST, LAST, Year

CASES = 30  # that people open in a year, beside those of every department that the clock opens
TABLES = ("event", "content", "term", "item", "notice", "task", "meeting", "report_edition", "seal")


@contextmanager
def lived(seed: int, folder: Path, before: Path, mail: MailServer, *, last: date = LAST) -> Iterator[Year]:
    """The year of a seed until its last day; ``before``: a home as 0.2.0 left it, which is copied."""
    mail.empty()
    home = folder / "home"
    home.mkdir(parents=True)
    (home / "negotiation.db").write_bytes((before / "negotiation.db").read_bytes())
    settings = Settings(home=home, rulebook=BY_DATE, office_mail="office@sharing.gov.cn", smtp_connections=1)
    with pytest.MonkeyPatch.context() as patch:
        _decide_by_seed(patch, seed)
        program = Program(settings, patch)
        program.life.dies_after(Random(seed).randint(1, WRITES))
        program.upgrade()
        year = Year(program.database, settings, seed, CASES, FIRST, last, program=program, mail=mail)
        year.live_until(last)
        yield year
        program.close()


def record_of(year: Year) -> dict[str, str]:
    """Digests of all that a year left behind: the rows, the mails, the report. The same seed gives the same."""
    with year.database.read() as transaction:
        rows = {
            table: [tuple(row) for row in transaction.rows(f"SELECT * FROM {table} ORDER BY 1, 2")] for table in TABLES
        }
    days = Days(date(LAST.year, 1, 1), year.last, year.last)
    report = as_json(publishing.report_of(year.database, year.context(year.last), LAST.year, days))
    found = {**rows, "mails": list(year.mail.taken), "report": json.dumps(report, sort_keys=True, default=str)}
    return {name: hashlib.sha256(repr(each).encode()).hexdigest() for name, each in found.items()}


def _decide_by_seed(patch: pytest.MonkeyPatch, seed: int) -> None:
    """What the program draws by lot is the seed's; mails leave one by one, so that they do so in one order."""
    chance = Random(seed)
    random.seed(seed)
    patch.setattr(secrets, "token_bytes", lambda size=32: chance.randbytes(size))
    patch.setattr(secrets, "token_hex", lambda size=32: chance.randbytes(size).hex())
    patch.setattr(dispatcher, "BATCH", 1)
    patch.setattr(dispatcher, "DEPARTMENTS", 1)
