"""Each bundle of ``dist/`` on a machine without anything: ``python -m tests.deployment.bare_machine``, as root.

A root of an older Debian, its packages unpacked and nothing of it set up; no network; an account without rights. For
another processor the bundle's Python runs under qemu-user-static on that root's own glibc, and the shell with its tools
is this machine's busybox. Exit 1 where a bundle does not come to its desk.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOTS = ROOT / "build" / "bare"
SUITE = "bullseye"  # the oldest that Debian's mirrors still have; its glibc is 2.31
DEBIAN = {"x86_64": "amd64", "aarch64": "arm64"}
NEEDED = {
    "debootstrap": "debootstrap",
    "unshare": "util-linux",
    "ip": "iproute2",
    "qemu-aarch64-static": "qemu-user-static",
    "busybox": "busybox-static",
}
NOBODY = "65534:65534"


def main() -> int:
    """Tries every bundle; prints what each said. 0 if all did."""
    missing = [package for program, package in NEEDED.items() if not shutil.which(program)]
    if os.getuid() != 0 or missing:
        print(f"Not tried: root is needed, and {', '.join(missing) or 'nothing else'}.")
        return 1
    bundles = sorted((ROOT / "dist").glob("negotiation-*-*.tar.gz"))
    if not bundles:
        print("There is no bundle in dist/: make bundle.")
    return max([_try(each) for each in bundles], default=1)


def _try(bundle: Path) -> int:
    machine = bundle.name.removesuffix(".tar.gz").rpartition("-")[2]
    place = _root(machine)
    trial = place / "srv" / "trial"
    shutil.rmtree(trial, ignore_errors=True)
    trial.mkdir()
    os.chown(trial, *map(int, NOBODY.split(":")))
    shutil.copy(bundle, place / "srv" / "bundle.tar.gz")
    shutil.copy(ROOT / "tests/sample/ledger-2026.xlsx", place / "srv" / "ledger.xlsx")
    shutil.copy(Path(__file__).with_name("trial.sh"), place / "srv")
    shutil.copy(Path(__file__).with_name("trial.py"), place / "srv")
    print(f"== {bundle.name}", flush=True)
    foreign = machine != os.uname().machine
    shell = "/tools/sh /srv/trial.sh foreign" if foreign else "/bin/sh /srv/trial.sh"
    inside = f"ip link set lo up && mount -t proc proc {place}/proc && exec chroot --userspec={NOBODY} {place} {shell}"
    command = ["unshare", "--net", "--mount", "--pid", "--fork", "sh", "-c", inside]
    return subprocess.run(command, check=False).returncode


def _root(machine: str) -> Path:
    """The root of a machine: Debian's essential packages as they are unpacked, before any of them is set up."""
    place = ROOTS / machine
    if not place.exists():
        mirror = _mirror()
        command = [
            "debootstrap",
            "--foreign",
            "--variant=minbase",
            f"--arch={DEBIAN[machine]}",
            SUITE,
            str(place),
            mirror,
        ]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        if (place / "proc").is_symlink():
            (place / "proc").unlink()
            (place / "proc").mkdir()
        (place / "tmp").chmod(0o1777)
        if machine != os.uname().machine:
            _lend_tools(place, machine)
    return place


def _lend_tools(place: Path, machine: str) -> None:
    """An emulator, and a shell and tools that need none, in a root whose own programs cannot run here."""
    tools = place / "tools"
    tools.mkdir()
    shutil.copy(shutil.which(f"qemu-{machine}-static") or "", tools / "emulator")
    shutil.copy(shutil.which("busybox") or "", tools / "busybox")
    for name in ("cat", "chmod", "kill", "mv", "sh", "sleep", "tar"):
        (tools / name).symlink_to("busybox")
    (place / "bin/sh").unlink()
    (place / "bin/sh").symlink_to("/tools/busybox")


def _mirror() -> str:
    """The archive of Debian from which apt takes packages here."""
    command = [
        "apt-get",
        "indextargets",
        "--format",
        "$(REPO_URI) $(RELEASE)",
        "Created-By: Packages",
        "Origin: Debian",
    ]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return next(uri for uri, suite in zip(found[::2], found[1::2], strict=True) if "-" not in suite)


if __name__ == "__main__":
    sys.exit(main())
