"""Commands that count working days: the due date with its proof, the days between two dates."""

from collections.abc import Sequence
from typing import Annotated

import typer

from calendars import Day, Due, WorkingCalendar
from negotiation.cli import console
from negotiation.cli.options import Json, choose, emit, read_day
from negotiation.core import environment
from negotiation.core.enums import CalendarLayer
from negotiation.core.environment import SQLITE_FILE
from negotiation.core.labels import LAYER_TITLES
from negotiation.domain.working_days import SHIPPED, Almanac

app = typer.Typer()

_LAYERS = "、".join(f"{layer.value}（{title}）" for layer, title in LAYER_TITLES.items())
LayerOption = Annotated[str, typer.Option("--layer", help=f"日历层级：{_LAYERS}。")]


@app.command("due", context_settings={"ignore_unknown_options": True})
def calendar_due(
    start: Annotated[str, typer.Argument(help="起算日（当日不计）。")],
    n: Annotated[int, typer.Argument(help="工作日数；负数为倒数。")],
    known_on: Annotated[str, typer.Option("--known-on", help="按哪一天已公布的安排计算。")] = "",
    layer: LayerOption = CalendarLayer.NATIONAL.value,
    as_json: Json = False,
) -> None:
    """第 N 个工作日是哪一天，逐日列出依据。"""
    day, calendar = read_day(start), _calendar(layer, known_on)
    found, days = calendar.estimate(day, n), calendar.explain(day, n)

    def print_words() -> None:
        screen = console.console()
        screen.print(console.ruler(days))
        back = "" if n > 0 else "倒数"
        screen.print(f"自 {day} 起{back}第 {abs(n)} 个工作日：{found.day}", style="bold")
        if not found.official:
            screen.print(console.provisional(calendar, found))

    emit({"start": day, "n": n, **_as_json(found, days)}, print_words, as_json)


def _as_json(due: Due, days: Sequence[Day]) -> dict[str, object]:
    return {
        "due": due.day,
        "official": due.official,
        "earliest": due.earliest,
        "latest": due.latest,
        "days": [each._asdict() for each in days],
    }


@app.command("count")
def calendar_count(
    after: Annotated[str, typer.Argument(help="从哪一天之后。")],
    until: Annotated[str, typer.Argument(help="到哪一天（含）。")],
    known_on: Annotated[str, typer.Option("--known-on", help="按哪一天已公布的安排计算。")] = "",
    layer: LayerOption = CalendarLayer.NATIONAL.value,
    as_json: Json = False,
) -> None:
    """两个日期之间有几个工作日（不含前一日，含后一日）。"""
    count = _calendar(layer, known_on).count(read_day(after), read_day(until))
    emit({"count": count}, lambda: console.console().print(f"{count} 个工作日"), as_json)


def _calendar(layer: str, known_on: str) -> WorkingCalendar:
    wanted = choose(CalendarLayer, layer, LAYER_TITLES)
    almanac = _almanac()
    return almanac.known_on(wanted, read_day(known_on)) if known_on else almanac.of(wanted)


def _almanac() -> Almanac:
    """The notices of the database, imported ones too; the shipped ones where no database has been set up yet."""
    if environment.only_home_is_set() and not (environment.home() / SQLITE_FILE).exists():
        return SHIPPED
    from negotiation.cli.database import connect
    from negotiation.core.settings import read_settings
    from negotiation.store import calendar_notices, migrate

    settings = read_settings()
    if not settings.database_url and not (settings.home / SQLITE_FILE).exists():
        return SHIPPED
    database = connect(settings)
    migrate.demand(database, migrate.revision(database))
    with database.read() as transaction:
        return calendar_notices.read_almanac(transaction)
