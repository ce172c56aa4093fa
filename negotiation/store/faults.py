"""The sentences for what can go wrong with a database."""

import sqlite3
import sys
from types import TracebackType

from sqlalchemy.exc import DBAPIError

from negotiation.core.errors import DatabaseUnavailable

_SQLITE_SENTENCES = (
    ("locked", "数据库正被其他进程占用", "请稍后重试；如长时间如此，请检查是否有卡住的 negotiation 进程"),
    ("readonly", "数据库是只读的，无法写入", "请检查数据库文件和文件夹的写入权限"),
    ("unable to open", "无法打开数据库文件", "请检查 NEGOTIATION_HOME 的路径和权限"),
    ("full", "磁盘已满，无法写入", "请清理磁盘空间后重试；未写入的操作没有留下任何痕迹"),
    ("not a database", "文件不是数据库", "请检查 NEGOTIATION_HOME 或从备份恢复"),
    ("malformed", "数据库文件已损坏", "请从备份恢复"),
    ("no such", "数据库的结构与程序不符", "请运行 negotiation doctor，必要时运行 negotiation migrate"),
)
_POSTGRES_SENTENCES = (
    ("25006", "数据库是只读的，无法写入", "请检查是否连到了只读副本或事务被设为只读"),
    ("28", "数据库拒绝登录", "请检查 NEGOTIATION_DATABASE_URL 中的用户和密码"),
    ("3D", "没有这个数据库", "请先建立数据库，再运行 negotiation migrate"),
    ("42501", "数据库用户没有写入权限", "请联系数据库管理员授权"),
    ("42P01", "数据库的结构与程序不符", "请运行 negotiation migrate"),
    ("53100", "数据库所在磁盘已满", "请清理磁盘空间后重试；未写入的操作没有留下任何痕迹"),
    ("55P03", "数据库正被其他进程占用", "请稍后重试"),
    ("40", "与其他操作冲突，未写入任何内容", "请重试"),
    ("57", "数据库正在停止或重新启动", "请稍后重试"),
)


def driver_errors() -> tuple[type[Exception], ...]:
    """Base classes of the drivers' errors; psycopg has raised none while nothing has loaded it."""
    postgres = sys.modules.get("psycopg")
    return (sqlite3.Error, postgres.Error) if postgres else (sqlite3.Error,)


class translated:  # noqa: N801 (read as a phrase: with translated())
    """Turns the drivers' errors into sentences; what the sentences do not know keeps the driver's own words."""

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if isinstance(error, DBAPIError):
            raise trouble(error.orig or error) from error
        if isinstance(error, driver_errors()):
            raise trouble(error) from error


def other_revision(known: str, needed: str, place: str) -> DatabaseUnavailable:
    """The sentence for a database whose schema is of another revision than this program needs."""
    return DatabaseUnavailable(
        f"数据库的版本是 {known}，本程序需要 {needed}",
        where=place,
        todo="请先备份，再运行 negotiation migrate；如数据库更新，请升级程序",
    )


def trouble(error: BaseException) -> DatabaseUnavailable:
    """The sentence for a driver's error."""
    words = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    postgres = sys.modules.get("psycopg")
    if postgres and isinstance(error, postgres.Error):
        code = error.sqlstate or ""
        for prefix, what, todo in _POSTGRES_SENTENCES:
            if code.startswith(prefix):
                return DatabaseUnavailable(what, where=words, todo=todo)
        if isinstance(error, postgres.OperationalError):
            return DatabaseUnavailable(
                "连接不上数据库", where=words, todo="请检查数据库是否在运行，以及 NEGOTIATION_DATABASE_URL"
            )
    for mark, what, todo in _SQLITE_SENTENCES:
        if mark in words.lower():
            return DatabaseUnavailable(what, where=words, todo=todo)
    return DatabaseUnavailable(f"数据库报错：{words}", todo="请运行 negotiation doctor 查看详情")
