"""Checks the names that a template asks for against those that the facts have."""

from collections.abc import Collection, Iterator
from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from jinja2 import nodes

from negotiation.documents.letters.model import LetterFacts

ANY = object  # what nothing is known of, such as what a filter gives
Known = dict[str, Any]


def unknown_names(
    tree: nodes.Template, field_keys: Collection[str], known: Collection[str]
) -> Iterator[tuple[str, int]]:
    """Each name that the facts do not have, with its line. ``field_keys``: of ``field``; ``known``: Jinja's own."""
    names = get_type_hints(LetterFacts) | {"field": frozenset(field_keys), "loop": ANY} | dict.fromkeys(known, ANY)
    yield from _walk(tree, names)


def _walk(node: nodes.Node, names: Known) -> Iterator[tuple[str, int]]:
    if isinstance(node, nodes.For):
        yield from _walk(node.iter, names)
        inside = names | _bound(node.target, _element(_shape(node.iter, names)))
        for child in (*node.body, *node.else_, *([node.test] if node.test else [])):
            yield from _walk(child, inside)
        return
    if isinstance(node, nodes.Assign):
        yield from _walk(node.node, names)
        names |= _bound(node.target, _shape(node.node, names))
        return
    if isinstance(node, nodes.Name) and node.ctx == "load" and node.name not in names:
        yield node.name, node.lineno
    if isinstance(node, nodes.Getattr | nodes.Getitem) and (missing := _missing(node, names)):
        yield missing, node.lineno
        return
    for child in node.iter_child_nodes():
        yield from _walk(child, names)


def _bound(target: nodes.Node, shape: Any) -> Known:
    """The names that a loop or an assignment makes; of several at once, nothing more is known."""
    if isinstance(target, nodes.Name):
        return {target.name: shape}
    return {each.name: ANY for each in target.find_all(nodes.Name)}


def _missing(node: nodes.Getattr | nodes.Getitem, names: Known) -> str:
    """The name of a part that its whole does not have; empty if it has it, or if that is unknown."""
    part = _part(node)
    shape = _shape(node.node, names)
    if part is None or shape is ANY or part in _parts(shape):
        return ""
    return f"{_named(node.node)}.{part}"


def _part(node: nodes.Getattr | nodes.Getitem) -> str | None:
    if isinstance(node, nodes.Getattr):
        return node.attr
    return node.arg.value if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str) else None


def _named(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    return f"{_named(node.node)}.{_part(node)}" if isinstance(node, nodes.Getattr | nodes.Getitem) else "…"


def _shape(node: nodes.Node, names: Known) -> Any:
    """The type of an expression, as far as its names show."""
    if isinstance(node, nodes.Name):
        return _plain(names.get(node.name, ANY))
    if isinstance(node, nodes.Getattr | nodes.Getitem):
        whole, part = _shape(node.node, names), _part(node)
        if part is None:
            return _element(whole)
        return _plain(_parts(whole).get(part, ANY)) if whole is not ANY else ANY
    return ANY


def _parts(shape: Any) -> Known:
    """The parts of a value by their names: the fields of a dataclass, the keys of a mapping, the methods of a text."""
    if isinstance(shape, frozenset):
        return dict.fromkeys(shape, str)
    if is_dataclass(shape) and isinstance(shape, type):
        return {each.name: get_type_hints(shape)[each.name] for each in fields(shape)}
    return dict.fromkeys(dir(get_origin(shape) or shape), ANY)


def _plain(shape: Any) -> Any:
    """A value that may be missing is what it is when it is there."""
    if get_origin(shape) in (Union, UnionType):
        return next(each for each in get_args(shape) if each is not type(None))
    return shape


def _element(shape: Any) -> Any:
    return _plain(get_args(shape)[0]) if get_origin(shape) is tuple else ANY
