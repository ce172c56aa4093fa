"""Checks of ``doctor`` on what is kept and what was to be destroyed."""

from negotiation.services.findings import Finding
from negotiation.store import erasures, triggers
from negotiation.store.transaction import Transaction


def examine(transaction: Transaction) -> list[Finding]:
    """Finds all that is not as the keeping of the record demands."""
    return _unguarded(transaction) + _unerased(transaction)


def _unguarded(transaction: Transaction) -> list[Finding]:
    missing = triggers.missing(transaction)
    if not missing:
        return []
    what = f"数据库中防止改动事件的触发器不在或被停用（{'、'.join(missing)}）"
    todo = "请查明何人所为，运行 negotiation audit verify --full，再运行 negotiation migrate 重建"
    return [Finding(True, what, todo)]


def _unerased(transaction: Transaction) -> list[Finding]:
    waiting = erasures.pending(transaction)
    if not waiting:
        return []
    what = f"{len(waiting)}件封存清除的内容，数据库文件和留存的邮件中尚未清除（自 {waiting[0].ordered_at:%Y-%m-%d}）"
    return [Finding(True, what, "后台服务每分钟自动清除；请查看其日志，并结束长时间占用数据库的程序")]
