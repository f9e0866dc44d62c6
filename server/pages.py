"""The pages' files, and the headers that keep strangers out of them."""

from __future__ import annotations

from functools import partial
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exception_handlers import http_exception_handler
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from server.settings import Settings

DIST = Path(__file__).parent / "web" / "dist"

UNUSED = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
"""What no page asks a browser for."""

UNBUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Homing</title>
<h1>The pages are not built yet</h1><p>Run <code>make web</code>, then start the server again.</p>
</html>"""


PAGES = {
    "/": "home",
    "/chat": "chat",
    "/locate": "locate",
    "/join/{match}": "join",
    "/play/{match}": "play",
    "/replay/{match}": "replay",
    "/live/{match}": "live",
    "/director": "director",
    "/director/{match}": "director",
    "/study/{study}": "study",
    "/study/{study}/progress": "lab",
}
"""Address and page; what stands in braces the page reads from its address itself."""

STYLED = frozenset({"live"})
"""Pages that take styles from where they are shown: OBS puts its user's CSS into them."""

POLICY = "Content-Security-Policy"


def install_pages(app: FastAPI, settings: Settings, dist: Path = DIST) -> None:
    """Put the pages and `/static` into `app`."""
    router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
    for path, page in PAGES.items():
        headers = {POLICY: _policy(settings, page in STYLED)}
        file = dist / f"{page}.html"
        router.add_api_route(path, partial(_page, file, settings, headers))
    app.include_router(router)
    if dist.is_dir():
        app.mount("/static", StaticFiles(directory=dist))

    async def lost(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if not _asks_for_page(request):
            return await http_exception_handler(request, error)
        page = _page(dist / "lost.html", settings, {})
        page.status_code = 404
        return page

    app.add_exception_handler(404, lost)


def security_headers(settings: Settings) -> dict[str, str]:
    """What every answer carries: pages take nothing from elsewhere and are framed by nobody."""
    return {
        POLICY: _policy(settings),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }


def _policy(settings: Settings, styled: bool = False) -> str:
    tiles = urlsplit(settings.tiles)
    # Leaflet's {s} stands for one of several hosts' first letters.
    tile_host = f" {tiles.scheme}://{tiles.netloc.replace('{s}', '*')}" if tiles.netloc else ""
    policy = (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'" if styled else "style-src 'self'",
        "font-src 'self'",
        f"img-src 'self' data: blob:{tile_host}",
        "connect-src 'self' blob:",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
    return "; ".join(policy)


def _asks_for_page(request: Request) -> bool:
    """Whether a person has typed the address; programs get JSON."""
    accepted = request.headers.get("accept", "")
    return "text/html" in accepted and not request.url.path.startswith("/api/")


def _page(file: Path, settings: Settings, headers: dict[str, str]) -> HTMLResponse:
    try:
        page = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return HTMLResponse(UNBUILT, 503)
    return HTMLResponse(page.replace("</head>", f"{_meta(settings)}</head>", 1), headers=headers)


def _meta(settings: Settings) -> str:
    values = {
        "homing-tiles": settings.tiles,
        "homing-tiles-attribution": settings.tiles_attribution,
    }
    return "".join(
        f'<meta name="{name}" content="{escape(value)}">' for name, value in values.items() if value
    )
