"""Chromium through Playwright: its own where it is installed, else the one on PATH.

`python -m bot.browser` prints which one would be used, or says how to get one.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

from playwright.async_api import Browser, Error, Page, Playwright, StorageState, async_playwright
from playwright.sync_api import sync_playwright

WIDTH_PX, HEIGHT_PX = 1280, 720

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""On PATH, in this order."""

_UNUSED = (
    # What Playwright turns off as well: Chromium heeds the last such list alone.
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"),
    *("HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding"),
    *("ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints"),
    *("NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch"),
    # Two pages of each window's address bar, which took as long as the page itself.
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup"),
    # A process for the next page, which never comes.
    "SpareRendererForSitePerProcess",
)

ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    f"--disable-features={','.join(_UNUSED)}",
)
"""A closed network is no reason to wait, and a match no moment for updates."""


class NoBrowser(Exception):  # noqa: N818  read as a sentence
    """There is no Chromium; the message says where it was looked for and how to get it."""


def find_chromium(own: str) -> str:
    """Path of Playwright's `own` Chromium if it is there, else of the first of `NAMES` on PATH.

    Raises:
        NoBrowser: neither is there.
    """
    if Path(own).exists():
        return own
    for name in NAMES:
        if found := shutil.which(name):
            return found
    raise NoBrowser(
        f"expected a Chromium: Playwright's own ({own}) or one of {', '.join(NAMES)} on PATH, "
        "got: none; `make browser` installs one"
    )


@asynccontextmanager
async def opened_page(*, headed: bool = False, login: Path | None = None) -> AsyncIterator[Page]:
    """A page of a fresh Chromium, 1280x720 at scale 1; all is closed at the end.

    `login`: a person's cookies for a site, as Playwright's `storage_state` keeps them.

    Raises:
        NoBrowser: there is none, or it does not start.
        ValueError: `login` is no such file.
    """
    cookies = read_login(login) if login else None
    async with async_playwright() as playwright:
        browser = await _started(playwright, headed)
        try:
            context = await browser.new_context(
                viewport={"width": WIDTH_PX, "height": HEIGHT_PX},
                device_scale_factor=1,
                storage_state=cookies,
                # A bot needs no animations; people who watch it like them.
                reduced_motion="no-preference" if headed else "reduce",
            )
            yield await context.new_page()
        finally:
            await browser.close()


async def _started(playwright: Playwright, headed: bool) -> Browser:
    path = find_chromium(playwright.chromium.executable_path)
    try:
        return await playwright.chromium.launch(
            executable_path=path,
            headless=not headed,
            args=[*ARGUMENTS, *_sandbox_arguments()],
            # Ctrl-C is ours to handle: the match ends in good order first.
            handle_sigint=False,
        )
    except Error as error:
        wanted = "a window on this machine's screen" if headed else "a browser that starts"
        found = next((line for line in error.message.splitlines() if "ERROR" in line), "")
        found = found.rpartition("] ")[2] or error.message.splitlines()[0]
        raise NoBrowser(f"{path}: expected {wanted}, got: {found[:160]}") from None


def read_login(path: Path) -> StorageState:
    """A person's cookies for a site, as Playwright's `storage_state` writes them.

    Raises:
        ValueError: the file is not there, or holds something else.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"--login {path}: expected JSON, got: {error}") from None
    if not isinstance(found, dict) or not isinstance(found.get("cookies"), list):
        raise ValueError(f"--login {path}: expected Playwright's storage_state, got: no cookies")
    return cast("StorageState", found)


def _sandbox_arguments() -> list[str]:
    """Chromium refuses its sandbox to root, who plays in containers."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return ["--no-sandbox"] if is_root else []


def chosen_chromium() -> str:
    """Path of the Chromium that would be used.

    Raises:
        NoBrowser: there is none.
    """
    with sync_playwright() as playwright:
        return find_chromium(playwright.chromium.executable_path)


def main() -> int:
    """Print the Chromium that would be used; 1 where there is none."""
    try:
        print(chosen_chromium())
    except NoBrowser as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
