"""Python itself, from Debian's source with Debian's mended faults, without Debian's own places for files."""

import re
import shutil
import sys
from pathlib import Path

from deployment.bundle.workshop import Workshop

PACKAGE, VERSION = "python3.11", "3.11"
# Debian's patches that mend a fault; the others put files where Debian wants them, and leave modules out.
MENDING = re.compile(r"CVE-|gh-\d|crash|dereference|deadlock")
NEEDED = ("_bz2", "_ctypes", "_elementtree", "_hashlib", "_lzma", "_sqlite3", "_ssl", "pyexpat", "zlib")
LEFT_OUT = ("__pycache__", "test", "tests", "idlelib", "tkinter", "turtledemo", "lib2to3", "ensurepip", "pydoc_data")
# What configure would try out by running it, and cannot where the target is another machine.
KNOWN = {"ac_cv_file__dev_ptmx": "yes", "ac_cv_file__dev_ptc": "no", "ac_cv_buggy_getaddrinfo": "no"}


class Incomplete(Exception):
    """A Python that was built without a module that the program needs."""


def build(shop: Workshop) -> None:
    """Builds the interpreter and its modules in the tree. Raises Failed, and Incomplete where a module is missing."""
    for line in (shop.tree / "debian/patches/series").read_text("utf-8").split():
        if MENDING.search(line):
            shop.run("patch", "-p1", "--no-backup-if-mismatch", "-i", f"debian/patches/{line}")
    _mend_setup(shop.tree / "setup.py")
    options = (
        f"--with-build-python={sys.executable}", f"--with-openssl={shop.prefix}", f"--host={shop.target.triple}",
        "--build=x86_64-pc-linux-gnu", "--prefix=/python", "--without-ensurepip", "--disable-test-modules",
        "--with-system-ffi", "--with-system-expat",
    )  # fmt: skip
    found = {
        "CPPFLAGS": f"-I{shop.prefix}/include", "LDFLAGS": f"-L{shop.prefix}/lib -s",
        "PKG_CONFIG_LIBDIR": f"{shop.prefix}/lib/pkgconfig", "PKG_CONFIG_PATH": "",
    }  # fmt: skip
    shop.run("./configure", *options, READELF=shutil.which("readelf") or "readelf", **found, **KNOWN)
    shop.make("python", "sharedmods", **found)
    missing = [name for name in NEEDED if not list(_modules(shop).glob(f"{name}.*.so"))]
    if missing:
        raise Incomplete(f"without {', '.join(missing)}: see {shop.log}")


def _mend_setup(setup: Path) -> None:
    """Takes this machine's own libraries out of the search for those of the target, and lets the module of Expat see
    what a mended fault made it look at: Debian builds it into the interpreter."""
    text = setup.read_text("utf-8").replace("        self.add_multiarch_paths()\n", "")
    within = "Extension('pyexpat', extra_compile_args=['-DPy_BUILD_CORE_MODULE'],"
    setup.write_text(text.replace("Extension('pyexpat',", within), "utf-8")


def lay_out(shop: Workshop, place: Path) -> Path:
    """Puts what was built into a folder that can be moved anywhere, and returns its folder of packages."""
    library = place / "lib" / f"python{VERSION}"
    shutil.copytree(shop.tree / "Lib", library, ignore=shutil.ignore_patterns(*LEFT_OUT))
    (library / "lib-dynload").mkdir()
    for module in sorted(_modules(shop).glob("*.so")):
        shutil.copy(module, library / "lib-dynload")
    for data in _modules(shop).glob("_sysconfigdata*.py"):
        shutil.copy(data, library)
    (place / "bin").mkdir()
    shutil.copy(shop.tree / "python", place / "bin" / f"python{VERSION}")
    shutil.copy(shop.tree / "LICENSE", place / "LICENSE")
    packages = library / "site-packages"
    packages.mkdir(exist_ok=True)
    return packages


def _modules(shop: Workshop) -> Path:
    (folder,) = (shop.tree / "build").glob("lib.linux-*")
    return folder
