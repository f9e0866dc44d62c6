"""Lines of Twitch's IRC: RFC 1459 with IRCv3 message tags. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_LINE = re.compile(
    r"(?:@(?P<tags>\S*) +)?(?::(?P<source>\S*) +)?(?P<command>[A-Za-z]+|[0-9]{3})(?P<rest>.*)",
    re.DOTALL,
)
_ESCAPES = {":": ";", "s": " ", "\\": "\\", "r": "\r", "n": "\n"}
"""Of tag values (IRCv3, message tags); a backslash before anything else is dropped."""


@dataclass(frozen=True, slots=True)
class Line:
    """One message of the server's."""

    command: str
    """Upper case, or three digits."""
    parameters: tuple[str, ...] = ()
    """The last one may hold spaces."""
    source: str = ""
    """`nick!user@host`, or the server."""
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def nick(self) -> str:
        """Who said it; a server's whole name."""
        return self.source.partition("!")[0]

    @property
    def last(self) -> str:
        """The last parameter, which is the text; '': none."""
        return self.parameters[-1] if self.parameters else ""


def read_lines(frame: str) -> list[Line]:
    """The messages of a WebSocket frame, which may hold several; what is none is left out."""
    found = (_LINE.fullmatch(line) for line in frame.split("\r\n"))
    return [_line(match) for match in found if match]


def _line(match: re.Match[str]) -> Line:
    middle, colon, trailing = f" {match['rest'].lstrip()}".partition(" :")
    parameters = (*middle.split(), *([trailing] if colon else []))
    return Line(match["command"].upper(), parameters, match["source"] or "", _tags(match["tags"]))


def _tags(text: str | None) -> dict[str, str]:
    pairs = (tag.partition("=") for tag in (text or "").split(";") if tag)
    return {key: _unescaped(value) for key, _, value in pairs}


def _unescaped(value: str) -> str:
    return re.sub(r"\\(.?)", lambda found: _ESCAPES.get(found[1], found[1]), value, flags=re.DOTALL)
