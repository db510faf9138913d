"""Builds the icon sprite: `python -m local.icons`.

Only the Lucide icons that templates, scripts and menus name go in: 8 KB instead of 521. A name that
Lucide lacks stops the set-up, because a missing icon is silent on screen.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ICONS = ROOT / "node_modules" / "lucide-static" / "icons"
SPRITE = ROOT / ".local" / "static" / "icons" / "sprite.svg"
SOURCES = [("templates", "*.html"), ("static/js", "*.js"), ("apps", "*.py")]

# icon="inbox", icon='inbox', "icon": "inbox", icon: "inbox", data-icon="inbox"; <c-icon name="inbox";
# {% icon "inbox"; {# icons: a b #}
_NAMED = re.compile(r"""(?:(?<!:)\bicon["']?\s*[:=]\s*|<c-icon\s+name=|{%\s*icon\s+)["']([a-z][a-z0-9-]*)["']""")
_LISTED = re.compile(r"icons: ([a-z0-9 -]+)")
_DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


class MissingIcon(Exception):
    """A screen names icons that the installed Lucide doesn't have."""


def used_names(root: Path = ROOT) -> set[str]:
    names: set[str] = set()
    for folder, pattern in SOURCES:
        for path in (root / folder).rglob(pattern):
            text = path.read_text(encoding="utf-8")
            names.update(_NAMED.findall(text))
            names.update(name for listed in _LISTED.findall(text) for name in listed.split())
    return names


def sprite(names: set[str], icons: Path = ICONS) -> str:
    """One SVG with a `<symbol>` per name. Raises MissingIcon, naming all that are absent."""
    missing = sorted(name for name in names if not (icons / f"{name}.svg").is_file())
    if missing:
        raise MissingIcon(f"Lucide has no icon named: {', '.join(missing)}")
    symbols = "".join(_symbol(name, icons) for name in sorted(names))
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>\n'


def _symbol(name: str, icons: Path) -> str:
    drawing = _DRAWING.search((icons / f"{name}.svg").read_text(encoding="utf-8"))
    assert drawing, name
    return f'<symbol id="{name}" viewBox="0 0 24 24">{" ".join(drawing[1].split())}</symbol>'


def build(target: Path = SPRITE) -> int:
    """Write the sprite; returns how many icons it holds."""
    names = used_names()
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(sprite(names), encoding="utf-8")
    return len(names)


if __name__ == "__main__":
    try:
        print(f"{build()} icons -> {SPRITE.relative_to(ROOT)}")
    except (MissingIcon, OSError) as error:
        sys.exit(str(error))
