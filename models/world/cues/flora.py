"""Which trees and bushes are common in a climate and a realm: part of the cue vegetation.

The face of the land, no botany.
"""

from __future__ import annotations

from models.world.realm import fitting

_TREES: dict[str, str] = {
    "A": "palm, rain tree, mango, banana, rain tree",
    "Af malaya": "oil palm, rain tree, palm, bamboo, banana, mango",
    "Af africa": "oil palm, rain tree, mango, banana",
    "Af pacific": "palm, banana, tree fern, rain tree",
    "Af south america": "rain tree, palm, rain tree, banana, mango",
    "Am india": "palm, banana, mango, rain tree, bamboo",
    "Aw": "mango, acacia, palm, rain tree",
    "Aw africa": "acacia, baobab, mango, acacia, euphorbia",
    "Aw australia": "eucalyptus, eucalyptus, acacia, palm",
    "Aw india": "mango, palm, acacia, banyan",
    "Aw malaya": "palm, bamboo, rain tree, banana, mango",
    "Aw south america": "mesquite, mango, palm, eucalyptus, rain tree",
    "As africa": "palm, mango, acacia, baobab",
    "BW": "mesquite, acacia",
    "BW arabia": "date palm, acacia, date palm",
    "BW africa": "acacia, acacia, euphorbia",
    "BW australia": "acacia, eucalyptus, eucalyptus",
    "BW north america": "saguaro, mesquite, fan palm, saguaro",
    "BW central america": "saguaro, mesquite, saguaro",
    "BW south america": "mesquite, poplar, eucalyptus",
    "BW inner asia": "poplar, mesquite",
    "BW india": "acacia, mesquite, date palm",
    "BSh": "acacia, mesquite, date palm",
    "BSh africa": "acacia, baobab, acacia, euphorbia",
    "BSh arabia": "olive, date palm, acacia, umbrella pine",
    "BSh australia": "eucalyptus, acacia, eucalyptus",
    "BSh north america": "mesquite, oak, mesquite, fan palm",
    "BSh central america": "mesquite, saguaro, euphorbia",
    "BSh south america": "mesquite, palm, euphorbia",
    "BSh europe": "olive, umbrella pine, fan palm",
    "BSh india": "acacia, mango, banyan",
    "BSk": "poplar, mesquite, pine",
    "BSk europe": "umbrella pine, olive, poplar",
    "BSk inner asia": "poplar, willow, birch",
    "BSk australia": "eucalyptus, eucalyptus, acacia",
    "BSk north america": "juniper, poplar, pine",
    "BSk south america": "poplar, mesquite, willow",
    "BSk africa": "acacia, eucalyptus, poplar",
    "Cs": "olive, umbrella pine, cypress, oak, fan palm",
    "Cs australia": "eucalyptus, eucalyptus, pine",
    "Cs north america": "oak, eucalyptus, fan palm, fir, pine",
    "Cs south america": "eucalyptus, mesquite, poplar, pine",
    "Cs africa": "eucalyptus, umbrella pine, fan palm, acacia",
    "Cs inner asia": "poplar, juniper, oak",
    "Cf": "oak, maple, poplar, pine, birch",
    "Cf british": "oak, oak, maple, birch, pine",
    "Cfa europe": "poplar, oak, cypress, umbrella pine, maple",
    "Cfa north america": "oak, pine, maple, pine",
    "Cfa china": "bamboo, cedar, willow, maple, palm",
    "Cfa japan": "cedar, bamboo, pine, maple",
    "Cfa south america": "monkey puzzle, eucalyptus, palm, pine",
    "Cfa australia": "eucalyptus, eucalyptus, fan palm, pine",
    "Cfb australia": "eucalyptus, eucalyptus, tree fern, pine",
    "Cfb new zealand": "tree fern, pine, poplar, willow, tree fern",
    "Cfb south america": "monkey puzzle, oak, poplar, eucalyptus",
    "Cfb africa": "eucalyptus, pine, acacia",
    "Cfb europe": "oak, maple, poplar, pine, spruce, birch",
    "Cfb north america": "fir, maple, fir, pine",
    "Cw": "eucalyptus, pine, mango, maple",
    "Cw china": "bamboo, pine, willow, cedar",
    "Cw japan": "pine, maple, cedar",
    "Cw malaya": "bamboo, pine, banyan",
    "Cw india": "mango, banyan, eucalyptus, bamboo",
    "Cw africa": "eucalyptus, acacia, euphorbia, pine",
    "Cw central america": "pine, oak, eucalyptus, fan palm",
    "Cw south america": "eucalyptus, monkey puzzle, mesquite",
    "Da": "maple, oak, poplar, pine",
    "Da inner asia": "poplar, willow, birch",
    "Da europe": "oak, poplar, maple, pine",
    "Da china": "poplar, willow, pine, oak",
    "Db": "birch, spruce, oak, pine, maple",
    "Db north america": "maple, spruce, birch, oak, fir",
    "Db inner asia": "birch, pine, poplar, larch",
    "Db japan": "birch, fir, larch, maple",
    "Db china": "birch, poplar, larch, pine",
    "Dc": "spruce, birch, pine, spruce",
    "Dc inner asia": "larch, birch, spruce, pine",
    "Dc north america": "spruce, spruce, birch, fir",
    "Dd": "larch, birch, larch",
    "E": "birch, willow",
}
_BUSHES: dict[str, str] = {
    "A": "shrub, banana, reed, fern",
    "Aw": "tussock, shrub, reed",
    "Aw australia": "spinifex, shrub, tussock",
    "As": "shrub, agave, tussock",
    "BW": "sage, tussock, shrub",
    "BW australia": "spinifex, sage, spinifex",
    "BW north america": "creosote, agave, prickly pear",
    "BW central america": "agave, prickly pear, creosote",
    "BSh": "tussock, sage, creosote",
    "BSh australia": "spinifex, tussock, sage",
    "BSh central america": "agave, prickly pear, creosote",
    "BSk": "sage, tussock, sage",
    "BSk inner asia": "tussock, tussock, sage",
    "BSk south america": "tussock, creosote, sage",
    "Cs": "shrub, sage, agave, prickly pear",
    "Cs australia": "spinifex, shrub, sage",
    "Cf": "shrub, tussock, fern",
    "Cf british": "shrub, heather, fern, tussock",
    "Cf new zealand": "fern, flax, tussock",
    "Cw": "shrub, tussock, reed, agave",
    "Da": "shrub, reed, tussock",
    "Db": "shrub, tussock, fern",
    "Dc": "shrub, heather, tussock, fern",
    "Da inner asia": "tussock, sage, tussock",
    "Dd": "shrub, tussock, heather",
    "E": "heather, tussock, tussock, sage",
}
_FAR_SOUTH = -36.0
"""Monkey puzzles of Chile's coast grow from there on."""


def trees_in(zone: str, realm: str, lat: float) -> tuple[str, ...]:
    """Common trees, the most telling first."""
    trees = _names(_TREES, zone, realm)
    if realm == "south america" and zone[:2] == "Cs" and lat < _FAR_SOUTH:
        return "monkey puzzle", *trees
    return trees


def bushes_in(zone: str, realm: str) -> tuple[str, ...]:
    """Common low plants, the most telling first."""
    return _names(_BUSHES, zone, realm)


def _names(table: dict[str, str], zone: str, realm: str) -> tuple[str, ...]:
    return tuple(fitting(table, f"{zone} {realm}").split(", "))
