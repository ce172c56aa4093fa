"""The smallest rulebook that runs: an application, an answer within a term, and nothing that has to be guessed."""

from datetime import date

from negotiation import template_folder


def smallest(rulebook_id: str, since: date) -> dict[str, str]:
    """The files of a rulebook of that id which is in force from a day on."""
    found = {path.name: path.read_text("utf-8") for path in sorted(template_folder("rulebook").glob("*.toml"))}
    head = found["rulebook.toml"].replace("{id}", rulebook_id).replace("{since}", since.isoformat())
    return found | {"rulebook.toml": head}
