"""The sources of the settings: the file ``settings.toml`` of the home and environment variables, which win."""

import difflib
import os
import re
import stat
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from negotiation.core.environment import HOME, PREFIX
from negotiation.core.errors import UsageError, reason

SECRET = frozenset({"smtp_url", "database_url", "monitor_token"})  # settings that are or may hold a password
_LINE = re.compile(r"line (\d+)")
_DOCUMENT = "docs/deployment.md"


class Given(NamedTuple):
    """A setting as it was given; ``where``: its variable, or its file and key."""

    value: Any
    where: str


def of_environment(environment: Mapping[str, str], known: Collection[str]) -> dict[str, Given]:
    """The settings among the variables, by their keys; their names count in either case.

    Raises UsageError for one in another encoding than UTF-8, of which Python makes halves of characters.
    """
    named = {_key(name): name for name in environment if _is_ours(name)}
    for key, name in named.items():
        if any("\ud800" <= sign <= "\udfff" for sign in environment[name]):
            raise UsageError("不是 UTF-8 编码的文本", where=variable(key), todo="请改用 UTF-8 编码后重新设置")
    return {key: Given(environment[name], variable(key)) for key, name in named.items() if key in known}


def of_file(path: Path) -> dict[str, Given]:
    """The settings of a file, by their keys, known or not; none where there is no such file.

    Raises UsageError for a file that cannot be read, is no TOML, or shows a password to others.
    """
    try:
        found = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise UsageError(f"不能读取（{reason(error)}）", where=str(path), todo="请检查文件的权限") from None
    except UnicodeDecodeError:
        raise UsageError("不是 UTF-8 编码的文本", where=str(path), todo="请另存为 UTF-8 编码") from None
    except tomllib.TOMLDecodeError as error:
        raise _no_toml(path, error) from None
    _demand_private(path, found)
    return {key: Given(value, f"{path} · {key}") for key, value in found.items()}


def _no_toml(path: Path, error: tomllib.TOMLDecodeError) -> UsageError:
    """The fault of a file that is no TOML, by its line alone: what stands there may be a password."""
    line = _LINE.search(str(error))
    place = f"第 {line[1]} 行" if line else "末尾"
    todo = '每行写成 键 = 值，文字加双引号，如 office_name = "…"'
    return UsageError(f"{place}不合 TOML 的写法", where=str(path), todo=todo)


def _demand_private(path: Path, found: Mapping[str, object]) -> None:
    """Raises UsageError where a password stands in a file that everybody may read or change."""
    if os.name != "posix" or not (any(_has_password(found.get(key)) for key in SECRET) or found.get("monitor_token")):
        return
    if path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
        raise UsageError(
            "文件中有密码，而其他用户可以读取或改动它", where=str(path), todo=f"请运行 chmod 640 {path}，或更严"
        )


def _has_password(url: object) -> bool:
    try:
        return isinstance(url, str) and urlsplit(url).password is not None
    except ValueError:  # no address at all: better taken for one that has a password
        return True


def unknown_key(key: str, given: Given, known: Collection[str]) -> UsageError:
    """The refusal of a key that no setting has, and of the home, which a file in it cannot name."""
    if key == "home":
        return UsageError("安装的位置不能写在这里", where=given.where, todo=f"请删去这一项，改用环境变量 {HOME}")
    near = nearest(key, known)
    todo = f"是否为 {near}？" if near else f"请对照 {_DOCUMENT} 核对名称"
    return UsageError("没有这项设置", where=given.where, todo=todo)


def unknown_variables(environment: Mapping[str, str], known: Collection[str]) -> list[tuple[str, str]]:
    """The variables that look like settings and are none, each with the known name that is nearest ("" if none is)."""
    strange = sorted(name for name in environment if name.startswith(PREFIX) and _key(name) not in known)
    found = [(name, nearest(name, known)) for name in strange]
    return [(name, variable(near) if near else "") for name, near in found]


def nearest(name: str, known: Collection[str]) -> str:
    """The known key that a name may have meant; "" if none is near."""
    found = difflib.get_close_matches(_key(name), known, n=1)
    return found[0] if found else ""


def variable(key: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + key.upper()


def _is_ours(name: str) -> bool:
    return name.upper().startswith(PREFIX)


def _key(name: str) -> str:
    return (name[len(PREFIX) :] if _is_ours(name) else name).lower()
