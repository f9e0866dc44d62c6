"""The words of `/api/experiments`: what people, the experimenter and the bot may send and see.

Nothing here says who is a bot before a person's debrief; the experimenter sees counts only.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from server.experiments.plan import MAX_MATCHES
from server.protocol import Word


class Invitation(Word):
    """What a study asks of those who are invited."""

    study: str
    title: str
    matches: int = Field(ge=1, le=MAX_MATCHES)
    minutes: int = Field(description="That it takes at most, without waiting")
    consent: str = Field(description="Markdown: what they consent to")
    open: bool = Field(description="False: nobody else is admitted")


class Join(Word):
    """Consent, and the only thing that is kept of a person: a name of their choice."""

    nickname: str = Field(min_length=1, max_length=40)
    consent: Literal[True] = Field(description="To the text of the invitation")


class Admission(Word):
    """A person is in."""

    person_token: str = Field(description="Bearer token of this person; keep it to come back")


class TableWord(Word):
    """A match to be played in the arena, and the person's seat in it."""

    match: str
    seat_token: str
    alias: str = Field(description="What they are called in it")
    avatar: int = Field(ge=0, description="Number of their picture in it")
    rival_alias: str | None = Field(description="Of the opponent; null: practice")
    rival_avatar: int | None


class RevealWord(Word):
    """What a match was, told at the end."""

    number: int = Field(ge=1)
    alias: str = Field(description="Of the opponent")
    was_bot: bool
    said_bot: bool | None = Field(description="By the person; null: not asked")
    sure: int | None = Field(ge=0, le=100)
    won: float = Field(ge=0, le=1, description="By the person; 0.5: a draw")


class PersonWord(Word):
    """Where a person is in the study."""

    study: str
    title: str
    nickname: str
    phase: Literal["practice", "rest", "waiting", "match", "question", "debrief"] = Field(
        description="practice: play `table`, then say ready. rest: say ready. waiting: ask again. "
        "match: play `table`. question: answer. debrief: the end"
    )
    number: int = Field(ge=0, description="Of the match that is played, judged or next, from 1")
    matches: int = Field(ge=1)
    table: TableWord | None = Field(description="In practice, match and question")
    practised: bool = Field(description="The practice round has been played")
    debrief: str | None = Field(description="Markdown, at the end")
    reveals: list[RevealWord] = Field(description="At the end")


class Answer(Word):
    """Was your opponent a bot, and how sure are you?"""

    said_bot: bool
    sure: int = Field(ge=0, le=100, description="0: a guess, 100: certain")


class BotWord(Word):
    """What plays for the bot."""

    bundle: str


class BotSeat(Word):
    """A seat that the bot is to take, like a person."""

    match: str
    seat_token: str
    bundle: str


class LookWord(Word):
    """A look that was taken: whether it decided, nothing else."""

    number: int = Field(ge=1)
    decided: bool


class Progress(Word):
    """What the experimenter may see: counts, not who is who or who is ahead."""

    study: str
    title: str
    sha256: str = Field(description="Of the frozen plan")
    frozen_at: datetime
    order_sha256: str = Field(description="Of the secret that draws the orders; told at the end")
    admitted: int
    wanted: int = Field(description="People who have to finish")
    finished: int
    by_phase: dict[str, int]
    playing: int = Field(description="People in a match right now")
    played: int = Field(description="Matches that are over, each person's counted")
    bot_ready: bool = Field(description="The program that plays for the bot has asked for seats")
    looks: list[LookWord]
    closed: str | None = Field(description="Why; null: open")
