"""What goes into a bundle beside Python: the wheels of the lock, the program's own, and what starts and replaces it."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from deployment.bundle import interpreter
from deployment.bundle.libraries import SHARED_ZLIB
from deployment.bundle.target import Target
from deployment.bundle.workshop import Workshop

CARRIED = Path(__file__).parent / "carried"
ROOT = Path(__file__).parents[2]
WHEEL = ROOT / "build" / "bundle" / "wheel"  # where make puts the program's own
SUMS, LAUNCHER, README = "SHA256SUMS", "negotiation", "先读我.txt"


def lay_out(python: Workshop, whole: Path, built: list[str], version: str) -> Path:
    """Makes the folder of a bundle anew, with one program in it, which is the one that runs; returns the program's."""
    shutil.rmtree(whole, ignore_errors=True)
    new = whole / "programs" / "new"
    new.mkdir(parents=True)
    _fill(python, new, built)
    program = new.rename(new.with_name(_name_of(new, version)))
    (whole / "current").write_text(f"{program.name}\n", "utf-8")
    for name in (LAUNCHER, README):
        shutil.copy(program / name, whole)
    return program


def _fill(python: Workshop, program: Path, built: list[str]) -> None:
    """Fills a folder with Python, all packages, the units, the list of digests; nothing in it knows where it lies."""
    packages = interpreter.lay_out(python, program / "python")
    _install(packages, python.target)
    shutil.copy(
        python.prefix / "shared" / SHARED_ZLIB, packages / "psycopg_binary.libs"
    )  # where its loader looks first
    shutil.copytree(CARRIED / "upgrading", packages / "upgrading", ignore=shutil.ignore_patterns("__pycache__"))
    _compile(program / "python" / "lib")
    for name in (LAUNCHER, README):
        shutil.copy(CARRIED / name, program)
    for name in ("systemd", "nginx"):
        shutil.copytree(ROOT / "deployment" / name, program / name)
    shutil.copy(ROOT / "LICENSE", program)
    (program / "SOURCES").write_text("\n".join(built) + "\n", "utf-8")
    (program / "MACHINE").write_text(f"{python.target.name}\n", "utf-8")
    _write_sums(program)


def _name_of(program: Path, version: str) -> str:
    """The name of the program's folder: its version, and the beginning of the digest of all that is in it."""
    return f"{version}-{hashlib.sha256((program / SUMS).read_bytes()).hexdigest()[:8]}"


def _install(packages: Path, target: Target) -> None:
    platforms = [word for each in target.wheel_platforms for word in ("--platform", each)]
    only = ["--only-binary=:all:", "--implementation=cp", f"--python-version={interpreter.VERSION}", *platforms]
    _pip(packages, "--require-hashes", *only, "-r", str(ROOT / "requirements.lock"))
    _pip(packages, *map(str, WHEEL.glob("negotiation-*.whl")))
    shutil.rmtree(packages / "bin", ignore_errors=True)  # programs of packages, which name the Python of this machine


def _pip(packages: Path, *words: str) -> None:
    own = ("-qq", "--no-deps", "--no-compile", "--upgrade", "--target", str(packages))
    subprocess.run([sys.executable, "-m", "pip", "install", *own, *words], check=True)


def _compile(library: Path) -> None:
    """Byte code that asks no file's time: the folder may be read-only, and unpacked at whatever hour."""
    command = [sys.executable, "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash"]
    subprocess.run([*command, "-s", str(library), str(library)], check=True)


def _write_sums(program: Path) -> None:
    files = sorted(each for each in program.rglob("*") if each.is_file())
    lines = [f"{hashlib.sha256(each.read_bytes()).hexdigest()}  {each.relative_to(program)}" for each in files]
    (program / SUMS).write_text("\n".join(lines) + "\n", "utf-8")
