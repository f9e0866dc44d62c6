"""Opens a study: its log begins, and with it the tokens that open it, which are kept nowhere."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from importlib import resources

from server.experiments.events import StudyOpened
from server.experiments.plan import Frozen, unchanged
from server.experiments.store import OWN, Studies


@dataclass(frozen=True, slots=True)
class Keys:
    """A study and what opens it. None of it appears in `repr`."""

    study: str
    invite: str = field(repr=False)
    """For people; all have the same one."""
    experimenter: str = field(repr=False)
    """Sees counts."""
    runner: str = field(repr=False)
    """Gets the bot's seats, so it knows who meets the bot: for the program alone."""


def open_study(store: Studies, frozen: Frozen, consent: str, debrief: str, now: float) -> Keys:
    """A new study that can be joined at once.

    Raises:
        PlanChanged: the plan is not what was frozen.
    """
    keys = Keys(
        study=secrets.token_hex(5),
        invite=secrets.token_urlsafe(12),
        experimenter=secrets.token_urlsafe(24),
        runner=secrets.token_urlsafe(24),
    )
    opened = StudyOpened(
        at=now,
        frozen=unchanged(frozen),
        secret=secrets.token_hex(32),
        invite_sha256=digest(keys.invite),
        experimenter_sha256=digest(keys.experimenter),
        runner_sha256=digest(keys.runner),
        consent=consent,
        debrief=debrief,
    )
    store.append(keys.study, OWN, 0, [opened])
    return keys


def shipped(name: str) -> str:
    """The text of `consent.md` or `debrief.md` as it comes with the program."""
    return resources.files("server.experiments").joinpath(name).read_text(encoding="utf-8")


def digest(token: str) -> str:
    """What a log keeps of a token."""
    return sha256(token.encode()).hexdigest()
