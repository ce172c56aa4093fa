"""A seal verifies with somebody else's checker of signed notes: golang.org/x/mod/sumdb/note, as Debian packages it.

Needs the packages golang-go and golang-golang-x-mod-dev; without them the test is skipped by name.
"""

import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from negotiation.core.settings import Settings
from negotiation.services.proof import sealing
from negotiation.store.database import Database

MODULES = Path("/usr/share/gocode")  # where Debian keeps the sources of Go's libraries
CHECKER = """package main

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/mod/sumdb/note"
)

func main() {
	verifier, err := note.NewVerifier(os.Args[1])
	if err != nil {
		panic(err)
	}
	text, _ := io.ReadAll(os.Stdin)
	opened, err := note.Open(text, note.VerifierList(verifier))
	if err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
	fmt.Print(opened.Text)
}
"""


@pytest.fixture
def checker(tmp_path: Path) -> Path:
    """The checker, built."""
    if not shutil.which("go") or not (MODULES / "src/golang.org/x/mod/sumdb/note").is_dir():
        pytest.skip("not installed: golang-go, golang-golang-x-mod-dev")
    source = tmp_path / "checker.go"
    source.write_text(CHECKER)
    own = {"GOPATH": str(MODULES), "GO111MODULE": "off", "GOCACHE": str(tmp_path / "cache"), "GOFLAGS": "-mod=mod"}
    command = ["go", "build", "-o", str(tmp_path / "checker"), str(source)]
    subprocess.run(command, env=os.environ | own, check=True, capture_output=True)
    return tmp_path / "checker"


def test_a_seal_verifies_with_another_program_and_fails_when_a_letter_is_turned(
    checker: Path, sqlite: Database, settings: Settings
) -> None:
    made = sealing.seal(sqlite, settings, datetime(2026, 11, 29, tzinfo=UTC))
    note = made.file.read_text("utf-8")
    passed, refused = (_checked(checker, made.verifier, text) for text in (note, note.replace("\n", "0\n", 2)))
    assert passed == (0, note.partition("\n\n")[0] + "\n")
    assert refused[0] == 1


def _checked(checker: Path, verifier: str, note: str) -> tuple[int, str]:
    done = subprocess.run([checker, verifier], input=note, capture_output=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout
