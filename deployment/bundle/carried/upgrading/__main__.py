"""The command ``./negotiation upgrade``; its first word is the folder of the bundle, which the launcher gives."""

import argparse
import os
import sys
from pathlib import Path

from .back import go_back
from .forward import upgrade
from .installation import Bundle, Refused


def main(words: list[str]) -> int:
    """Upgrades, or goes back; prints what was done, or why not (1)."""
    parser = argparse.ArgumentParser(prog="negotiation upgrade", description="升级程序；先备份，可以退回。")
    parser.add_argument("top", type=Path, help=argparse.SUPPRESS)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("file", nargs="?", type=Path, help="新版本的文件（.tar.gz）")
    which.add_argument("--back", action="store_true", help="退回上一次升级之前的程序和数据")
    parser.add_argument("--key", type=Path, help="备份已加密时：私钥文件")
    given = parser.parse_args(words)
    bundle = Bundle(given.top, Path(os.environ["NEGOTIATION_HOME"]).absolute())
    try:
        with bundle.alone():
            done = go_back(bundle, given.key) if given.back else upgrade(bundle, given.file)
    except Refused as error:
        print(error, file=sys.stderr)
        return 1
    print(done)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
