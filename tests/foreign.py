"""Rulebooks of other places, written from ``docs/rulebook.md`` alone: what holds of the shipped ones holds of them."""

from pathlib import Path

from negotiation.domain.rulebook import Rulebook, load, shipped

FOLDER = Path(__file__).parent / "rulebooks_foreign"
FOREIGN = {folder.name: folder for folder in sorted(FOLDER.iterdir()) if (folder / "rulebook.toml").is_file()}
EVERYWHERE: dict[str, Path] = {**shipped(), **FOREIGN}


def every_rulebook() -> list[Rulebook]:
    """Those that are shipped, then those of other places."""
    return [load(folder) for folder in EVERYWHERE.values()]
