"""Files to customers: uploaded, measured before they are sent, handed to Graph once, sent by their id."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from apps.chat import attachments, handoff, outbound
from apps.chat.errors import FileUsed
from apps.chat.models import Media, Message
from apps.lib.tenancy import tenant_context
from apps.work import handlers
from apps.work.models import DueWork
from simulators import whatsapp
from simulators.faults import Fault
from tests import files as samples


def _file(content: bytes, name: str, mime_type: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=mime_type)


@pytest.fixture
def talk(customer: Any, ana: Any, work: Any) -> Any:
    """Davi's conversation, in Ana's hands."""
    customer.sends(whatsapp.text("oi"))
    work.run(kinds="webhook")
    DueWork.objects.all().delete()
    return handoff.take_over(customer.conversation, by=ana)


@pytest.fixture
def upload(as_ana: Any, tenant: Any) -> Any:
    """`upload(content, name, type)`: what `POST /media` answers."""

    def post(content: bytes, name: str = "corte.png", mime_type: str = "image/png", **headers: str) -> Any:
        return as_ana.upload("/api/v1/media", _file(content, name, mime_type), **headers)

    return post


@pytest.fixture
def send(work: Any) -> Any:
    return lambda: work.run(ahead=False, kinds="chat.deliver")


def _later() -> None:
    DueWork.objects.update(due_at=timezone.now() - timedelta(minutes=10))


def test_a_picture_goes_to_the_customer_with_its_caption(
    talk: Any, upload: Any, as_ana: Any, send: Any, graph: Any
) -> None:
    uploaded = upload(samples.png())
    assert uploaded.status_code == 201, uploaded.json()
    sent = as_ana.post(
        "/api/v1/messages",
        {"conversation_id": talk.pk, "message_type": "image", "media_id": uploaded.json()["id"], "content": "assim?"},
    )
    assert sent.status_code == 201 and sent.json()["media"]["mime_type"] == "image/png"

    send()
    [message] = graph.messages
    assert message.payload["image"]["caption"] == "assim?"
    assert graph.content_of(message.payload["image"]["id"]) == samples.png()


@pytest.mark.parametrize(
    ("content", "name", "mime_type", "kind", "expected"),
    [
        (samples.PDF, "orçamento.pdf", "application/pdf", "document", {"filename": "orçamento.pdf"}),
        (samples.OGG, "voz.ogg", "audio/ogg", "audio", {}),
        (samples.MP4, "v.mp4", "video/mp4", "video", {}),
        (samples.WEBP, "f.webp", "image/webp", "sticker", {}),
    ],
)
def test_each_kind_is_sent_as_itself(
    talk: Any, ana: Any, send: Any, graph: Any, content: bytes, name: str, mime_type: str, kind: str, expected: Any
) -> None:
    media = attachments.take(_file(content, name, mime_type), by=ana)
    outbound.reply(talk, by=ana, media=media)
    send()

    [message] = graph.messages
    assert message.payload["type"] == kind and expected.items() <= message.payload[kind].items()


def test_a_voice_note_is_sent_as_one(talk: Any, ana: Any, send: Any, graph: Any) -> None:
    outbound.reply(
        talk, by=ana, media=attachments.take(_file(samples.OGG, "v.ogg", "audio/ogg"), by=ana, is_voice=True)
    )
    send()
    assert graph.messages[0].payload["audio"]["voice"] is True


def test_a_failed_upload_is_tried_again_and_sends_once(talk: Any, ana: Any, send: Any, graph: Any) -> None:
    graph.script(Fault.server_error(edge="media"), Fault.drop(edge="media"))
    message = outbound.reply(talk, by=ana, media=attachments.take(_file(samples.png(), "a.png", "image/png"), by=ana))
    for _ in range(3):
        send()
        _later()
    send()

    message.refresh_from_db()
    assert message.status == "sent" and len(graph.messages) == 1 and not message.maybe_duplicate


def test_a_lost_answer_to_the_send_uploads_nothing_again(talk: Any, ana: Any, send: Any, graph: Any) -> None:
    graph.script(Fault.lost_status())
    message = outbound.reply(talk, by=ana, media=attachments.take(_file(samples.png(), "a.png", "image/png"), by=ana))
    send()
    message.refresh_from_db()
    assert message.status == "unknown"

    Message.objects.update(sending_since=timezone.now() - timedelta(seconds=46))
    _later()
    send()
    message.refresh_from_db()
    assert message.status == "sent" and message.maybe_duplicate and graph.uploads == 1


def test_an_upload_older_than_its_id_is_made_again(talk: Any, ana: Any, send: Any, graph: Any) -> None:
    media = attachments.take(_file(samples.png(), "a.png", "image/png"), by=ana)
    Media.objects.update(provider_id="old", provider_id_at=timezone.now() - timedelta(days=30))
    outbound.reply(talk, by=ana, media=media)
    send()
    assert graph.messages[0].payload["image"]["id"] != "old"


def test_a_refused_token_keeps_the_file_in_the_queue(talk: Any, ana: Any, send: Any, graph: Any, channel: Any) -> None:
    graph.script(Fault.error(190, edge="media"))
    message = outbound.reply(talk, by=ana, media=attachments.take(_file(samples.png(), "a.png", "image/png"), by=ana))
    send()
    message.refresh_from_db()
    channel.refresh_from_db()
    assert message.status == "queued" and channel.status == "unhealthy"


def test_an_upload_graph_will_not_have_fails_with_the_reason(talk: Any, ana: Any, send: Any, graph: Any) -> None:
    graph.script(Fault.error(131053, edge="media", details="Unsupported codec"))
    message = outbound.reply(talk, by=ana, media=attachments.take(_file(samples.png(), "a.png", "image/png"), by=ana))
    send()
    message.refresh_from_db()
    assert message.status == "failed" and "codec" in message.error


# Refusals ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "mime_type", "status", "word"),
    [
        (samples.SVG, "logo.svg", "image/svg+xml", 422, "svg"),
        (b"MZ" + bytes(50), "nota.pdf", "application/pdf", 422, "programa"),
        (samples.PDF, "foto.jpg", "image/jpeg", 422, "pdf"),
        (b"", "vazio.png", "image/png", 422, "vazio"),
        (samples.zipped(a="b"), "fotos.zip", "application/zip", 422, "compactado"),
    ],
)
def test_a_wicked_upload_is_refused_with_the_reason_beside_the_file(
    upload: Any, content: bytes, name: str, mime_type: str, status: int, word: str
) -> None:
    answer = upload(content, name, mime_type)

    assert answer.status_code == status, answer.json()
    assert word in answer.json()["fields"]["file"][0].lower() and not Media.objects.exists()


def test_a_file_beyond_our_limit_is_413(upload: Any, settings: Any) -> None:
    settings.MEDIA_MAX_BYTES = 1024
    assert upload(samples.PDF + b"x" * 2000, "a.pdf", "application/pdf").status_code == 413
    assert upload(samples.PDF + b"x" * 200_000, "a.pdf", "application/pdf").status_code == 413


@pytest.mark.parametrize(
    ("content", "name", "mime_type", "word"),
    [
        (samples.JPEG + bytes(5 * 1024 * 1024), "g.jpg", "image/jpeg", "5 MB"),
        (samples.MP4 + bytes(16 * 1024 * 1024), "v.mp4", "video/mp4", "16 MB"),
        (samples.WEBP + bytes(101 * 1024), "f.webp", "image/webp", "100 KB"),
        (b"GIF89a" + bytes(100), "g.gif", "image/gif", "pdf"),
    ],
)
def test_whatsapps_limits_are_known_before_sending(
    talk: Any, upload: Any, as_ana: Any, content: bytes, name: str, mime_type: str, word: str
) -> None:
    media_id = upload(content, name, mime_type).json()["id"]
    answer = as_ana.post("/api/v1/messages", {"conversation_id": talk.pk, "media_id": media_id})

    assert answer.status_code == 422 and word in answer.json()["fields"]["media_id"][0]
    assert not Message.objects.filter(sender="attendant").exists()


def test_a_caption_has_1024_characters(talk: Any, upload: Any, as_ana: Any) -> None:
    media_id = upload(samples.png()).json()["id"]
    body = {"conversation_id": talk.pk, "media_id": media_id, "content": "é" * 1025}
    assert as_ana.post("/api/v1/messages", body).json()["code"] == "text_too_long"
    assert as_ana.post("/api/v1/messages", body | {"content": "é" * 1024}).status_code == 201


def test_audio_carries_no_text(talk: Any, upload: Any, as_ana: Any) -> None:
    media_id = upload(samples.OGG, "v.ogg", "audio/ogg").json()["id"]
    answer = as_ana.post("/api/v1/messages", {"conversation_id": talk.pk, "media_id": media_id, "content": "oi"})
    assert answer.status_code == 422 and "content" in answer.json()["fields"]


def test_a_file_is_sent_once(talk: Any, upload: Any, as_ana: Any) -> None:
    body = {"conversation_id": talk.pk, "media_id": upload(samples.png()).json()["id"]}
    assert as_ana.post("/api/v1/messages", body).status_code == 201
    assert as_ana.post("/api/v1/messages", body).json()["code"] == "file_used"


@pytest.mark.parametrize(
    "body",
    [
        {"media_id": "x"},
        {"media_id": "00000000-0000-0000-0000-000000000000"},
        {"message_type": "image", "content": "sem arquivo"},
        {"content": ""},
        {"message_type": "video", "media_id": "PNG"},
    ],
)
def test_what_makes_no_sense_is_refused(talk: Any, upload: Any, as_ana: Any, body: dict[str, Any]) -> None:
    if body.get("media_id") == "PNG":
        body = body | {"media_id": upload(samples.png()).json()["id"]}
    answer = as_ana.post("/api/v1/messages", {"conversation_id": talk.pk, **body})
    assert answer.status_code in (400, 404) and answer.json()["fields"]


def test_a_customers_file_cannot_be_sent_on_as_an_upload(talk: Any, as_ana: Any) -> None:
    foreign = Media.objects.create(kind="image", state="ready", mime_type="image/png")
    answer = as_ana.post("/api/v1/messages", {"conversation_id": talk.pk, "media_id": str(foreign.pk)})
    assert answer.status_code == 404


def test_the_same_upload_twice_under_one_key_is_one_file(upload: Any) -> None:
    first, second = (upload(samples.png(), Idempotency_Key="k1") for _ in range(2))
    assert first.json()["id"] == second.json()["id"] and Media.objects.count() == 1
    assert upload(samples.PDF, "a.pdf", "application/pdf", Idempotency_Key="k1").status_code == 409


@pytest.mark.parametrize("body", [b"", b"--x--", b"{}"])
def test_a_broken_form_is_400(as_ana: Any, body: bytes) -> None:
    answer = as_ana.client.generic(
        "POST",
        "/api/v1/media",
        data=body,
        content_type="multipart/form-data; boundary=x",
        headers={"Authorization": f"Bearer {as_ana.token}"},
        HTTP_HOST=as_ana.host,
    )
    assert answer.status_code == 400


# What was never sent -------------------------------------------------------------------------------


def _tidy() -> None:
    attachments.tidy(None)  # type: ignore[arg-type]


@pytest.fixture
def old_upload(upload: Any) -> Media:
    """Uploaded a day and a second ago."""
    media = Media.objects.get(pk=upload(samples.png()).json()["id"])
    Media.objects.update(created_at=timezone.now() - timedelta(days=1, seconds=1))
    media.refresh_from_db()
    return media


def test_an_upload_nobody_sent_is_gone_after_a_day(old_upload: Media, upload: Any) -> None:
    fresh = upload(samples.png()).json()["id"]
    name, storage = str(old_upload.file.name), old_upload.file.storage
    assert storage.exists(name)
    _tidy()

    assert not storage.exists(name) and [str(pk) for pk in Media.objects.values_list("pk", flat=True)] == [fresh]


def test_what_was_sent_stays_however_old(talk: Any, old_upload: Media, as_ana: Any) -> None:
    as_ana.post("/api/v1/messages", {"conversation_id": talk.pk, "media_id": str(old_upload.pk)})
    _tidy()

    old_upload.refresh_from_db()
    assert old_upload.file.storage.exists(str(old_upload.file.name))


def test_every_business_is_tidied(old_upload: Media, world: Any) -> None:
    with tenant_context(world.rival):
        Media.objects.create(kind="image", created_at=timezone.now() - timedelta(days=2))
    _tidy()

    with tenant_context(world.rival):
        assert not Media.objects.exists()
    assert not Media.objects.exists()


def test_a_file_that_is_already_gone_does_not_keep_its_row(old_upload: Media) -> None:
    old_upload.file.storage.delete(str(old_upload.file.name))
    _tidy()

    assert not Media.objects.exists()


def test_who_sends_what_was_just_tidied_is_asked_to_upload_it_again(old_upload: Media, talk: Any) -> None:
    _tidy()

    with pytest.raises(FileUsed), transaction.atomic():
        attachments.claim(old_upload, talk, text="")


def test_it_is_done_every_hour() -> None:
    assert attachments.TIDY in [kind.name for kind in handlers.periodic()]
