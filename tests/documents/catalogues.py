"""Makes sheets of the catalogue cell by cell, and puts resources into it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from negotiation.documents.resource_sheet import importer
from negotiation.documents.resource_sheet.importer import Imported, Importer
from negotiation.domain.catalogue import Resource
from negotiation.services.context import Context
from negotiation.store import resource_list
from negotiation.store.database import Database
from tests.conftest import POLICE, admin_at, at

TITLES = (
    "资源代码", "资源名称", "分类", "提供部门", "摘要", "格式", "信息项", "共享类型", "共享条件", "共享方式",
    "不予共享依据", "开放属性", "更新周期", "发布日期",
)  # fmt: skip
LAW = "《中华人民共和国居民身份证法》第六条"
TODAY = "2026-09-21"


def row(code: str = "11000013/000001", **cells: Any) -> dict[str, Any]:
    """A resource of the police that is shared on conditions, and what is given."""
    return {
        "资源代码": code,
        "资源名称": "常住人口基本信息",
        "分类": "基础信息资源",
        "提供部门": POLICE,
        "摘要": "本市常住人口的姓名和住址",
        "格式": "数据库",
        "信息项": "姓名、住址",
        "共享类型": "有条件共享",
        "共享条件": "经提供部门审核",
        "共享方式": "服务接口",
        "开放属性": "不予开放",
        "更新周期": "每日",
        "发布日期": "2026-01-05",
    } | cells


def made(path: Path, rows: Sequence[Mapping[str, Any]], *, titles: Sequence[str] = TITLES) -> Path:
    """A sheet with these rows under these titles."""
    book = Workbook()
    page: Any = book.active
    page.append(["政务信息资源目录"])
    page.append(list(titles))
    for each in rows:
        page.append([each.get(title) for title in titles])
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def brought_in(database: Database, context: Context, path: Path, *, dry_run: bool = False) -> Imported:
    return importer.import_file(database, context, path, Importer(admin_at(at(TODAY))), dry_run=dry_run)


def catalogued(database: Database, context: Context, folder: Path, *rows: Mapping[str, Any]) -> None:
    """These resources stand in the catalogue."""
    done = brought_in(database, context, made(folder / "catalogue.xlsx", rows))
    assert (done.imported + done.updated, done.rejected) == (len(rows), [])


def counts(done: Imported) -> tuple[int, int, int, int]:
    """Imported, updated, unchanged, rejected."""
    return done.imported, done.updated, done.unchanged, len(done.rejected)


def faults(done: Imported) -> list[tuple[int, str]]:
    return [(each.row, each.column) for each in done.rejected]


def held(database: Database) -> dict[str, Resource]:
    """The catalogue by code."""
    with database.read() as transaction:
        wanted = resource_list.Wanted(retired=True)
        return {resource.code: resource for resource, _ in resource_list.everything(transaction, wanted)}
