"""Rulebooks of other places, written from ``docs/rulebook.md`` alone: what holds of the shipped ones holds of them."""

from pathlib import Path

from negotiation.domain.rulebook import Rulebook, load, shipped

FOLDER = Path(__file__).parent / "rulebooks_foreign"
FOREIGN = {folder.name: folder for folder in sorted(FOLDER.iterdir()) if (folder / "rulebook.toml").is_file()}
# Words of Beijing's rules: in another place they may stand in its own data, and nowhere else.
OF_BEIJING = (
    "领导小组", "37号", "京政", "北京市", "使用部门", "需求部门", "协商未果", "提请协调", "市经济信息化委", "主管部门",
    "驻京", "市级部门", "资源名称",
)  # fmt: skip
EVERYWHERE: dict[str, Path] = {**shipped(), **FOREIGN}


def every_rulebook() -> list[Rulebook]:
    """Those that are shipped, then those of other places."""
    return [load(folder) for folder in EVERYWHERE.values()]
