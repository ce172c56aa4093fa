"""The work that the figures are measured with is done, on either database: a broken bench would measure nothing."""

from pathlib import Path

import pytest

from bench.ground import PostgresGround, SqliteGround, settle_in
from bench.parts import orm
from bench.parts.lives import LIVES, draft, rehearse, take_step


@pytest.mark.parametrize("kind", [SqliteGround, PostgresGround], ids=["sqlite", "postgresql"])
def test_the_driver_alone_is_given_what_each_step_wrote(kind: type[SqliteGround | PostgresGround], tmp_path: Path):
    ground = kind(tmp_path)
    database = ground.empty("step")
    context = settle_in(database)
    rehearsed = draft(database, context, 1)
    written = rehearse(database, context, rehearsed)
    assert len(written) == sum(map(len, LIVES))
    assert all(each.statements and each.change.events for each in written), "each step writes its event"
    for deed in draft(database, context, 1):
        take_step(database, context, deed)
    database.close()


def test_the_orm_takes_the_same_steps(tmp_path: Path):
    ground = SqliteGround(tmp_path)
    source = ground.empty("step")
    context = settle_in(source)
    deeds = draft(source, context, 1)
    mapped = ground.copy(source, "orm")
    engine = orm.engine_of(mapped)
    for written in rehearse(source, context, deeds):
        orm.take_step(engine, written)
    with mapped.read() as transaction:
        assert transaction.rows("SELECT count(*) FROM event") == [(len(deeds),)]
    engine.dispose()
    mapped.close()
    source.close()
