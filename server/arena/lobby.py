"""How seats of a shared match are taken before it starts. Pure, as the rules."""

from __future__ import annotations

from server.arena.events import Event, MatchStarted, SeatTaken
from server.arena.names import look_of
from server.arena.rules import AllOver, NoSeat
from server.arena.state import State
from server.arena.words import SharedRules, TakeSeat


def take(
    state: State, wish: TakeSeat, token_sha256: str, player_sha256: str | None, now: float
) -> list[Event]:
    """A seat for `wish`; the last wished-for one starts the match.

    Raises:
        NoSeat: the lobby is closed, the name is taken, or the team is full.
    """
    rules = _open(state)
    if look_of(wish.name) in {look_of(seat.name) for seat in state.seats}:
        raise NoSeat(f"name: expected one like no other seat's, got: {wish.name}")
    taken = SeatTaken(
        at=now,
        name=wish.name,
        token_sha256=token_sha256,
        team=_team(state, rules, wish.team),
        player_sha256=player_sha256,
    )
    full = len(state.seats) + 1 == rules.seats
    return [taken, MatchStarted(at=now)] if full else [taken]


def start(state: State, now: float) -> list[Event]:
    """Start with the seats that are taken; nothing happens if it is started already.

    Raises:
        NoSeat: there are too few, or a team is empty.
    """
    if state.phase != "lobby":
        return []
    rules = _open(state)
    sizes = _sizes(state, rules)
    if 0 in sizes:
        raise NoSeat(f"teams: expected a seat taken in each, got: {sizes}")
    least = 1 if rules.mode == "classic" else 2
    if len(state.seats) < least:
        raise NoSeat(f"seats: expected at least {least} taken, got: {len(state.seats)}")
    return [MatchStarted(at=now)]


def closed(state: State) -> NoSeat:
    """Why a match that has started gives no seat."""
    expected = "expected a match that has not started yet, got: one that is"
    if state.phase == "over":
        return AllOver(f"{expected} over")
    return NoSeat(f"{expected} being played")


def _open(state: State) -> SharedRules:
    if state.phase != "lobby" or state.shared is None:
        raise closed(state)
    return state.shared


def _team(state: State, rules: SharedRules, wish: int | None) -> int | None:
    """The wished-for team, or the smallest; None where there are no teams."""
    sizes = _sizes(state, rules)
    if not sizes:
        return None
    if wish is None:
        return sizes.index(min(sizes))
    if wish >= rules.teams:
        raise NoSeat(f"team: expected 0 to {rules.teams - 1}, got: {wish}")
    others = sum(not size for team, size in enumerate(sizes) if team != wish)
    if others > rules.seats - len(state.seats) - 1:
        raise NoSeat(f"team {wish}: expected room for a seat in each other team, got: {sizes}")
    return wish


def _sizes(state: State, rules: SharedRules) -> list[int]:
    teams = [seat.team for seat in state.seats]
    return [teams.count(team) for team in range(rules.teams)]
