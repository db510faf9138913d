"""The icon sprite: what screens name and nothing else, and never a silent gap."""

from __future__ import annotations

import pytest

from local import icons

DRAWING = '<!-- licence -->\n<svg\n  class="lucide"\n  viewBox="0 0 24 24"\n>\n  <path d="M1 1" />\n</svg>\n'


@pytest.fixture
def drawings(tmp_path):
    (tmp_path / "inbox.svg").write_text(DRAWING)
    return tmp_path


def test_every_way_of_naming_an_icon_is_found(tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "a.html").write_text(
        '<c-icon name="inbox" /><c-button icon="send" :icon="item.icon" />{# icons: wrench user-x #}'
    )
    (tmp_path / "apps").mkdir()
    (tmp_path / "apps" / "a.py").write_text('note(data={"icon": "hand"})\nNavItem(icon="calendar-days")\n')

    assert icons.used_names(tmp_path) == {"inbox", "send", "wrench", "user-x", "hand", "calendar-days"}


def test_the_sprite_holds_a_symbol_per_name(drawings):
    assert '<symbol id="inbox" viewBox="0 0 24 24"><path d="M1 1" /></symbol>' in icons.sprite({"inbox"}, drawings)


def test_a_name_lucide_lacks_stops_the_set_up(drawings):
    with pytest.raises(icons.MissingIcon, match="smile, trash-2"):
        icons.sprite({"inbox", "trash-2", "smile"}, drawings)
