"""The list of mail templates names each of them, and nothing else."""

import re

from negotiation import template_folder

FOLDER = template_folder("mail")


def test_each_mail_template_is_listed_with_its_trigger_and_facts() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+) \| (.+) \|$", (FOLDER / "README.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(name for name, _, _ in rows) == sorted(
        path.stem for path in FOLDER.glob("*.txt") if not path.stem.startswith("_")
    )
