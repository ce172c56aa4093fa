"""The memory of a process: how often Python looks for what nobody refers to any more."""

import gc

# New objects between two looks, and looks between two deeper ones. Python's own 700, 10, 10 take a fifth of the time
# in which ten thousand cases are derived (``bench past``); reference counts free nearly all of it without a look.
_LOOKS = (20_000, 20, 20)


def look_seldom() -> None:
    """Lets this process look for cyclic garbage seldom; called once, where a program begins."""
    gc.set_threshold(*_LOOKS)
