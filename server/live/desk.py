"""The show without its HTTP: who may see it, what it shows now, what its operator wants."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock

from server.arena.callers import WrongSeat, caller, digest, new_token, require_host
from server.arena.host import Host
from server.arena.picture import clean_jpeg
from server.arena.rules import RuleBroken
from server.arena.words import TurnWord
from server.live.chat.words import ChatSummary
from server.live.commentary import on_reveal, while_thinking
from server.live.director import Director, order, queued, show_time, stands
from server.live.inbox import NOTHING, Inbox, Key, Sent, SentBelief, SentHeat, SentView
from server.live.show import Comments, show, shown_round
from server.live.store import LiveStore
from server.live.timeline import Timeline
from server.live.words import (
    Belief,
    DirectorWord,
    Order,
    OverlayToken,
    QueuedMatch,
    QueueMatch,
    ShowSettings,
    ShowWord,
)

MAX_TIMELINES = 16
"""Matches whose logs stay in memory; the one not asked for for longest is read anew."""


class NoView(LookupError):  # noqa: N818  the thing, as in LookupError
    """There is no such picture, or not yet."""


class Desk:
    """The shows of all matches. Safe to share between threads."""

    def __init__(self, host: Host, store: LiveStore) -> None:
        self._host = host
        self._store = store
        self._inbox = Inbox()
        self._lock = Lock()
        self._timelines: OrderedDict[str, Timeline] = OrderedDict()

    def new_overlay(self, match: str, token: str) -> OverlayToken:
        """A token that opens the show.

        Raises:
            UnknownMatch, WrongSeat: it is no match of this host's.
        """
        self._require_host(match, token)
        overlay = new_token()
        self._store.add_token(match, digest(overlay))
        return OverlayToken(overlay_token=overlay)

    def require_viewer(self, match: str, token: str) -> None:
        """Raises UnknownMatch, WrongSeat: the token is neither an overlay's nor the host's."""
        state, _ = self._host.settled(match)
        if self._store.knows_token(match, digest(token)):
            return
        try:
            require_host(state, token)
        except WrongSeat:
            raise WrongSeat("expected the token of this match's overlay or host") from None

    def show(self, match: str) -> ShowWord:
        """What the overlay of `match` shows now.

        Raises:
            UnknownMatch: there is no such match.
        """
        return self._show(self._store.director(match)[0])

    def view(self, match: str, number: int, seat: int, view: int) -> bytes:
        """A JPEG that the show shows now.

        Raises:
            NoView: it is not shown: not there, not yet, or not any more.
        """
        return _picture(view, self._shown(match, number, seat).views)

    def heat(self, match: str, number: int, seat: int, view: int) -> bytes:
        """The heat map of a view, a JPEG; raises as `view` does."""
        return _picture(view, self._shown(match, number, seat).heats)

    def add_view(
        self, match: str, token: str, number: int, view: int, heading: float, jpeg: bytes
    ) -> None:
        """A seat tells a view.

        Raises:
            UnknownMatch, WrongSeat: it is no match of this seat's.
            RuleBroken: it is none of the running round's, no picture, or too much.
        """
        key = self._key(match, token, number)
        picture = _clean("view", jpeg)
        self._inbox.add_view(match, key, SentView(self._host.now(), view, heading, picture))

    def add_heat(self, match: str, token: str, number: int, view: int, jpeg: bytes) -> None:
        """A seat tells what in a view spoke for its guess; raises as `add_view` does.

        It takes time to make, so that the round may be over by then, if no other one runs.
        """
        key = self._key(match, token, number, until_the_next=True)
        self._inbox.add_heat(match, key, SentHeat(self._host.now(), view, _clean("heat", jpeg)))

    def add_belief(self, match: str, token: str, number: int, belief: Belief) -> None:
        """A seat tells what it thinks possible; raises as `add_view` does."""
        key = self._key(match, token, number)
        self._inbox.add_belief(match, key, SentBelief(self._host.now(), belief))

    def add_chat(self, match: str, token: str, summary: ChatSummary) -> None:
        """The host tells what viewers guessed in a round.

        Raises:
            UnknownMatch, WrongSeat: it is no match of this host's.
            RuleBroken: the round is not over, or another match's.
        """
        self._require_host(match, token)
        if summary.match != match:
            raise RuleBroken("chat: expected this match's, got another one's")
        if summary.number > len(self._host.settled(match)[0].ended):
            raise RuleBroken(f"chat: expected a round that is over, got: round {summary.number}")
        self._inbox.add_chat(summary)

    def director(self, match: str, token: str) -> DirectorWord:
        """How the show stands.

        Raises:
            UnknownMatch, WrongSeat: it is no match of this host's.
        """
        self._require_host(match, token)
        return self._word(self._store.director(match)[0])

    def order(self, match: str, token: str, said: Order) -> DirectorWord:
        """Do what the operator wants.

        Raises:
            UnknownMatch, WrongSeat: it is no match of this host's.
            RuleBroken: it cannot be done now.
            Conflict: another operator was faster.
        """

        def ordered(director: Director) -> Director:
            timeline = self._timeline(director.match)
            return order(director, said, self._host.now(), timeline.starts, timeline.ends)

        return self._direct(match, token, ordered)

    def set(self, match: str, token: str, settings: ShowSettings) -> DirectorWord:
        """Choose; raises as `order` does."""
        chosen = {"settings": settings}
        return self._direct(match, token, lambda director: director.model_copy(update=chosen))

    def queue(self, match: str, token: str, wish: QueueMatch) -> DirectorWord:
        """Show a match later; raises as `order` does, of either match."""
        self._require_host(wish.match, wish.host_token)
        return self._direct(match, token, lambda director: queued(director, wish.match))

    def _direct(self, match: str, token: str, step: Callable[[Director], Director]) -> DirectorWord:
        self._require_host(match, token)
        director, number = self._store.director(match)
        after = step(director)
        self._store.direct(match, number + 1, after, self._host.now())
        return self._word(after)

    def _word(self, director: Director) -> DirectorWord:
        return DirectorWord(
            settings=director.settings,
            hold=director.held_since is not None,
            lag_s=director.lag_s,
            playlist=[self._queued(match) for match in director.playlist],
            stage=director.stage,
            show=self._show(director),
        )

    def _queued(self, match: str) -> QueuedMatch:
        state, _ = self._host.settled(match)
        return QueuedMatch(
            match=match, phase=state.phase, names=[seat.name for seat in state.seats]
        )

    def _show(self, director: Director) -> ShowWord:
        now = self._host.now()
        timeline = self._timeline(director.match)
        moment = timeline.moment(show_time(director, now, timeline.starts))
        sent = self._inbox.sent(director.match, shown_round(moment), len(moment.state.seats))
        return show(
            moment,
            [one.until(moment.at) for one in sent],
            director.settings,
            held=stands(director, now, timeline.starts),
            stage=director.stage,
            comments=_comments(timeline, shown_round(moment)),
            chat=self._inbox.chat(director.match, shown_round(moment)),
        )

    def _shown(self, match: str, number: int, seat: int) -> Sent:
        """What the show shows now of a seat's round; nothing, if that is not the shown one."""
        director, _ = self._store.director(match)
        timeline = self._timeline(director.match)
        moment = timeline.moment(show_time(director, self._host.now(), timeline.starts))
        if number != shown_round(moment) or not 0 <= seat < len(moment.state.seats):
            return NOTHING
        sent = self._inbox.sent(director.match, number, len(moment.state.seats))[seat]
        return sent.until(moment.at)

    def _timeline(self, match: str) -> Timeline:
        """The match's, up to now."""
        self._host.settled(match)
        with self._lock:
            timeline = self._timelines.setdefault(match, Timeline())
            timeline.add(self._host.events(match, len(timeline)))
            self._timelines.move_to_end(match)
            if len(self._timelines) > MAX_TIMELINES:
                self._timelines.popitem(last=False)
            return timeline

    def _require_host(self, match: str, token: str) -> None:
        require_host(self._host.settled(match)[0], token)

    def _key(self, match: str, token: str, number: int, *, until_the_next: bool = False) -> Key:
        state, _ = self._host.settled(match)
        seat = caller(state, token).seat
        if seat is None:
            raise WrongSeat("expected the token of a seat of this match")
        running = state.running.number if state.running else 0
        if until_the_next and not running:
            running = len(state.ended)
        if running != number or not state.plays(seat):
            raise RuleBroken(f"expected the running round, got: round {number}")
        return number, seat


def _picture(number: int, pictures: Sequence[SentView | SentHeat]) -> bytes:
    for one in pictures:
        if one.number == number:
            return one.jpeg
    raise NoView("expected a view that is shown")


def _clean(what: str, jpeg: bytes) -> bytes:
    try:
        return clean_jpeg(jpeg)
    except OSError as error:
        raise RuleBroken(f"{what}: expected a JPEG, got: none") from error


def _comments(timeline: Timeline, number: int) -> Comments:
    """On round `number`: by what the seats told the show, then by what they told the arena."""

    def revealed(turn: TurnWord) -> str:
        prediction = timeline.predictions.get((number, turn.seat))
        return on_reveal(prediction, turn) if prediction else ""

    return Comments(lambda belief: while_thinking(belief.cells), revealed)
