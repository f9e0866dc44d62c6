r"""OpenGuessr and pages like it: a file says what is where, so that no program need be changed.

```toml
site = "openguessr"            # its name in records and errors
private = ["/party/\\w+"]       # paths of private games (regular expressions)
refused_words = ["ranked"]     # a page with one of these is left
rounds = 5                     # of a match, where the page does not say
hfov_deg = 90                  # how wide the panorama looks, over its whole width
hide = ["#hud"]                # the interface over the panorama
start = ["#play"]              # buttons that lead to the first round

[things]                       # CSS selectors
panorama = "#pano"             # needed, as are map, guess, result, score, distance, over, ...
tiles = "#map img"             # may be missing, as may `MAY` below

[[nuisances]]                  # what lies over the page now and then
thing = "#cookies"
closer = "#no-cookies"         # missing: it goes by itself
```
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from bot.consent import Doors, check_door
from bot.layout import Layout
from bot.placement.hand import MapThings
from bot.player_page import Opener
from bot.seen_game import SeenGame
from bot.sight import Nuisance, Thing

MUST = (
    "panorama",
    "map",
    "guess",
    "result",
    "score",
    "distance",
    "guess_pin",
    "truth_pin",
    "result_map",
    "over",
)
MAY = (
    "tiles",
    "pin",
    "grown",
    "result_tiles",
    "round_number",
    "clock",
    "compass",
    "next",
    "loading",
)

KEYS = {"site", "private", "refused_words", "rounds", "hfov_deg", "hide", "start"}
KEYS |= {"things", "nuisances"}


def read_layout(path: Path) -> Layout:
    """A site as a file describes it.

    Raises:
        ValueError: the file is not as it should be; names what.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{path}: expected a site's description in TOML, got: {error}") from None
    selectors = told.get("things", {})
    strange = (set(told) - KEYS) | (set(selectors) - {*MUST, *MAY})
    missing = {"site", "private"} - set(told) | set(MUST) - set(selectors)
    if strange or missing:
        found = f"without {sorted(missing)}, with unknown {sorted(strange)}"
        raise ValueError(f"{path}: expected a site's description, got: one {found}")
    return _layout(told, {name: _thing(name, css) for name, css in selectors.items()})


def _layout(told: dict[str, Any], things: dict[str, Thing]) -> Layout:
    may = things.get
    return Layout(
        site=str(told["site"]),
        doors=Doors(tuple(told["private"]), refused_words=tuple(told.get("refused_words", ()))),
        panorama=things["panorama"],
        guess_map=MapThings(things["map"], may("tiles"), may("pin"), may("grown")),
        guess=things["guess"],
        result=things["result"],
        score=things["score"],
        distance=things["distance"],
        guess_pin=things["guess_pin"],
        truth_pin=things["truth_pin"],
        result_map=MapThings(things["result_map"], may("result_tiles")),
        over=things["over"],
        next=may("next"),
        start=tuple(_thing(f"start button {css}", css) for css in told.get("start", ())),
        loading=(things["loading"],) if "loading" in things else (),
        round_number=may("round_number"),
        rounds=int(told.get("rounds", 5)),
        clock=may("clock"),
        compass=may("compass"),
        hfov_deg=float(told.get("hfov_deg", 90)),
        nuisances=tuple(_nuisance(one) for one in told.get("nuisances", ())),
        hide=tuple(told.get("hide", ())),
    )


def _thing(name: str, selector: str) -> Thing:
    return Thing(name.replace("_", " "), selector)


def _nuisance(told: dict[str, str]) -> Nuisance:
    closer = told.get("closer")
    return Nuisance(
        _thing(told["thing"], told["thing"]), _thing(closer, closer) if closer else None
    )


async def join(opened: Opener, layout: Layout, address: str, permission: bool) -> SeenGame:
    """Play the match at a link on the site that a layout describes."""
    check_door(layout.site, address, layout.doors, permission)
    return await SeenGame.seated(await opened(layout.site, address), layout)
