"""Run of simulated years over many seeds, a line for each: ``python -m tests.simulation``.

With seeds these alone, else from 1 to MANY; every fiftieth is lived twice and must leave the same behind. Exit 1 where
anything is not as it must be; what is not stands below the line of its seed.
"""

import logging
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from tests.simulation.findings import counts, faults
from tests.simulation.lived import lived, record_of
from tests.simulation.mail import MailServer
from tests.simulation.program import settle

TWICE = 50


def main(words: Sequence[str] | None = None) -> int:
    """Lives seed after seed; 0 if all was as it must be."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("seeds", nargs="*", type=int)
    parser.add_argument("--many", type=int, default=1000)
    asked = parser.parse_args(words)
    logging.disable(logging.ERROR)  # of the program, which says what it was refused, again and again
    failed = 0
    with closing(MailServer()) as mail, TemporaryDirectory(prefix="years-") as folder:
        settle(before := Path(folder) / "before")
        for seed in asked.seeds or range(1, asked.many + 1):
            found = _run(seed, before, mail)
            failed += bool(found)
            print(*found, sep="\n", end="\n" if found else "", flush=True)
    print(failed, "seeds failed")
    return 1 if failed else 0


def _run(seed: int, before: Path, mail: MailServer) -> list[str]:
    """What is not as it must be in the year of a seed."""
    began = process_time()
    records = []
    for _ in range(2 if seed % TWICE == 0 else 1):
        with TemporaryDirectory(prefix="year-") as folder, lived(seed, Path(folder), before, mail) as year:
            found = faults(year)
            records.append(record_of(year))
            told = counts(year)
    other = [name for name, digest in records[0].items() if records[-1][name] != digest]
    found += [f"lived twice, it left other {name}" for name in other]
    lines = ", ".join(f"{name} {many}" for name, many in told.items())
    print(f"seed {seed}: {len(found)} faults, {process_time() - began:.0f} s; {lines}")
    return found


if __name__ == "__main__":
    sys.exit(main())
