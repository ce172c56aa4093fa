"""The bundle of each architecture: ``python -m deployment.bundle x86_64 aarch64``. Prints figures for each."""

import shutil
import sys
import tomllib

from deployment.bundle import archive, contents, elf, interpreter
from deployment.bundle.libraries import LIBRARIES
from deployment.bundle.sources import NoSource
from deployment.bundle.target import TARGETS, Target
from deployment.bundle.workshop import Failed, built

FOLDER, DIST = contents.ROOT / "build" / "bundle", contents.ROOT / "dist"
PROGRAMS = {  # what a build asks of the machine, and Debian's package of each
    "apt-get": "apt", "dpkg-source": "dpkg-dev", "gcc": "gcc", "make": "make", "patch": "patch", "perl": "perl",
    "readelf": "binutils", "tclsh": "tcl",
}  # fmt: skip
LARGEST = 120_000_000  # bytes of the file


def main(names: list[str]) -> int:
    """Makes the bundles into dist/; 1, with a sentence, where one cannot be made or could not be loaded everywhere."""
    missing = [package for program, package in PROGRAMS.items() if not shutil.which(program)]
    if missing:
        print(f"Not installed: {', '.join(missing)} (apt-get install {' '.join(missing)}).", file=sys.stderr)
        return 1
    FOLDER.joinpath("sources").mkdir(parents=True, exist_ok=True)
    DIST.mkdir(exist_ok=True)
    try:
        return max([_make(TARGETS[name]) for name in names], default=0)
    except (Failed, NoSource, interpreter.Incomplete) as error:
        print(error, file=sys.stderr)
        return 1


def _make(target: Target) -> int:
    recipes = LIBRARIES | {interpreter.PACKAGE: interpreter.build}
    shops = {package: built(package, build, target, FOLDER) for package, build in recipes.items()}
    taken = [(FOLDER / target.name / f"{package}.built").read_text("utf-8").strip() for package in recipes]
    version = tomllib.loads((contents.ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    whole = FOLDER / target.name / f"negotiation-{version}-{target.name}"
    found = elf.asked(contents.lay_out(shops[interpreter.PACKAGE], whole, taken, version))
    file = DIST / f"{whole.name}.tar.gz"
    archive.write(whole, file)
    told = elf.faults(found)
    if file.stat().st_size > LARGEST:
        told.append(f"{file.name} is larger than {LARGEST:,} bytes")
    print(f"{file.name}: {file.stat().st_size / 1e6:.1f} MB, {elf.line(found)}", *told, sep="\n")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
