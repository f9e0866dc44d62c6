"""What a player sees of a page: things by name, and a glance at many of them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thing:
    """Something on a site's page."""

    name: str
    """As people call it; errors do, too."""
    selector: str
    """CSS; of several matches, the first that is shown."""
    words: str = ""
    """Regular expression that its text must match, whatever the case; '': any."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, CSS px from the window's top left corner."""

    left: float
    top: float
    width: float
    height: float

    @property
    def centre(self) -> tuple[float, float]:
        """Its x and y."""
        return self.left + self.width / 2, self.top + self.height / 2

    @property
    def foot(self) -> tuple[float, float]:
        """Middle of the lower edge: what a map's pin points at."""
        return self.left + self.width / 2, self.top + self.height

    def square(self, side: float) -> Box:
        """The square about its centre."""
        x, y = self.centre
        return Box(x - side / 2, y - side / 2, side, side)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A thing that is shown."""

    box: Box
    text: str
    turned_deg: float | None
    """How far it is turned clockwise, in (-360, 360); None: it is not made to turn."""
    cover: str
    """What lies on its centre, so that a click would miss it; '' when it is free."""
    enabled: bool
    """Buttons can be disabled."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What was shown at one moment, of the things that were looked for."""

    sightings: Mapping[Thing, Sighting]

    def sees(self, thing: Thing | None) -> bool:
        """Whether it is shown; a site that has no such thing (None) never shows it."""
        return thing in self.sightings

    def get(self, thing: Thing | None) -> Sighting | None:
        """None where it is not shown."""
        return None if thing is None else self.sightings.get(thing)

    def text(self, thing: Thing | None) -> str:
        """Its text on one line, '' where it is not shown."""
        seen = self.get(thing)
        return " ".join(seen.text.split()) if seen else ""


@dataclass(frozen=True, slots=True)
class Nuisance:
    """Something that lies over a page now and then."""

    thing: Thing
    closer: Thing | None
    """What a player presses to be rid of it; None: it goes by itself."""


@dataclass(frozen=True, slots=True)
class TilePicture:
    """One picture of a map made of pictures: its address, which a map picture has, and place."""

    address: str
    box: Box
