"""A card says what there is to know, and takes no world figure for a real one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from models.bundle import Bundle, load_bundle, save_bundle
from models.card import card_of, commands_of, main, material_of, scores_when_made
from models.presets import WORLD_SMALL
from models.render import BY_US
from models.world.pack import Pack
from tests.models.small_models import land_prior, nearest_neighbour, pigeon

GUESS = {
    "n": 1250,
    "within_percent": {"1": 0.0, "25": 13.449, "200": 52.0, "750": 81.8, "2500": 93.2},
    "median_km": 182.703,
    "mean_km": 851.1,
    "mean_score": 3878.309,
}


def bundle_at(folder: Path, pack: Pack, **more: object) -> Bundle:
    data = material_of(pack) | {"recipe": {"epochs": 3, "seed": 1}, "cells": "rectangular"} | more
    metrics = {"test": {"guess": GUESS, "geocell": GUESS}}
    save_bundle(folder, pigeon(), encoder_spec="ViT-B-32/openai", data=data, metrics=metrics)
    return load_bundle(folder)


def card_at(folder: Path, pack: Pack, **more: object) -> str:
    bundle = bundle_at(folder, pack, **more)
    return card_of(bundle, scores_when_made(bundle))


def test_a_card_names_what_the_bundle_came_from(tiny_pack: Pack, tmp_path: Path) -> None:
    credited = zip(tiny_pack.panoramas, ("Ada", "Bea", "Cy", "A|da", "A|da", "Di"), strict=True)
    panoramas = tuple(replace(p, licence="CC0", attribution=name) for p, name in credited)
    command = ["homing train --preset x --out x"]
    card = card_at(tmp_path / "b", replace(tiny_pack, panoramas=panoramas), command=command)
    for wanted in (
        "# small-pigeon\n",
        "| encoder | made-up@00000000, fetched by open_clip |",
        f"| geocells | {len(pigeon().geocells)} rectangular |",
        " of 60 panoramas |",
        "| pack | tiny: Six coloured pictures |",
        "| panoramas | 2 |",
        "| splits | train 2, validation 1, test 3 |",
        "| licences | CC0 |",
        r"| attribution | A\|da |",  # of the training split alone
        "    homing train --preset x --out x\n",
        "Recipe: epochs 3, seed 1.",
        "| test | 1,250 | 0.0 | 13.4 | 52.0 | 81.8 | 93.2 | 183 | 851 | 3,878 |",
        "## Use and limits",
    ):
        assert wanted in card
    assert card.endswith("one.\n")
    assert "\n\n\n" not in card
    assert str(tmp_path) not in card


def test_figures_of_the_rendered_world_are_called_so(tiny_pack: Pack, tmp_path: Path) -> None:
    assert "world figures" not in card_at(tmp_path / "real", tiny_pack).lower()
    rendered = replace(tiny_pack, about=f"{BY_US}, world 2, 768 px wide")
    card = card_at(tmp_path / "world", rendered)
    assert "**All its figures are world figures: they say nothing of" in card
    assert "nothing is left out. World figures.\n" in card


def test_what_was_chosen_on_validation_is_told_beside_its_figures(
    tiny_pack: Pack, tmp_path: Path
) -> None:
    told = "chosen on the validation split, so its figures are not those of unseen panoramas.\n"
    bundle = bundle_at(tmp_path / "b", tiny_pack)
    assert told not in card_of(bundle, scores_when_made(bundle))  # it was measured on test alone
    asked = replace(bundle, metrics={"validation": {"guess": GUESS}, "test": {"guess": GUESS}})
    assert told in card_of(asked, scores_when_made(asked))
    indexed = replace(asked, data={"pack": "tiny"})  # nothing was trained or chosen
    assert told not in card_of(indexed, scores_when_made(indexed))


def test_an_index_has_panoramas_and_no_clusters(tmp_path: Path) -> None:
    save_bundle(tmp_path / "b", nearest_neighbour(), encoder_spec="x", data={}, metrics={})
    bundle = load_bundle(tmp_path / "b")
    card = card_of(bundle, scores_when_made(bundle))
    assert "| index | 60 panoramas |\n" in card
    assert "clusters" not in card


def test_an_encoder_is_pretrained_only_where_pretraining_left_its_work(
    tiny_pack: Pack, tmp_path: Path
) -> None:
    """`homing convert` makes such a folder, too."""
    (tmp_path / "tower").mkdir()
    preset = replace(WORLD_SMALL, encoder=str(tmp_path / "tower"), model=None)
    train = "homing train --preset p --pack tiny --encoder tower --out p"
    assert commands_of("p", preset, tiny_pack) == [train]
    (tmp_path / "tower-training").mkdir()
    pretrain = "homing pretrain --preset p --pack tiny --out tower"
    assert commands_of("p", preset, tiny_pack) == [pretrain, train]


def test_a_bundle_that_was_never_measured_has_a_card(tmp_path: Path, capsys) -> None:
    bundle = save_bundle(tmp_path / "b", land_prior(), encoder_spec="x", data={}, metrics={})
    assert main([str(bundle)]) == 0
    assert capsys.readouterr().out == f"{bundle / 'README.md'}\n"
    assert "None were measured." in (bundle / "README.md").read_text(encoding="utf-8")
    assert load_bundle(bundle).name == "small-prior"  # the card is no part that could be broken


@pytest.mark.parametrize("argv", [["nowhere"], ["{bundle}", "--pack", "nowhere"]])
def test_what_is_not_there_is_told(argv: list[str], tmp_path: Path, capsys) -> None:
    bundle = save_bundle(tmp_path / "b", land_prior(), encoder_spec="x", data={}, metrics={})
    assert main([text.format(bundle=bundle) for text in argv]) == 1
    assert "homing card: " in capsys.readouterr().err
    assert not (bundle / "README.md").exists()
