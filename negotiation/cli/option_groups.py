"""Options in groups: a command takes several options as one value."""

import inspect
from collections.abc import Callable
from dataclasses import is_dataclass
from functools import wraps
from typing import Any


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """A command for typer, which reads options one by one, made of one that takes some of them together.

    A parameter whose type is a dataclass stands for the fields of that class, in its place: they are written as a
    command's own parameters are, and the command gets them as one value.
    """
    parameters = inspect.signature(command).parameters
    groups: dict[str, Any] = {
        name: each.annotation for name, each in parameters.items() if is_dataclass(each.annotation)
    }

    @wraps(command)
    def called(**given: Any) -> None:
        made = {name: group(**{field: given.pop(field) for field in _options(group)}) for name, group in groups.items()}
        command(**given, **made)

    options: dict[str, inspect.Parameter] = {}
    for name, each in parameters.items():
        options |= _options(groups[name]) if name in groups else {name: _by_name(each)}
    called.__dict__["__signature__"] = inspect.Signature(list(options.values()))
    called.__annotations__ = {name: each.annotation for name, each in options.items()}
    return called


def _options(group: Any) -> dict[str, inspect.Parameter]:
    return {name: _by_name(each) for name, each in inspect.signature(group).parameters.items()}


def _by_name(parameter: inspect.Parameter) -> inspect.Parameter:
    return parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
