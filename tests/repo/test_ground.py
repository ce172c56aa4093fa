"""The ground holds: locks, versions, what the wheel carries, and what no file may name."""

import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from packaging.dependency_groups import resolve_dependency_groups
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")
TRAVELLING = {  # each folder of the tree, and where the wheel has it
    "templates": "negotiation/templates",
    "negotiation/rulebooks": "negotiation/rulebooks",
    "negotiation/store/migrations": "negotiation/store/migrations",
    "calendars/data": "calendars/data",
}
LEFT_BY_A_RUN = {".git", ".venv", "var", "build", "dist", "__pycache__", ".hypothesis", ".import_linter_cache"}

# Put together here, so that this file does not name what it forbids.
REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("yarnpkg", "com"),
        ("deb", "debian", "org"),
        ("archive", "ubuntu", "com"),
        ("conda", "anaconda", "org"),
        ("crates", "io"),
        ("proxy", "golang", "org"),
    )
)
MACHINE_PATH = re.compile(r"(?<![\w./*$}-])/(?:work|root|home/\w+|Users/\w+|opt/\w+)/")


# The locks


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_requirement_is_one_version_with_its_hashes(lock: str) -> None:
    for name, entry in _locked(lock).items():
        assert re.match(r"^[\w.-]+==[\w.!+-]+( ;.+?)?( \\)?$", entry[0]), f"{name} is not pinned to one version"
        assert len(entry) > 1, f"{name} has no hash"
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}( \\)?", line) for line in entry[1:]), name


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_no_index_option_no_url_and_no_path(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    options = [line for line in text.splitlines() if line.startswith("-")]
    assert not options
    assert not re.search(r"://| @ |index-url|find-links|trusted-host", text)
    assert not re.search(r"(^|\s)\.{0,2}/\w", text)


def test_the_bill_of_materials_names_every_pinned_package_and_is_the_same_each_time(tmp_path: Path) -> None:
    written = [tmp_path / name for name in ("once.json", "again.json")]
    for file in written:
        command = [sys.executable, ".ci/bom", "requirements.lock", str(file)]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    named = {(each["name"], each["version"]) for each in json.loads(written[0].read_text("utf-8"))["components"]}
    pins = re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE)
    assert named == set(pins)
    assert written[0].read_bytes() == written[1].read_bytes()


@pytest.mark.parametrize("lock", LOCKS)
def test_the_pins_satisfy_the_ranges_of_the_project(lock: str) -> None:
    project, pins = _pyproject()["project"], _pins(lock)
    extras = itertools.chain(*project["optional-dependencies"].values())
    wanted = [*project["dependencies"], *extras, *_pyproject()["build-system"]["requires"]]
    if lock == "requirements-dev.lock":
        wanted += resolve_dependency_groups(_pyproject()["dependency-groups"], "dev")
    for requirement in map(Requirement, wanted):
        pin = pins.get(_canonical(requirement.name))
        assert pin, f"{lock} does not pin {requirement.name}: run make lock"
        assert requirement.specifier.contains(pin, prereleases=True), f"{lock} pins {requirement.name} {pin}"


def test_both_locks_pin_the_same_versions() -> None:
    assert _pins("requirements.lock").items() <= _pins("requirements-dev.lock").items()


# The version


def test_the_newest_heading_of_the_changelog_names_the_version() -> None:
    headings = re.findall(r"^## \[?(\d[\w.]*)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[0] == _pyproject()["project"]["version"]
    assert headings == sorted(headings, key=Version, reverse=True)


# The Pythons


def test_every_supported_python_is_tested_on_each_database() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yaml").read_text("utf-8"))
    project, matrix = _pyproject()["project"], workflow["jobs"]["test"]["strategy"]["matrix"]
    named = [text.rpartition(" ")[2] for text in project["classifiers"] if re.search(r":: 3\.\d+$", text)]
    assert matrix == {"python": named, "database": ["sqlite", "postgresql"]}
    assert project["requires-python"] == f">={named[0]}"


# What no file may name


def test_no_file_names_a_registry_or_a_machines_own_path() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in _files()
        for number, line in enumerate(_text(path).splitlines(), 1)
        if MACHINE_PATH.search(line) or any(host in line for host in REGISTRIES)
    ]
    assert not found, "\n".join(found)


# The wheel


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what git would carry: a stray file of this machine neither helps nor harms."""
    tree = tmp_path_factory.mktemp("tree")
    for path in _files():
        copy = tree / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy)
    return tree


@pytest.fixture(scope="module")
def wheel(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _wheel(tree, tmp_path_factory.mktemp("wheel"))


@pytest.mark.parametrize(("folder", "place"), TRAVELLING.items())
def test_every_file_of_the_folder_travels_in_the_wheel(wheel: Path, folder: str, place: str) -> None:
    in_tree = {path.relative_to(ROOT / folder) for path in _files() if path.is_relative_to(ROOT / folder)}
    assert in_tree, f"{folder} is empty"
    assert {f"{place}/{path.as_posix()}" for path in in_tree} <= _names(wheel)


def test_the_wheel_carries_the_product_and_nothing_else(wheel: Path) -> None:
    version = _pyproject()["project"]["version"]
    assert {name.split("/")[0] for name in _names(wheel)} == {
        "negotiation", "calendars", f"negotiation-{version}.dist-info"
    }  # fmt: skip


def test_both_packages_say_that_they_carry_types(wheel: Path) -> None:
    assert {"negotiation/py.typed", "calendars/py.typed"} <= _names(wheel)


def test_the_source_archive_builds_the_same_wheel(wheel: Path, tree: Path, tmp_path: Path) -> None:
    _run(sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", str(tmp_path), cwd=tree)
    (archive,) = tmp_path.glob("*.tar.gz")
    assert _names(_wheel(archive, tmp_path / "wheel")) == _names(wheel)


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of packages in which nothing but the wheel is installed."""
    found = tmp_path_factory.mktemp("site")
    _pip("install", "--no-deps", "--target", str(found), str(wheel))
    return found


def test_an_installed_wheel_finds_its_templates_without_the_checkout(site: Path, tmp_path: Path) -> None:
    ask = (
        "import sys; sys.path.insert(0, sys.argv[1]); from negotiation import template_folder;"
        "print(*(template_folder(kind) for kind in sys.argv[2:]))"
    )  # -I -S: neither this folder nor what is installed beside the suite
    kinds = sorted(path.name for path in (ROOT / "templates").iterdir())
    seen = _run(sys.executable, "-I", "-S", "-c", ask, str(site), *kinds, cwd=tmp_path).split()
    assert seen == [str(site / "negotiation" / "templates" / kind) for kind in kinds]
    assert all(any(Path(folder).iterdir()) for folder in seen)


def test_an_installed_wheel_reads_its_rulebooks_without_the_checkout(site: Path, tmp_path: Path) -> None:
    ask = (
        "import sys; sys.path[:] = [sys.argv[1], *(each for each in sys.path if each != sys.argv[2])];"
        "from negotiation.domain.rulebook.checks.names import mail_templates; print(*mail_templates())"
    )
    seen = _run(sys.executable, "-I", "-c", ask, str(site), str(ROOT), cwd=tmp_path).split()
    assert sorted(seen) == sorted(path.stem for path in (ROOT / "templates" / "mail").glob("*.txt"))


# Hands


def _pyproject() -> dict[str, dict]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def _locked(lock: str) -> dict[str, list[str]]:
    """Each requirement of a lock with its lines: the pin first, then the hashes."""
    entries: dict[str, list[str]] = {}
    name = ""
    for line in (ROOT / lock).read_text("utf-8").splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not line[0].isspace():
            name = _canonical(re.split(r"[=<>~! \[]", line)[0])
            entries[name] = []
        entries[name].append(line.strip())
    return entries


def _pins(lock: str) -> dict[str, str]:
    return {name: entry[0].split("==")[1].split()[0] for name, entry in _locked(lock).items()}


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _wheel(source: Path, out: Path) -> Path:
    _pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(out), str(source))
    (built,) = out.glob("*.whl")
    return built


def _names(wheel: Path) -> set[str]:
    return set(zipfile.ZipFile(wheel).namelist())


def _files() -> list[Path]:
    """What git carries or would carry; the tree itself where there is no git."""
    try:
        listed = _run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT)
        top = _run("git", "rev-parse", "--show-toplevel", cwd=ROOT).strip()
    except (OSError, subprocess.CalledProcessError):
        return sorted(_walk(ROOT))
    if Path(top) != ROOT.resolve():
        return sorted(_walk(ROOT))
    return sorted(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())


def _walk(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.name in LEFT_BY_A_RUN or entry.name.endswith("_cache"):
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield from _walk(entry)
        elif entry.is_file():
            yield entry


def _text(path: Path) -> str:
    content = path.read_bytes()
    return "" if b"\0" in content else content.decode("utf-8", "replace")


def _pip(*arguments: str) -> None:
    _run(sys.executable, "-m", "pip", "-qq", "--disable-pip-version-check", *arguments)


def _run(*command: str, cwd: Path | None = None) -> str:
    # The suite may itself run inside a git hook, whose variables would point git at another tree.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        return subprocess.run(
            command, cwd=cwd, env=environment, check=True, capture_output=True, encoding="utf-8"
        ).stdout
    except subprocess.CalledProcessError as failure:
        failure.add_note(failure.stderr)
        raise
