"""States in which a case could stay for ever: nobody is asked when, only the holder leads out, or two turn in a circle.

The first state is exempt: a draft is its drafter's own, was handed in to nobody, and no term runs in it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from negotiation.domain.rulebook.event_rules import BACK, ITEMS, STAY, Transition
from negotiation.domain.rulebook.item_rules import COMES_TO, OVERDUE
from negotiation.domain.rulebook.model import Procedure
from negotiation.domain.rulebook.reader import Reader


class _Move(NamedTuple):
    """A row that leads on: the states that it can lead to, and who can take it.

    ``free``: somebody else than a party that holds the state can take it, and no condition but time is in the way.
    ``chosen``: who takes it chooses among the targets. ``endless``: it can be taken again and again. ``waits``: time
    must pass before it can be taken.
    """

    row: Transition
    targets: frozenset[str]
    free: bool
    chosen: bool
    endless: bool
    waits: bool


def check_exits(procedure: Procedure, read: Reader) -> None:
    """Add the states without a term or an agenda, those that nobody but the holder leads out of, and the wheels."""
    moves = {state: tuple(_moves(procedure, state)) for state in procedure.open_states if state != procedure.initial}
    for key in moves:
        if not (procedure.states[key].term or procedure.states[key].agenda or key in _owing(procedure)):
            read.fault(f"states.{key}.term", "缺少：未结束的状态须有期限（term）或列入议程（agenda），否则无人过问")
    dead = {state for state, rows in moves.items() if not any(each.free for each in rows)}
    led_out = _led_out(procedure, moves, dead)
    for key in (key for key, rows in moves.items() if rows and (key in dead or key not in led_out)):
        read.fault(f"states.{key}", _stuck(procedure, key, moves[key], led_out))
    for wheel in _wheels(procedure, moves):
        if not any(_to_a_third(procedure, move, wheel) for state in wheel for move in moves[state]):
            todo = "其中须有一行不待届满即可转到由办公室或上级机关办理的状态，或用 unless 限定次数"
            read.fault(f"states（{'、'.join(wheel)}）", f"双方可以在这些状态之间无限往复：{todo}")


# --------------------------------------------------------------------------------------------------------- moves


def _moves(procedure: Procedure, state: str) -> Iterator[_Move]:
    holder = procedure.states[state].held_by
    for row in procedure.from_state(state):
        if row.target == STAY or _gives_up(procedure, row):
            continue
        other = holder not in procedure.department_roles or any(role != holder for role in row.by)
        free = other and not row.when and not row.unless
        chosen = bool(row.target_field or (row.items and row.items.by))
        yield _Move(row, _targets(procedure, row), free, chosen, not _counts(procedure, row), _waits(procedure, row))


def _waits(procedure: Procedure, row: Transition) -> bool:
    """True if a term must have passed: that which the row names, or that of its items; what is contested can go on."""
    among, rules = row.items.among if row.items else (), procedure.item_rules
    of_items = any(name.endswith(OVERDUE) for name in among)
    if of_items and rules is not None and "contested" in among:
        of_items = row.source not in (rules.states["contested"], rules.states["partly_contested"])
    return bool(row.after_due) or of_items


def _owing(procedure: Procedure) -> tuple[str, ...]:
    """The states in which each set of items that is owed has a term of its own."""
    if procedure.item_rules is None or not any(term.supplies for term in procedure.terms.values()):
        return ()
    return procedure.item_rules.states["owed"], procedure.item_rules.states["owed_by_decision"]


def _gives_up(procedure: Procedure, row: Transition) -> bool:
    """True of what settles nothing: withdrawal and void, which can end a case before anything was asked; a handover."""
    if row.hands_over:
        return True
    first = procedure.table.get((procedure.initial, row.event.key))
    return first is not None and first.target in procedure.states and bool(procedure.states[first.target].ending)


def _targets(procedure: Procedure, row: Transition) -> frozenset[str]:
    """The states that a row can lead to, of those that there are; back to each that it may have come from."""
    if row.target == BACK:
        named: Iterable[str] = (source for (source, _), each in procedure.table.items() if each.remembers)
    elif row.items is not None and procedure.item_rules is not None and row.target == ITEMS:
        states = procedure.item_rules.states
        named = (states[key] for verb in row.items.verbs for key in COMES_TO.get(verb, ()))
    else:
        named = row.targets.values() if row.target_field else (row.target,)
    return frozenset(procedure.states.keys() & set(named))


def _counts(procedure: Procedure, row: Transition) -> bool:
    """True if the row closes itself by the flag that it sets or counts, and no party can open it again."""
    if row.limit is not None:
        return True
    closes = bool(row.unless) and all(row.set.get(flag) == value for flag, value in row.unless.items())
    reset = (
        other.set.get(flag, value) != value and not set(procedure.department_roles).isdisjoint(other.by)
        for other in procedure.table.values()
        for flag, value in row.unless.items()
    )
    return closes and not any(reset)


# ------------------------------------------------------------------------------------------------------- led out


def _led_out(procedure: Procedure, moves: Mapping[str, tuple[_Move, ...]], dead: set[str]) -> set[str]:
    """The states from which the office, or the party that does not hold them, can bring a case to its end.

    Whatever the holder does in the meantime: where only time gives the others a row, each of the
    holder's own ways must lead to such a state too. The ``dead`` have a fault of their own and bring it on no other.
    """
    led = {key for key, state in procedure.states.items() if state.ending} | dead
    while True:
        found = {state for state, rows in moves.items() if state not in led and _leads(procedure, state, rows, led)}
        if not found:
            return led
        led |= found


def _leads(procedure: Procedure, state: str, moves: tuple[_Move, ...], led: set[str]) -> bool:
    ways = [each for each in moves if each.free and (each.targets & led if each.chosen else each.targets <= led)]
    holder = procedure.states[state].held_by
    if holder not in procedure.department_roles or any(not each.waits for each in ways):
        return bool(ways)
    own = [each for each in moves if holder in each.row.by and each.endless]
    return bool(ways) and all(each.targets <= led for each in own)


def _stuck(procedure: Procedure, state: str, moves: tuple[_Move, ...], led_out: set[str]) -> str:
    others, says = "办公室、时钟或另一方", f"由“{procedure.states[state].held_by}”办理"
    if not any(each.free for each in moves):
        return f"{says}，其不办理时案件无法结束：须有{others}可以办理的一行（撤回、作废和有条件的不算）"
    round_about = sorted({target for each in moves for target in each.targets - led_out})
    return f"{says}，可与“{'、'.join(round_about)}”无限往复：须有{others}随时可以办理、走向办结的一行"


# -------------------------------------------------------------------------------------------------------- wheels


def _wheels(procedure: Procedure, moves: Mapping[str, tuple[_Move, ...]]) -> list[tuple[str, ...]]:
    """The circles in which the parties alone can turn a case without end: states that reach each other."""
    held = {state for state in moves if procedure.states[state].held_by in procedure.department_roles}
    onward = {
        state: {
            target
            for each in moves[state]
            if _by_party(procedure, each) and each.endless
            for target in each.targets & held
        }
        for state in held
    }
    ahead = {state: _ahead(onward, state) for state in held}
    circles = {tuple(s for s in moves if s in ahead[state] and state in ahead[s]) for state in held}
    return sorted(circle for circle in circles if len(circle) > 1)


def _by_party(procedure: Procedure, move: _Move) -> bool:
    return not set(procedure.department_roles).isdisjoint(move.row.by)


def _ahead(onward: Mapping[str, set[str]], state: str) -> set[str]:
    """The states that are reached from a state in one step or more."""
    found, waiting = set[str](), [state]
    while waiting:
        new = onward[waiting.pop()] - found
        found |= new
        waiting += new
    return found


def _to_a_third(procedure: Procedure, move: _Move, wheel: tuple[str, ...]) -> bool:
    """True of a row, open at any time, by which the case leaves a wheel for the office or a body above the parties."""
    if move.waits or move.row.when or move.row.unless or not move.targets.isdisjoint(wheel):
        return False
    return not _by_party(procedure, move) or any(
        procedure.states[target].held_by not in procedure.department_roles and not procedure.states[target].ending
        for target in move.targets
    )
