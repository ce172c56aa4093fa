"""Cases that went from one department to another within the period."""

from collections.abc import Iterable

from negotiation.documents.report.rows import Moved
from negotiation.documents.report.sources import Gathering
from negotiation.services.context import Context

Moves = dict[tuple[str, str, int, int], list[str]]  # procedure, part, who gave, who took → numbers of the cases


def moves_in(gathering: Gathering) -> Moves:
    """The numbers of the cases that went from one department to another within the period."""
    found: Moves = {}
    span = gathering.span
    for history in gathering.histories.values():
        for interval in history.counted:
            taken = [move for move in history.moves if interval.taken and move.seq == interval.begun_seq]
            for move in (*taken, *interval.moves):
                if span.since <= move.on <= span.until:
                    found.setdefault((history.rules.key, move.role, move.given, move.taken), []).append(history.no)
    return found


def moved(context: Context, found: Moves) -> tuple[Moved, ...]:
    """Moves in words, in official order of the departments that gave."""
    order = [unit.id for unit in context.directory.in_order()]
    keys = sorted(found, key=lambda key: (key[0], key[1], order.index(key[2]), order.index(key[3])))
    return tuple(_moved(context, key, found[key]) for key in keys)


def _moved(context: Context, key: tuple[str, str, int, int], nos: Iterable[str]) -> Moved:
    procedure, role, given, taken = key
    name = context.directory.name
    return Moved(procedure, context.roles.get(role, role), name(given), name(taken), tuple(sorted(set(nos))))
