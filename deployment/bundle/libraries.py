"""The libraries that Python's own modules stand on, from Debian's sources, as archives that are linked in.

Nothing of them is asked of the machine: not its OpenSSL, not its SQLite.
"""

import shutil

from deployment.bundle.workshop import ALWAYS, Workshop

EXPAT = ("HAVE_GETRANDOM 1", "BYTEORDER 1234", "XML_NS 1", "XML_DTD 1", "XML_GE 1", "XML_CONTEXT_BYTES 1024")
SHARED_ZLIB = "libz.so.1"
# Of Debian's own options those that the program can meet: the search of texts, and as many values in one statement.
SQLITE = (
    "-DSQLITE_ENABLE_FTS3", "-DSQLITE_ENABLE_FTS5", "-DSQLITE_ENABLE_RTREE=1", "-DSQLITE_ENABLE_MATH_FUNCTIONS",
    "-DSQLITE_ENABLE_COLUMN_METADATA", "-DSQLITE_ENABLE_DBSTAT_VTAB", "-DSQLITE_SECURE_DELETE", "-DSQLITE_THREADSAFE=1",
    "-DSQLITE_MAX_VARIABLE_NUMBER=250000",
)  # fmt: skip


def zlib(shop: Workshop) -> None:
    """libz, for zip files and what is sent compressed; shared too, for PostgreSQL's client, which expects it."""
    shop.run("./configure", "--static", f"--prefix={shop.prefix}", CHOST=shop.target.triple)
    shop.make("libz.a")
    shop.make("install")
    names = (
        "-shared",
        "-s",
        f"-Wl,-soname,{SHARED_ZLIB}",
        "-Wl,--undefined-version",
        "-Wl,--version-script,zlib.map",
        "-Wl,--whole-archive",
    )
    (shop.prefix / "shared").mkdir(exist_ok=True)
    shop.run(f"{shop.prefix}/tools/cc", *names, "-o", f"{shop.prefix}/shared/{SHARED_ZLIB}", "libz.a")


def bzip2(shop: Workshop) -> None:
    """libbz2, whose makefile knows no other compiler than those that it is told of."""
    tools = shop.prefix / "tools"
    given = [f"CC={tools}/cc", f"AR={tools}/ar", f"RANLIB={tools}/ranlib", f"CFLAGS={ALWAYS} -D_FILE_OFFSET_BITS=64"]
    shop.make("libbz2.a", *given)
    shutil.copy(shop.tree / "libbz2.a", shop.prefix / "lib")
    shutil.copy(shop.tree / "bzlib.h", shop.prefix / "include")


def xz(shop: Workshop) -> None:
    """liblzma alone, without its programs."""
    without = ("shared", "nls", "xz", "xzdec", "lzmadec", "lzmainfo", "scripts", "doc")
    _configured(shop, *(f"--disable-{each}" for each in without))


def ffi(shop: Workshop) -> None:
    """libffi. Its trampolines are static ones: nothing is both written and run, as the units demand."""
    options = ("--disable-shared", "--disable-docs", "--disable-multi-os-directory", "--with-pic")
    _configured(shop, *options, CFLAGS=f"{ALWAYS} -Wno-error=implicit-function-declaration")


def sqlite(shop: Workshop) -> None:
    """SQLite as one file of C, which its own scripts put together on this machine, compiled for the other."""
    shop.run("./configure", "--disable-tcl", CC="gcc", AR="ar", RANLIB="ranlib", CFLAGS="")
    shop.run("make", "sqlite3.c")
    tools = shop.prefix / "tools"
    shop.run(f"{tools}/cc", *ALWAYS.split(), *SQLITE, "-c", "sqlite3.c")
    shop.run(f"{tools}/ar", "rcs", str(shop.prefix / "lib" / "libsqlite3.a"), "sqlite3.o")
    for name in ("sqlite3.h", "sqlite3ext.h"):
        shutil.copy(shop.tree / name, shop.prefix / "include")


def expat(shop: Workshop) -> None:
    """Expat, which reads what is inside of sheets: with Debian's mended faults, not the copy that Python brings."""
    source, tools = shop.tree / "expat" / "lib", shop.prefix / "tools"
    (source / "expat_config.h").write_text("".join(f"#define {each}\n" for each in EXPAT), "utf-8")
    names = [each.stem for each in sorted(source.glob("*.c")) if not each.stem.endswith(("_impl", "_ns"))]
    for name in names:
        shop.run(f"{tools}/cc", *ALWAYS.split(), f"-I{source}", "-c", f"{source}/{name}.c")
    shop.run(f"{tools}/ar", "rcs", str(shop.prefix / "lib" / "libexpat.a"), *(f"{each}.o" for each in names))
    for name in ("expat.h", "expat_external.h"):
        shutil.copy(source / name, shop.prefix / "include")


def openssl(shop: Workshop) -> None:
    """OpenSSL without modules that it would look for at run time."""
    without = ("shared", "tests", "engine", "dso", "legacy")
    options = [f"no-{each}" for each in without] + [f"--prefix={shop.prefix}", "--libdir=lib", "--openssldir=/etc/ssl"]
    shop.run("./Configure", shop.target.openssl, *options)
    shop.make("build_libs")
    shop.run("make", "install_dev")


def _configured(shop: Workshop, *options: str, **variables: str) -> None:
    place = ("--build=x86_64-pc-linux-gnu", f"--host={shop.target.triple}", f"--prefix={shop.prefix}")
    shop.run("./configure", *place, *options, **variables)
    shop.make("install")


LIBRARIES = {
    "zlib": zlib,
    "bzip2": bzip2,
    "xz-utils": xz,
    "libffi": ffi,
    "sqlite3": sqlite,
    "expat": expat,
    "openssl": openssl,
}
