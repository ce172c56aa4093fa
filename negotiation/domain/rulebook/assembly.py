"""The files of a rulebook as a whole: those of its folder, upon those of the rulebook that it extends."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from negotiation.core.errors import NotFound, RulebookErrors
from negotiation.domain.rulebook.extending import Extension
from negotiation.domain.rulebook.model import OFFICE_BASIS
from negotiation.domain.rulebook.reader import Faults, TomlTable, TomlValue, table_in, toml_of
from negotiation.domain.rulebook.toml_text import written

HEAD = "rulebook.toml"
BASES_OF_CHOICES = "bases"  # the table of a field that has an article for each choice
BASES = ("basis", "start_basis", "lapse_basis")  # the keys under which an article is cited

Documents = dict[str, dict[str, TomlValue]]


def read_folder(folder: Path) -> dict[str, str]:
    """The texts of a folder by file name. Raises NotFound without rulebook.toml, RulebookErrors for no UTF-8."""
    if not (folder / HEAD).is_file():
        raise NotFound("没有找到 rulebook.toml", where=str(folder), todo="请给出规则所在的文件夹")
    texts = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            texts[path.name] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise RulebookErrors([f"{path.name}：不是 UTF-8 编码的文本"], where=str(folder)) from None
    return texts


def base_of(folder: Path, shelves: Mapping[str, Path]) -> Path | None:
    """The folder that a rulebook extends, None for one that stands alone.

    It is looked for beside the folder, then among ``shelves`` (id → folder). Raises RulebookErrors if it is in neither
    or if one of the bases extends a rulebook that extends it.
    """
    chain = [folder]
    while base := _extends(chain[-1]):
        beside = [chain[-1].parent / base, *([shelves[base]] if base in shelves else [])]
        found = [each for each in beside if (each / HEAD).is_file() and each.resolve() != chain[-1].resolve()]
        if not found:
            known = "、".join(shelves)
            fault = f"{HEAD} · extends：没有规则“{base}”：须在同一文件夹中，或为 {known} 之一"
            raise RulebookErrors([fault], where=str(chain[-1]))
        if found[0].resolve() in [each.resolve() for each in chain]:
            circle = " → ".join(each.name for each in (*chain, found[0]))
            raise RulebookErrors([f"{HEAD} · extends：规则互为基础（{circle}）"], where=str(folder))
        chain.append(found[0])
    return chain[1] if len(chain) > 1 else None


def _extends(folder: Path) -> str:
    """The base that a folder names; "" for none, and where the file cannot be read: the checker says so."""
    try:
        base = toml_of((folder / HEAD).read_text("utf-8")).get("extends", "")
    except (OSError, ValueError):
        return ""
    return base if isinstance(base, str) else ""


def extended(base: Mapping[str, str], texts: Mapping[str, str], faults: Faults) -> dict[str, str]:
    """The whole texts of a rulebook: those of ``base`` with what ``texts`` add, change and remove."""
    below = {name: toml_of(text) for name, text in base.items()}
    own = {name: faults.toml(name, text) for name, text in texts.items()}
    head = own.get(HEAD, {})
    id_of_base = str(head.pop("extends", ""))
    cited = _Citations.of(head.pop("cited_as", {}), below[HEAD], head, faults)
    if head.pop("procedures", None) is not None:  # ours alone: by what name remove calls a procedure
        faults.add(HEAD, "procedures", "不认识的键")
    documents = {name: cited.applied(document) for name, document in below.items()}
    documents[HEAD]["procedures"] = {str(each.get("id")): name for name, each in documents.items() if name != HEAD}
    whole = {name: _merged(documents[name], own.get(name, {}), name, id_of_base, faults) for name in documents}
    whole |= {name: document for name, document in own.items() if name not in documents}
    _without_removed(whole, documents[HEAD])
    _without_lost_laws(whole, documents[HEAD], faults)
    return {name: written(document) for name, document in sorted(whole.items())}


def _merged(
    base: dict[str, TomlValue], own: dict[str, TomlValue], name: str, id_of_base: str, faults: Faults
) -> dict[str, TomlValue]:
    """One file upon the base's: versions are joined and revisions added, so that both change with the base."""
    own = dict(own)
    joined: dict[str, TomlValue] = {}
    if name == HEAD:
        for key in ("id", "version"):
            if not isinstance(own.get(key), str):
                faults.add(name, key, "缺少：以其他规则为基础的规则须有自己的标识和版次")
        joined["id"] = own.pop("id", base.get("id", ""))
        joined["version"] = f"{base.get('version')}.{own.pop('version', '')}"
    revisions = [each.get("revision", 0) for each in (base, own)]
    own.pop("revision", None)
    counted = [each for each in revisions if type(each) is int]
    if any(revisions) and len(counted) == len(revisions):
        joined["revision"] = sum(counted)
    return Extension(faults, name, id_of_base).merged(base, own) | joined


# ------------------------------------------------------------------------------------------------------- citations


@dataclass(frozen=True)
class _Citations:
    """``[cited_as]``: by which short name a document of the base is cited here ("" where articles stand alone)."""

    names: Mapping[str, str]

    @classmethod
    def of(cls, table: TomlValue, base: TomlTable, own: TomlTable, faults: Faults) -> "_Citations":
        """Read the table; a fault for each document that the base or this rulebook does not have."""
        if not isinstance(table, dict):
            faults.add(HEAD, "cited_as", "应为表")
            return cls({})
        names = {}
        for old, new in {key: str(name) for key, name in table.items()}.items():
            if old != base.get("document") and old not in table_in(base, "documents"):
                faults.add(HEAD, f"cited_as.{old}", "基础规则不引用这一文件")
            if new != own.get("document") and new not in table_in(own, "documents"):
                faults.add(HEAD, f"cited_as.{old}", f"“{new}”既不是本规则的 document，也不在 [documents] 中")
            names["" if old == base.get("document") else old] = "" if new == own.get("document") else new
        return cls(names)

    def applied(self, document: Any) -> Any:
        """A document in which every basis is cited as this rulebook cites it."""
        if isinstance(document, list):
            return [self.applied(each) for each in document]
        if not isinstance(document, dict):
            return deepcopy(document)
        return {key: self._applied_to(key, value) for key, value in document.items()}

    def _applied_to(self, key: str, value: Any) -> Any:
        if key == BASES_OF_CHOICES and isinstance(value, dict):
            return {choice: self._cited(str(basis)) for choice, basis in value.items()}
        return self._cited(value) if key in BASES and isinstance(value, str) else self.applied(value)

    def _cited(self, basis: str) -> str:
        for old, new in self.names.items():
            if basis != OFFICE_BASIS and basis.startswith(old or "第"):
                return new + basis.removeprefix(old)
        return basis


def _without_removed(whole: Documents, base: TomlTable) -> None:
    """The procedures that ``remove`` names in rulebook.toml (``procedures.opening-plan``) fall away."""
    kept = table_in(whole[HEAD], "procedures")
    whole[HEAD].pop("procedures", None)
    for key, name in table_in(base, "procedures").items():
        if key not in kept:
            del whole[str(name)]


def _without_lost_laws(whole: Documents, base: TomlTable, faults: Faults) -> None:
    """A document of the base that is removed takes with it the procedures that rest on it; single rows may not."""
    lost = tuple(name for name in table_in(base, "documents") if name not in table_in(whole[HEAD], "documents"))
    if not lost:
        return
    for name in [name for name, document in whole.items() if str(document.get("basis", "")).startswith(lost)]:
        del whole[name]
    for name, document in whole.items():
        for path, basis in _bases(document):
            if basis.startswith(lost):
                faults.add(name, path, f"“{basis}”引用的文件已从 [documents] 中删去：请改写依据，或删去这一项")


def _bases(value: Any, path: str = "") -> list[tuple[str, str]]:
    """Every basis of a document with its path."""
    if isinstance(value, list):
        return [found for n, each in enumerate(value, 1) for found in _bases(each, f"{path}[{n}]")]
    if not isinstance(value, dict):
        return []
    by_choice = path.rpartition(".")[2] == BASES_OF_CHOICES
    here = [
        (f"{path}.{key}".strip("."), each)
        for key, each in value.items()
        if isinstance(each, str) and (key in BASES or by_choice)
    ]
    return here + [found for key, each in value.items() for found in _bases(each, f"{path}.{key}".strip("."))]
