"""The one command. Each subcommand is imported only when it is asked for."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

COMMANDS = {
    "demo": ("homing:demo", "watch the bot play five rounds on this machine, then read its report"),
    "play": ("bot.play:main", "let the bot play a match"),
    "show": ("homing:show", "watch two bots play a duel, as a stream shows it"),
    "tournament": ("bot.tournament.command:main", "rate players over many seeded rounds"),
    "site": ("bot.site_command:main", "check what an adapter knows of another site's page"),
    "serve": ("server.serve:main", "run the inference server and the arena"),
    "experiment": (
        "server.experiments.command:main",
        "plan, open and report a blind study of bot and people",
    ),
    "doctor": ("homing:doctor", "say what is installed, what is wrong and how to mend it"),
    "pack": ("models.pack:main", "import, list and describe packs of panoramas"),
    "world": ("models.world_command:main", "render the rendered world; measure how hard it is"),
    "geocells": ("models.tessellate:main", "make semantic geocells from training locations"),
    "shard": ("models.shard:main", "put a pack's pictures into tar files, to train from"),
    "pretrain": ("models.pretrain:main", "pretrain an encoder on captions from geography"),
    "train": ("models.train:main", "train a bundle"),
    "ablate": ("models.ablation.command:main", "measure what each component of PIGEON is worth"),
    "index": ("models.index:main", "make a nearest-neighbour bundle from a pack"),
    "zero-shot": ("models.prompts:main", "make a bundle without training, from places' names"),
    "convert": ("models.convert:main", "make an encoder of CLIP weights, a bundle of GeoCLIP's"),
    "card": ("models.card:main", "write a bundle's model card"),
    "report": ("homing:report", "write a match's report again, with what the bundle looked at"),
    "locate": ("server.locate.command:main", "say where a photo was taken"),
    "look": ("models.look:main", "show what in a picture spoke for the guess"),
    "embed": ("models.embed:main", "embed a pack's panoramas"),
    "evaluate": (
        "models.evaluation.command:main",
        "measure guesses: on packs, on benchmarks, a bundle's or another system's",
    ),
}

DEMO_PACK = "world-demo"
DEMO_PANORAMAS = 10
"""Twice what a match needs, so that two seeds differ; about a second of rendering each."""


def usage() -> str:
    """The text of `homing --help`."""
    lines = [f"  {name:<12}{about}" for name, (_, about) in COMMANDS.items()]
    head = "usage: homing COMMAND [OPTIONS]\n\nPlays Geoguessr-style games with geolocation models."
    return "\n".join([head, "", *lines, "", "`homing COMMAND --help` lists a command's options."])


def main(argv: list[str] | None = None) -> int:
    """Run one subcommand; return its exit status."""
    arguments = sys.argv[1:] if argv is None else argv
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print(usage())
        return 0
    name, *rest = arguments
    if name not in COMMANDS:
        print(f"homing: expected one of {', '.join(COMMANDS)}, got: {name}", file=sys.stderr)
        return 2
    try:
        return _run(name, rest)
    except KeyboardInterrupt:
        print("homing: stopped", file=sys.stderr)
        return 130


def demo(argv: list[str]) -> int:
    """Render the demo's pack where it is not there yet, then play five rounds on it.

    The browser shows itself where there is a screen. `argv` goes to `homing play`, or, with
    `--show` in it, to `homing show`.
    """
    parser = argparse.ArgumentParser(
        prog="homing demo",
        usage="%(prog)s [-h] [--show] [OPTIONS]",
        description="Watch the bot play five rounds on this machine, then read its report.",
        epilog="OPTIONS are those of `homing play`, or with --show those of `homing show`.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--show", action="store_true", help="two bots play a duel, shown as on a stream"
    )
    arguments, rest = parser.parse_known_args(argv)
    name, wish = ("show", ["--look"]) if arguments.show else ("play", ["--rounds", "5"])
    shown = ["--headed"] if _has_screen() else []
    command = ["--pack", DEMO_PACK, "--seed", "1", *wish, *shown, *rest]
    import_module(f"bot.{name}").arguments(command)  # what is refused needs no pack
    return _render_demo() or _run(name, command)


def _render_demo() -> int:
    wish = ["--count", str(DEMO_PANORAMAS), "--split", "test", "--width", "2048"]
    return _run("world", ["render", "--name", DEMO_PACK, "--seed", "2026", *wish])


def show(argv: list[str]) -> int:
    """Let two bots play as a stream shows it; with `--look`, their bundles look at views again."""

    def looker(bundle: str) -> Callable[[Sequence[bytes]], Sequence[bytes]]:
        looks = import_module("models.look")
        heats: Callable[[Sequence[bytes]], Sequence[bytes]]
        heats = looks.Looker(looks.load_bundle(bundle)).heats
        return heats

    return int(import_module("bot.show").main(argv, looker))


def report(argv: list[str]) -> int:
    """Write the report of a recorded match again, with heat maps where a bundle is named."""
    parser = argparse.ArgumentParser(prog="homing report", description=report.__doc__)
    parser.add_argument("match", type=Path, help="folder of the match, with its events.jsonl")
    parser.add_argument("--look", metavar="BUNDLE", help="show what spoke for its guesses")
    arguments = parser.parse_args(argv)
    reports = import_module("bot.report")
    if not (arguments.match / reports.EVENTS_FILE).is_file():
        print(f"homing report: {arguments.match}: expected a recorded match", file=sys.stderr)
        return 1
    if arguments.look:
        try:
            _look(arguments.match, arguments.look)
        except (ValueError, OSError) as error:
            print(f"homing report: {error}", file=sys.stderr)
            return 1
    print(reports.write_report(arguments.match))
    return 0


def _look(match: Path, bundle: str) -> None:
    """Heat maps for a recorded match, in place of those that there are, maybe another bundle's."""
    reports, looks = import_module("bot.report"), import_module("models.look")
    look = looks.Looker(looks.load_bundle(bundle))
    reports.forget_heat(match)
    for views, heat in reports.views_to_look_at(match):
        reports.caption_heat(heat, look(views, heat))


def doctor(argv: list[str]) -> int:
    """Look at the installation, the bot's browser with it."""
    find_browser = import_module("bot.browser").chosen_chromium
    return int(import_module("server.doctor.command").main(argv, find_browser))


def _has_screen() -> bool:
    screens = ("DISPLAY", "WAYLAND_DISPLAY")
    return sys.platform in {"darwin", "win32"} or any(os.environ.get(name) for name in screens)


def _run(name: str, argv: list[str]) -> int:
    module, function = COMMANDS[name][0].split(":")
    return int(getattr(import_module(module), function)(argv))


if __name__ == "__main__":
    sys.exit(main())
