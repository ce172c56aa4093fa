"""Back to the program and the data of before the last upgrade; what was entered since is kept beside them."""

import shutil
from pathlib import Path

from .installation import DATABASE, Bundle, Refused, Step, demand_done

SETTINGS = "settings.toml"  # with the passwords, which no backup has
KEPT = ("keys", "backups", "logs")  # of the home: no backup has the first two, and the log went on after it


def go_back(bundle: Bundle, key: Path | None) -> str:
    """Puts the program and the home of before the last upgrade in place; returns what was done. Raises Refused."""
    step = bundle.step
    if step is None or not bundle.program(step.before).is_dir():
        raise Refused("没有可以退回的升级", "请用 restore 恢复备份")
    aside = bundle.home.with_name(f"{bundle.home.name}.{step.after}")
    if step.backup:
        _put_back(bundle, step, aside, key)
    bundle.take(step.before)
    (bundle.top / "upgrade.json").unlink()
    kept = f"升级之后的数据保留在 {aside}，其中升级之后登记的须重新登记。" if step.backup else ""
    return f"已退回：{step.after} → {step.before}。{kept}请重新启动服务"


def _put_back(bundle: Bundle, step: Step, aside: Path, key: Path | None) -> None:
    """The home as the backup has it, and that of after the upgrade beside it. Each move is done once, however often
    this is begun again."""
    restored = bundle.home.with_name(f"{bundle.home.name}.restored")
    if not restored.exists() and not aside.exists():
        if not (bundle.home / DATABASE).exists():
            todo = "请把备份恢复到一个空的数据库（negotiation restore），再改 NEGOTIATION_DATABASE_URL"
            raise Refused(f"数据在数据库服务器上，不能自动退回；备份在 {step.backup}", todo)
        _restore(bundle, step, restored, key)
    if not aside.exists():
        bundle.home.rename(aside)
    if restored.exists():
        restored.rename(bundle.home)


def _restore(bundle: Bundle, step: Step, restored: Path, key: Path | None) -> None:
    """Restores the backup by the old program, under another name until it is whole."""
    partial = restored.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(mode=0o700)
    if (bundle.home / SETTINGS).exists():
        shutil.copy2(bundle.home / SETTINGS, partial)
    opened = ("--key", str(key)) if key else ()
    done = bundle.run(step.before, "restore", step.backup, *opened, home=partial)
    if not (partial / DATABASE).exists():  # what doctor finds in it ends with 1 too, and is no reason to stay
        demand_done(done, "备份未能恢复，程序和数据保持原样")
    for name in KEPT:
        if (bundle.home / name).is_dir():
            shutil.copytree(bundle.home / name, partial / name, dirs_exist_ok=True)
    partial.rename(restored)
