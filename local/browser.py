"""Chromium for the browser tests: looked up, never downloaded."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)
# No sandbox: it refuses to start for root. No background traffic: pages under test are the only ones asked for.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium_path() -> Path | None:
    """The browser named by CHROMIUM, else the machine's own; None when there is none."""
    if named := os.environ.get("CHROMIUM"):
        return Path(named)
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return Path(found) if found else next((place for place in PLACES if place.exists()), None)


def is_required() -> bool:
    """CI forbids skipping the browser tests."""
    return os.environ.get("REQUIRE_BROWSER", "") not in ("", "0")
