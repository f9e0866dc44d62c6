"""GeoGuessr: own classic games, challenges, and a party's duels and live challenges.

Its class names end in a hash that changes a few times a year, so they are matched by their start.
"""

from __future__ import annotations

from dataclasses import replace

from bot.consent import Doors, check_door
from bot.layout import Layout
from bot.placement.hand import MapThings
from bot.player_page import Opener
from bot.seen_game import SeenGame
from bot.sight import Nuisance, Thing

# In a round of every mode.
PANORAMA = Thing("the panorama", '[data-qa="panorama"]')
COMPASS = Thing("the compass", '[data-qa="compass"]')
SPINNER = Thing("the spinner", '[class^="fullscreen-spinner_root__"]')
MAP = Thing("the guess map", '[class^="guess-map_canvasContainer__"]')
TILES = Thing("the guess map's tiles", '[class^="guess-map_canvas__"] img')
PIN = Thing("the pin", '[class^="guess-map_canvas__"] [data-qa="guess-marker"]')
GUESS = Thing("the guess button", 'button[data-qa="perform-guess"]')

# In a round of a classic game or a challenge: the status bar.
ROUND = Thing("the round's number", '[data-qa="round-number"]')  # text: "Round 2 / 5"
CLOCK = Thing("the clock", '[class*="clock-timer_timer__"]')  # text: "0:57"

# After a round of a classic game or a challenge.
RESULT = Thing("the round's result", '[class^="result-layout_root__"]')
SCORE = Thing("the round's score", '[class^="round-result_score__"]')
DISTANCE = Thing("the round's distance", '[class^="round-result_distanceIndicatorWrapper__"]')
RESULT_MAP = Thing("the result's map", '[class^="result-layout_root__"] [class*="map"]')
RESULT_TILES = Thing("the result map's tiles", '[class^="result-layout_root__"] img')
TRUTH_PIN = Thing("the truth's pin", '[data-qa="correct-location-marker"]')
GUESS_PIN = Thing(
    "the guess's pin on the result", '[class^="result-layout_root__"] [data-qa="guess-marker"]'
)
NEXT = Thing("the next button", '[data-qa="close-round-result"]')
OVER = Thing("the final result", '[class^="standard-final-result_score__"]')

# In a round of a duel or a live challenge, which has no button to go on.
DUEL_ROUND = Thing("the duel's round", 'p[class*="new-round_roundNumber__"]')  # text: "Round 2"
DUEL_RESULT = Thing("the duel round's result", '[class^="round-result_wrapper__"]')
DUEL_OVER = Thing("the duel's end", '[class*="game-finished_bottomContent__"]')

# On any page, now and then.
COOKIES = Nuisance(
    Thing("the cookie banner", "#onetrust-banner-sdk, #adconsent-usp-link"),
    Thing("the cookie banner's refusal", "#onetrust-reject-all-handler"),
)
MODAL = Nuisance(
    Thing("a message over the page", '[class*="modal_backdrop__"], [class*="modal_dimmer__"]'),
    Thing("the message's close button", '[class*="modal_closeButton__"]'),
)
ADVERT = Nuisance(Thing("an advert", '[id^="google_ads_iframe"], ins.adsbygoogle'), None)

HIDE = (  # the interface over the panorama
    '[class^="game_guessMap__"]',
    '[class^="guess-map_guessMap__"]',
    '[class^="game_status__"]',
    '[class^="map-status_"]',
    '[class^="game-panorama_controls"]',
    '[class^="game_controls"]',
    '[class*="hud_"]',
    '[class^="panorama-compass_"]',
    '[class^="compass_compass__"]',
    '[class^="chat-"]',
    '[data-qa="compass"]',
    ".gmnoprint",
)

DOORS = Doors(
    private=(r"/game/\w+", r"/challenge/\w+", r"/party(/.*)?", r"/join/\w+", r"/live-challenge/.*"),
    open=(r"/duels/[\w-]+.*", r"/team-duels/[\w-]+.*"),
    refused_words=(r"\branked\b", r"\bmatchmaking\b", r"\bquick play\b"),
)

CLASSIC = Layout(
    site="geoguessr",
    doors=DOORS,
    panorama=PANORAMA,
    guess_map=MapThings(MAP, tiles=TILES, pin=PIN),
    guess=GUESS,
    result=RESULT,
    score=SCORE,
    distance=DISTANCE,
    guess_pin=GUESS_PIN,
    truth_pin=TRUTH_PIN,
    result_map=MapThings(RESULT_MAP, tiles=RESULT_TILES),
    over=OVER,
    next=NEXT,
    loading=(SPINNER,),
    round_number=ROUND,
    clock=CLOCK,
    compass=COMPASS,
    nuisances=(COOKIES, MODAL, ADVERT),
    hide=HIDE,
)

DUEL = replace(
    CLASSIC,
    result=DUEL_RESULT,
    round_number=DUEL_ROUND,
    rounds=0,
    next=None,
    over=DUEL_OVER,
)


def layout_of(address: str) -> Layout:
    """How the pages of the mode look that a link leads to."""
    solo = "/game/" in address or "/challenge/" in address
    return CLASSIC if solo and "/live-challenge/" not in address else DUEL


async def join(opened: Opener, address: str, permission: bool) -> SeenGame:
    """Play the match at a link: an own game's, a challenge's, a party's."""
    check_door("geoguessr", address, DOORS, permission)
    return await SeenGame.seated(await opened("geoguessr", address), layout_of(address))
