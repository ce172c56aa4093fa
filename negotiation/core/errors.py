"""Errors are sentences: what is wrong, where, and what to do next. They are shown to people, so they are in Chinese."""

import errno
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date


class NegotiationError(Exception):
    """Something a person can mend.

    ``what`` says what is wrong, ``where`` names the file, row, field or case, ``todo`` says what to do next: in words
    that hold on a page, in a program's answer and in a terminal alike. ``command`` says it for the command line alone:
    which command, option, field key or setting; nobody else is shown it. ``field``: the key of the field in which it
    lies, as the rulebook, a form and a program name it; "" for what lies in none.
    """

    exit_status = 1
    field = ""

    def __init__(self, what: str, *, where: str = "", todo: str = "", command: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.todo = todo
        self.command = command

    @property
    def todo_at_terminal(self) -> str:
        """The advice, and the command by which to follow it."""
        return "；".join(filter(None, (self.todo, self.command)))

    @property
    def by_field(self) -> "tuple[NegotiationError, ...]":
        """The faults field by field: this error, unless it lies in none or tells of several."""
        return (self,) if self.field else ()

    def as_json(self) -> dict[str, str]:
        """The error as scripts read it on the command line."""
        return {"what": self.what, "where": self.where, "todo": self.todo_at_terminal}

    def by_field_as_json(self) -> list[dict[str, str]]:
        """The faults field by field, as programs read it."""
        return [{"field": each.field, "what": each.what, "todo": each.todo} for each in self.by_field]

    @property
    def sentence(self) -> str:
        """The error with its advice, without its place: for where that is plain."""
        return f"{self.what}（{self.todo}）" if self.todo else self.what

    def __str__(self) -> str:
        return f"{self.where}：{self.sentence}" if self.where else self.sentence


class UsageError(NegotiationError):
    """The command or the call was put wrongly: an unknown option value, a date that is no date."""

    exit_status = 2


class NotFound(NegotiationError):
    """No case, department, rulebook or file of that name."""


class InvalidTransition(NegotiationError):
    """The event does not belong to the case's present state, or its condition does not hold."""


class OutOfPlace(InvalidTransition):
    """The event is none of those that the state of the case knows. ``state``, ``event``: their titles."""

    def __init__(self, state: str, event: str, todo: str) -> None:
        super().__init__(f"案件现为“{state}”，不能办理“{event}”", todo=todo)
        self.state, self.event = state, event

    def on(self, day: date) -> InvalidTransition:
        """Tells it of a past day, to which how the case stands now, and what can be done now, is nothing."""
        return InvalidTransition(f"{day} 案件为“{self.state}”，不能办理“{self.event}”", todo="请核对日期和先后")


class WrongRole(NegotiationError):
    """The event belongs to another party."""


class NotTheirs(WrongRole):
    """The act of one role, tried by another: as the procedure calls the roles until a rulebook gives their titles."""

    def __init__(self, act: str, role: str, allowed: Sequence[str], title: Callable[[str], str] = str) -> None:
        by = "、".join(map(title, allowed))
        super().__init__(f"“{act}”不由“{title(role)}”办理", todo=f"请以“{by}”的身份办理")
        self._given = act, role, allowed

    def titled(self, title: Callable[[str], str]) -> "NotTheirs":
        """This error in the words of a rulebook; ``title`` gives the name of a role."""
        return NotTheirs(*self._given, title)


class FieldError(NegotiationError):
    """A field is missing or cannot be read; ``field`` is its key in the rulebook."""

    def __init__(self, what: str, *, field: str, where: str = "", todo: str = "", command: str = "") -> None:
        super().__init__(what, where=where, todo=todo, command=command)
        self.field = field


class FieldErrors(FieldError):
    """Several fields of one form are at fault: all of them at once, so that nobody mends one to hear of the next."""

    def __init__(self, faults: Sequence[NegotiationError]) -> None:
        super().__init__(
            f"有{len(faults)}处须改正：" + "；".join(each.what for each in faults),
            field=faults[0].field,
            where=faults[0].where,
            todo="；".join(dict.fromkeys(each.todo for each in faults if each.todo)),
            command="；".join(dict.fromkeys(each.command for each in faults if each.command)),
        )
        self._faults = tuple(faults)

    @property
    def by_field(self) -> tuple[NegotiationError, ...]:
        """Every fault, the first of each field."""
        return self._faults


def refuse(faults: Iterable[NegotiationError]) -> None:
    """Raises what is wrong with the fields of a form, of each field the first: all at once; nothing where none is."""
    if all_of_them := list(faults):
        first = list({each.field: each for each in reversed(all_of_them)}.values())[::-1]
        raise first[0] if len(first) == 1 else FieldErrors(first)


@contextmanager
def all_at_once(faults: list[NegotiationError]) -> Iterator[None]:
    """Around the work on a form of which ``faults`` are known, or become known within: they are raised together with
    what the work finds wrong with other fields. What is wrong beyond the form is raised alone: it tells more."""
    try:
        yield
    except NegotiationError as refusal:
        if not (faults and refusal.by_field):
            raise
        faults.extend(refusal.by_field)
    refuse(faults)


class UnknownName(FieldError, NotFound):
    """A filter of a list names something that does not exist: the list is empty, and says why beside its field."""


class DateError(NegotiationError):
    """A date that cannot be: in the future, or before the case's last event. It lies in the day of the act."""

    def __init__(self, what: str, *, field: str = "on", where: str = "", todo: str = "", command: str = "") -> None:
        super().__init__(what, where=where, todo=todo, command=command)
        self.field = field


class Conflict(NegotiationError):
    """Somebody else acted on the case in the meantime; nothing was written."""


class RulebookErrors(NegotiationError):
    """A rulebook that cannot be used; ``faults``: every fault, each with its file and key."""

    def __init__(self, faults: Sequence[str], *, where: str) -> None:
        super().__init__(
            f"规则有{len(faults)}处问题：" + "；".join(faults),
            where=where,
            todo="请逐项修改",
            command="改后重新运行 negotiation rulebook check",
        )
        self.faults = tuple(faults)


class DatabaseUnavailable(NegotiationError):
    """The database is down, locked, read-only, full or of another revision."""


class TryLater(NegotiationError):
    """Nothing is wrong with what was sent: the same may succeed after that many seconds."""

    def __init__(self, what: str, seconds: int) -> None:
        super().__init__(what, todo=f"请在{_duration(seconds)}后重试")
        self.seconds = seconds


class TooManyTries(TryLater):
    """Somebody who tries passwords or codes has used up their tries; nothing was looked at."""

    def __init__(self, seconds: int) -> None:
        super().__init__("尝试的次数过多，这一次没有核对", seconds)


class Busy(TryLater):
    """More passwords are waiting to be verified than are taken in; nothing was looked at."""

    def __init__(self, seconds: int) -> None:
        super().__init__("同时登录的人过多，这一次没有核对", seconds)


def _duration(seconds: int) -> str:
    return f"{seconds}秒" if seconds < 60 else f"{-(-seconds // 60)}分钟"


_REASONS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EISDIR: "这是一个文件夹",
    errno.EEXIST: "已有同名的文件",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "所在磁盘是只读的",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已用完",
    errno.ENAMETOOLONG: "文件名太长",
    errno.EADDRINUSE: "地址和端口已被占用",
    errno.EADDRNOTAVAIL: "本机没有这个地址",
}


def reason(error: OSError) -> str:
    """Why a file cannot be read or written, or a port served, in Chinese; the system's own words for what is rare."""
    return _REASONS.get(error.errno or 0, error.strerror or str(error))
