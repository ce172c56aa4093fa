"""Budgets of tries: how many somebody has at once, and how soon they have another. Kept in this process alone.

One instant is kept for each key (the generic cell rate algorithm): the one at which its budget is whole again. The
instant of a try is an argument.
"""

from collections import OrderedDict
from collections.abc import Hashable
from datetime import datetime, timedelta

NOTHING = timedelta(0)
MOST_KEYS = 20_000  # so that who comes under ever new names fills no memory: the one unused longest is forgotten


class Budget:
    """``tries`` at once for each key; a budget that is used up is whole again after ``within``."""

    def __init__(self, tries: int, within: timedelta) -> None:
        self._each, self._within = within / tries, within
        self._whole_at: OrderedDict[Hashable, datetime] = OrderedDict()

    def wait(self, key: Hashable, at: datetime) -> timedelta:
        """The time until this key has a try; nothing if it has one."""
        whole_at = self._whole_at.get(key, at)
        return max(NOTHING, whole_at + self._each - self._within - at)

    def take(self, key: Hashable, at: datetime) -> None:
        """Takes one try."""
        self._whole_at[key] = max(self._whole_at.get(key, at), at) + self._each
        self._whole_at.move_to_end(key)
        if len(self._whole_at) > MOST_KEYS:
            self._whole_at.popitem(last=False)

    def give_back(self, key: Hashable) -> None:
        """Gives back a try that was no failure."""
        if key in self._whole_at:
            self._whole_at[key] -= self._each
