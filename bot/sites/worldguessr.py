"""WorldGuessr: its single-player game, No Move or NMPZ (no moving, panning or zooming)."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from bot.consent import Doors, check_door
from bot.layout import Layout
from bot.placement.hand import MapThings
from bot.player_page import Opener
from bot.seen_game import SeenGame
from bot.sight import Nuisance, Thing

Mode = Literal["no-move", "nmpz"]

# On the home page.
SINGLEPLAYER = Thing("the Singleplayer button", "button", "^\\s*singleplayer\\s*$")

# In a round: the button that opens the choice of map and mode, then that choice.
WORLD = Thing("the World button", "button", "^\\s*world\\s*$")
MODE = Thing("the choice of mode", "#svModeSelect")
BACK = Thing("the choice's back button", ".map-back-btn")
CHOICES: dict[Mode, str] = {"no-move": "No Move", "nmpz": "NMPZ"}

# In a round.
PANORAMA = Thing("the panorama", "canvas#streetview:not(.hidden)")
LOADING = Thing("the loading overlay", ".loading-overlay--visible")
COMPASS = Thing("the compass", ".sv-compass__face")  # its SVG has g[transform=rotate()]
MAP = Thing("the guess map", "#miniMapArea")
TILES = Thing("the guess map's tiles", "#miniMapArea img.leaflet-tile")
GROWN = Thing("the guess map, expanded", "#miniMapArea.mapExpanded")
PIN = Thing("the pin", "#miniMapArea .leaflet-marker-pane > :nth-child(1)")
GUESS = Thing("the guess button", ".miniMap__btn.guessBtn:not(.unavailable)")

# After a round: "It was France", "Your guess was 1131.5mi away", "You got 2012 points".
RESULT = Thing("the round's result", "#endBanner", "points|perfect")
TRUTH_PIN = Thing("the truth's pin", "#miniMapArea .leaflet-marker-pane > :nth-child(2)")
NEXT = Thing("the next button", "#endBanner button.playAgain")  # the first button there leads away

# At the end: "7,321 out of 25000 Points".
OVER = Thing("the final page", "body", "\\d out of \\d+ points")

# On any page, at a random moment.
PROGRESS = Nuisance(
    Thing("the message about an account", "div", "^\\s*track your progress"),
    Thing("the button Continue as Guest", "button", "continue as guest"),
)
COOKIES = Nuisance(
    Thing("the cookie banner", "#cookieBanner"),
    Thing("the cookie banner's refusal", "#cookieBanner button"),
)

NO_MOVE = Layout(
    site="worldguessr",
    doors=Doors(
        private=(r"/?", r"/wg/\w+"),
        refused_words=(r"\branked duel\b", r"\bfinding (a )?(match|game|opponent)"),
    ),
    panorama=PANORAMA,
    guess_map=MapThings(MAP, tiles=TILES, pin=PIN, grown=GROWN),
    guess=GUESS,
    result=RESULT,
    score=RESULT,
    distance=RESULT,
    guess_pin=PIN,
    truth_pin=TRUTH_PIN,
    result_map=MapThings(MAP, tiles=TILES),
    over=OVER,
    next=NEXT,
    loading=(LOADING,),
    compass=COMPASS,
    hfov_deg=110,
    nuisances=(PROGRESS, COOKIES),
    hide=("#miniMapArea", ".miniMap__btn", ".sv-compass", ".hud"),
)

LAYOUTS: dict[Mode, Layout] = {
    "no-move": NO_MOVE,
    "nmpz": replace(NO_MOVE, turns=False, compass=None),
}


async def join(
    opened: Opener, address: str, permission: bool, mode: Mode = "no-move", rounds: int = 5
) -> SeenGame:
    """Begin a single-player match at the site's address; games against others are never entered."""
    layout = replace(LAYOUTS[mode], rounds=rounds)
    check_door("worldguessr", address, layout.doors, permission)
    page = await opened("worldguessr", address)
    page.nuisances = layout.nuisances
    await page.press_for(SINGLEPLAYER, WORLD)
    await page.press_for(WORLD, MODE)
    await page.choose(MODE, CHOICES[mode])
    await page.press(BACK)
    return await SeenGame.seated(page, layout)
