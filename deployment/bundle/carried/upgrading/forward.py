"""To a newer program: unpacked, backed up, migrated, taken."""

import json
import shutil
from pathlib import Path

from .installation import Bundle, Step, demand_done
from .unpacking import unpacked


def upgrade(bundle: Bundle, file: Path) -> str:
    """Unpacks, backs up, migrates and takes the program of a file; returns what was done, in words. Raises Refused."""
    before, after = bundle.current, unpacked(bundle, file)
    if after == before:
        return f"已是这个版本：{after}"
    backup = _backed_up(bundle, after) if bundle.is_used else ""
    bundle.remember(Step(before, after, backup))
    if bundle.is_used:
        demand_done(bundle.run(after, "migrate", "--no-backup"), "数据库未能更新，程序和数据保持原样")
    bundle.take(after)
    for each in (bundle.top / "programs").iterdir():
        if each.name not in (before, after):
            shutil.rmtree(each)
    kept = f"，升级之前的备份在 {backup}" if backup else ""
    return f"已升级：{before} → {after}{kept}。请重新启动服务；要退回：./negotiation upgrade --back"


def _backed_up(bundle: Bundle, after: str) -> str:
    """The backup by the program that runs. Where an upgrade to the same program was cut after it had migrated, that
    program reads the database no more, and the backup of that upgrade stands. Raises Refused if there is none."""
    folder = bundle.home / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    number = 1 + sum(each.name.startswith(f"before-{after}-") for each in folder.iterdir())
    made = bundle.run(bundle.current, "backup", str(folder / f"before-{after}-{number}.zip"), "--json")
    if made.returncode == 0:
        return str(json.loads(made.stdout)["file"])
    step = bundle.step
    if step and step.after == after and step.before == bundle.current and Path(step.backup).is_file():
        return step.backup
    demand_done(made, "升级之前未能备份，什么都没有改变")
    raise AssertionError("a failed command was taken for a good one")
