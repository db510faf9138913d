"""Files of messages: where they lie, who opens them, how they are served."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.conf import settings

from apps.chat import media as files
from apps.chat.models import Media
from apps.lib.tenancy import tenant_context
from tests import files as samples


def _kept(content: bytes, *, mime_type: str, **fields: Any) -> Media:
    media = Media(kind=mime_type.partition("/")[0].replace("application", "document"), **fields)
    files.keep(media, content, mime_type=mime_type)
    media.save()
    return media


@pytest.fixture
def picture(tenant: Any) -> Media:
    return _kept(samples.png(), mime_type="image/png", file_name="corte.png")


def test_a_file_lies_in_the_businesss_own_folder_under_a_name_of_ours(picture: Media, tenant: Any) -> None:
    assert picture.file.path.startswith(f"{settings.MEDIA_ROOT}/{tenant.schema_name}/")
    assert picture.file.path.endswith(str(picture.pk))


def test_a_member_sees_a_picture(picture: Media, as_bruno: Any) -> None:
    answer = as_bruno.get(files.url(picture))

    assert answer.status_code == 200 and answer.getvalue() == samples.png()
    assert answer["Content-Type"] == "image/png" and answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == 'inline; filename="corte.png"'
    assert "sandbox" in answer["Content-Security-Policy"] and "private" in answer["Cache-Control"]


def test_a_browsers_session_opens_it_too(picture: Media, browser_for: Any, world: Any) -> None:
    browser = browser_for(world.bruno, world.tenant)
    answer = browser.get(files.url(picture), headers={"Accept": "image/avif,image/webp"})

    assert answer.status_code == 200


def test_a_document_is_saved_and_never_opened_in_a_page(tenant: Any, as_bruno: Any) -> None:
    media = _kept(samples.PDF, mime_type="application/pdf", file_name="orçamento.pdf")

    answer = as_bruno.get(files.url(media))
    assert answer["Content-Disposition"].startswith("attachment;")


def test_links_of_the_same_hour_are_equal_and_end(picture: Media, as_bruno: Any, monkeypatch: Any) -> None:
    now = time.time() // 3600 * 3600
    link = files.url(picture, now=now)
    assert link == files.url(picture, now=now + 3599)

    monkeypatch.setattr(time, "time", lambda: now + 2 * 3600 + 1)
    answer = as_bruno.get(link)
    assert answer.status_code in (401, 404)  # the token is over by then, too


def test_an_expired_link_is_refused(picture: Media, as_bruno: Any) -> None:
    answer = as_bruno.get(files.url(picture, now=time.time() - 3 * 3600))

    assert answer.status_code == 404 and "venceu" in answer.json()["detail"]


@pytest.mark.parametrize("change", [("expires=", "expires=9"), ("signature=", "signature=x"), ("media/", "media/a")])
def test_a_link_that_was_touched_is_refused(picture: Media, as_bruno: Any, change: tuple[str, str]) -> None:
    assert as_bruno.get(files.url(picture).replace(*change)).status_code == 404


@pytest.mark.parametrize("expires", ["", "x", "-1", "²", "9" * 400, "1e9"])
def test_nonsense_is_no_link(picture: Media, as_bruno: Any, expires: str) -> None:
    assert as_bruno.get(f"/api/v1/media/{picture.pk}", expires=expires, signature="é").status_code == 404


def test_a_link_without_a_sign_in_opens_nothing(picture: Media, as_bruno: Any) -> None:
    as_bruno.token = ""
    assert as_bruno.get(files.url(picture)).status_code == 401


def test_another_business_opens_it_neither_here_nor_there(picture: Media, as_celia: Any, world: Any) -> None:
    link = files.url(picture)
    with tenant_context(world.rival):
        hers = _kept(samples.PDF, mime_type="application/pdf", id=picture.pk)
        own_link = files.url(hers)

    assert as_celia.get(link).status_code == 404  # the same id exists there: the link is for another business
    assert as_celia.get(own_link).getvalue() == samples.PDF


@pytest.mark.parametrize(
    ("wanted", "status", "content_range", "body"),
    [
        ("bytes=0-3", 206, "bytes 0-3/10", b"OggS"),
        ("bytes=4-", 206, "bytes 4-9/10", b"456789"),
        ("bytes=-2", 206, "bytes 8-9/10", b"89"),
        ("bytes=8-99", 206, "bytes 8-9/10", b"89"),
        ("bytes=-99", 206, "bytes 0-9/10", b"OggS456789"),
        ("bytes=10-", 416, "bytes */10", b""),
        ("bytes=5-2", 416, "bytes */10", b""),
        ("bytes=0-1,4-5", 200, None, b"OggS456789"),
        ("lines=1-2", 200, None, b"OggS456789"),
    ],
)
def test_audio_can_be_sought(
    tenant: Any, as_bruno: Any, wanted: str, status: int, content_range: str | None, body: bytes
) -> None:
    media = _kept(b"OggS456789", mime_type="audio/ogg")
    answer = as_bruno._send("GET", files.url(media), headers={"Range": wanted})

    assert (answer.status_code, answer.get("Content-Range")) == (status, content_range)
    assert answer.getvalue() == body


def test_a_file_that_is_gone_is_404(picture: Media, as_bruno: Any) -> None:
    picture.file.storage.delete(picture.file.name)
    assert as_bruno.get(files.url(picture)).status_code == 404


def test_what_is_not_here_has_no_link(tenant: Any) -> None:
    assert files.url(Media(kind="image")) == ""
