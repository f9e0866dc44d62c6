"""What a server is told: by `homing serve` and by the environment, where secrets belong."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

DEFAULT_PORT = 8321
HTTP_PORT = 80
"""Browsers leave it out of an origin."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")
EXTENSION = "chrome-extension://apnclgoidkpjmjijhabaofibpcdcddde"
"""Origin of our own extension: its id follows from the `key` in extension/manifest.json."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One server's settings. Token and database URL never appear in `repr`."""

    home: Path
    """Where packs and matches lie."""
    packs: Path
    """The folder whose folders are packs."""
    database_url: str = field(repr=False)
    """SQLAlchemy's; may hold a password."""
    token: str = field(repr=False)
    host: str = LOOPBACK[0]
    port: int = DEFAULT_PORT
    bundles: tuple[str, ...] = ("world-small",)
    """Names of shipped bundles, or folders; the first answers who asks for none."""
    origins: frozenset[str] = frozenset()
    """Other pages that may call, as browsers name them: `http://192.168.1.5:8321`."""
    tiles: str = ""
    """Leaflet URL template of an online tile server; empty: the embedded map."""
    tiles_attribution: str = ""

    @property
    def secrets(self) -> frozenset[str]:
        """What no log may show: the token, the database's password."""
        password = urlsplit(self.database_url).password
        return frozenset({self.token, *([password] if password else [])})

    @property
    def own_origins(self) -> frozenset[str]:
        """As browsers name the pages of this server, and its extension."""
        port = "" if self.port == HTTP_PORT else f":{self.port}"
        pages = (f"http://{_in_url(h)}{port}" for h in (*LOOPBACK, self.host))
        return frozenset({EXTENSION, *pages})

    @property
    def hosts(self) -> frozenset[str]:
        """Names a request may call this server by; others are DNS rebinding."""
        of_origins = (urlsplit(origin) for origin in self.origins)
        named = {url.hostname or "" for url in of_origins if url.scheme in {"http", "https"}}
        return frozenset(_in_url(host.lower()) for host in {*LOOPBACK, self.host, *named} - {""})

    @property
    def url(self) -> str:
        """Where a browser on this machine finds the server; without the token."""
        host = LOOPBACK[0] if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104
        return f"http://{_in_url(host)}:{self.port}"


def from_environment(environment: Mapping[str, str]) -> Settings:
    """Settings of HOMING_HOME, _TOKEN, _DATABASE_URL, _ORIGINS, _TILES, _TILES_ATTRIBUTION.

    Without HOMING_TOKEN the token is a new one.
    """
    home = Path(environment.get("HOMING_HOME") or ".homing").absolute()
    return Settings(
        home=home,
        packs=home / "packs",
        database_url=environment.get("HOMING_DATABASE_URL") or f"sqlite:///{home}/arena.sqlite",
        token=environment.get("HOMING_TOKEN") or secrets.token_urlsafe(24),
        origins=frozenset(environment.get("HOMING_ORIGINS", "").replace(",", " ").split()),
        tiles=environment.get("HOMING_TILES", ""),
        tiles_attribution=environment.get("HOMING_TILES_ATTRIBUTION", ""),
    )


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
