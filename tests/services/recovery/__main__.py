"""Run of the recovery of true histories over many seeds, a line for each: ``python -m tests.services.recovery``.

Cases of an odd seed are opened under 国务院令第809号, of an even one before it. With seeds these alone, else from 1
on until EACH mistakes of every kind were made. Exit 1 where anything is not the same as in truth; what is not stands
below the line of its seed.
"""

import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from tests.services.recovery.lived import YEARS, Lived, lived_in
from tests.services.recovery.plan import KINDS
from tests.services.recovery.truth import INTO_809, UNDER_809

LONGEST = 400  # characters of what is said of a fault


def main(words: Sequence[str] | None = None) -> int:
    """Lives seed after seed; 0 if every history was recovered."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("seeds", nargs="*", type=int)
    parser.add_argument("--each", type=int, default=1000, help="mistakes of each kind")
    parser.add_argument("--cases", type=int, default=640, help="cases of a seed")
    asked = parser.parse_args(words)
    made: Counter[str] = Counter(dict.fromkeys(KINDS, 0))
    failed = 0
    for seed in asked.seeds or count(1):
        with TemporaryDirectory(prefix="recovery-") as folder:
            found = _run(Path(folder), seed, asked.cases, made)
        failed += bool(found)
        print(*found, sep="\n", end="\n" if found else "", flush=True)
        if not asked.seeds and min(made.values()) >= asked.each:
            break
    print("made", _counts(made), "·", failed, "seeds failed")
    return 1 if failed else 0


def _run(folder: Path, seed: int, cases: int, made: Counter[str]) -> list[str]:
    """What is not as it was in truth in the city of a seed."""
    began = process_time()
    for lived in lived_in(folder, seed, cases, UNDER_809 if seed % 2 else INTO_809):
        of_cases = [*lived.stuck(), *lived.differing(), *lived.believed()]
        found = [text[:LONGEST] for text in of_cases or _miscounted(lived)]  # a case that differs is counted otherwise
        made.update(lived.desk.made)
        mistakes = sum(lived.desk.made.values())
        print(f"seed {seed}: {mistakes} mistakes, {len(found)} faults, {process_time() - began:.0f} s;", _counts(made))
    return found


def _miscounted(lived: Lived) -> Iterator[str]:
    for year in YEARS:
        true, entered = lived.counted(year)
        for cell in sorted(true.keys() | entered.keys()):
            if true.get(cell) != entered.get(cell):
                yield f"report {year}: {cell}: {true.get(cell)} is {entered.get(cell)}"


def _counts(made: Counter[str]) -> str:
    return ", ".join(f"{kind} {many}" for kind, many in made.items())


if __name__ == "__main__":
    sys.exit(main())
