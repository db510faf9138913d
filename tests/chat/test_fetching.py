"""Customers' files: the text at once, the file in its own time, nothing wicked kept, the token shown to nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.audit.models import Entry
from apps.chat import fetching
from apps.chat.models import Channel, Media, Message
from apps.work import runner
from apps.work.models import DueWork
from simulators import whatsapp
from simulators.faults import Fault
from tests import files as samples


@pytest.fixture
def sends_file(customer: Any, graph: Any, work: Any, monkeypatch: Any) -> Any:
    """`sends_file(content, build)`: Davi sends a file; the webhook is read, the file not yet asked for."""
    monkeypatch.setattr(runner, "MAX_CHAIN", 0)  # else the same worker would fetch it right away

    def send(content: bytes, build: Any = None, *, mime_type: str = "image/png") -> Media:
        media_id = graph.add_media(content, mime_type=mime_type)
        customer.sends(build(media_id) if build else whatsapp.image(media_id, mime_type=mime_type, caption="assim"))
        work.run(kinds="webhook")
        return Media.objects.get(provider_id=media_id)

    return send


def _fetch(work: Any, media: Media) -> Media:
    """Ask for it now, however long it was to wait."""
    DueWork.objects.filter(kind=fetching.KIND).update(due_at=timezone.now() - timedelta(minutes=10))
    work.run(ahead=False, kinds=fetching.KIND)
    media.refresh_from_db()
    return media


def _wait(media: Media) -> float:
    row = DueWork.objects.get(kind=fetching.KIND, key=str(media.pk))
    return (row.due_at - timezone.now()).total_seconds()


@pytest.mark.parametrize(
    ("content", "build", "mime_type"),
    [
        (samples.png(), lambda id: whatsapp.image(id, mime_type="image/png"), "image/png"),
        (samples.OGG, whatsapp.audio, "audio/ogg"),
        (samples.MP4, whatsapp.video, "video/mp4"),
        (samples.PDF, lambda id: whatsapp.document(id, "orçamento.pdf"), "application/pdf"),
        (samples.WEBP, whatsapp.sticker, "image/webp"),
    ],
)
def test_every_kind_of_file_arrives(
    sends_file: Any, work: Any, as_bruno: Any, content: bytes, build: Any, mime_type: str
) -> None:
    media = _fetch(work, sends_file(content, build, mime_type=mime_type))

    shown = as_bruno.get(f"/api/v1/messages/{media.message_id}").json()["media"]
    assert (media.state, media.mime_type, media.file.read()) == ("ready", mime_type, content)
    assert shown["state"] == "ready" and shown["size_bytes"] == len(content)
    assert as_bruno.get("/" + shown["url"].split("/", 3)[3]).getvalue() == content


def test_a_voice_note_and_a_documents_name_are_kept(sends_file: Any) -> None:
    voice = sends_file(samples.OGG, whatsapp.audio)
    document = sends_file(samples.PDF, lambda id: whatsapp.document(id, "../../etc/nota\u202efdp.exe.pdf"))

    assert voice.is_voice and document.file_name == "notafdp.exe.pdf"


def test_503_twice_then_200_the_text_is_there_at_once_and_the_file_later(
    sends_file: Any, work: Any, graph: Any
) -> None:
    graph.script(Fault.error(131000, status=503, edge="media"), Fault.error(131000, status=503, edge="download"))
    media = sends_file(samples.png())
    message = Message.objects.get(sender="customer")
    assert message.content == "assim" and message.media.state == "pending"

    waits = []
    for _ in range(2):
        assert _fetch(work, media).state == "pending"
        waits.append(round(_wait(media)))
    assert _fetch(work, media).state == "ready"
    assert waits == [10, 120]
    assert Message.objects.filter(sender="customer").count() == Media.objects.count() == 1


def test_the_same_webhook_twice_makes_one_file(customer: Any, graph: Any, work: Any) -> None:
    media_id = graph.add_media(samples.png(), mime_type="image/png")
    for _ in range(2):
        customer.sends(whatsapp.image(media_id, id="wamid.same"))
        work.run()

    assert Media.objects.count() == 1


def test_a_number_that_failed_four_times_asks_no_more_within_the_hour(sends_file: Any, work: Any, graph: Any) -> None:
    graph.script(Fault.error(131000, edge="media", times=None))
    first, second = sends_file(samples.png()), sends_file(samples.png())
    for _ in range(4):
        _fetch(work, first)
    asked = len(graph.media_calls)

    assert asked <= fetching.FAILURES_PER_HOUR
    _fetch(work, second)
    assert len(graph.media_calls) == asked and _wait(second) > 3000


def test_a_file_that_never_comes_is_given_up_with_the_reason(sends_file: Any, work: Any, graph: Any) -> None:
    graph.script(Fault.error(131000, edge="media", times=None))
    media = sends_file(samples.png())
    Media.objects.update(tries=len(fetching.TRY_AGAIN_SECONDS), tried_at=timezone.now() - timedelta(hours=2))

    media = _fetch(work, media)
    assert media.state == "failed" and media.error
    assert not DueWork.objects.filter(kind=fetching.KIND).exists()


def test_an_id_whatsapp_no_longer_knows_fails_at_once(sends_file: Any, work: Any, graph: Any) -> None:
    media = sends_file(samples.png())
    graph.forget_media(media.provider_id)

    media = _fetch(work, media)
    assert media.state == "failed" and media.tries == 0 and media.error


def test_a_url_that_is_over_is_asked_for_anew(sends_file: Any, work: Any, graph: Any) -> None:
    graph.url_seconds = 0
    media = _fetch(work, sends_file(samples.png()))
    assert media.state == "pending"

    graph.url_seconds = 300
    assert _fetch(work, media).state == "ready"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/x",
        "https://lookaside.fbsbx.com.evil.example/x",
        "https://user@lookaside.fbsbx.com/x",
        "http://lookaside.fbsbx.com/x",
        "https://lookaside.fbsbx.com:8443/x",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "https://[::1/x",
        "",
    ],
)
def test_the_token_goes_to_no_other_host(sends_file: Any, work: Any, graph: Any, url: str) -> None:
    media = sends_file(samples.png())
    graph.tell_of_media(media.provider_id, url=url)

    media = _fetch(work, media)
    assert media.state == "failed" and media.error


def test_a_refused_token_marks_the_channel_and_the_file_comes_when_it_is_mended(
    sends_file: Any, work: Any, graph: Any, channel: Channel, as_ana: Any
) -> None:
    graph.script(Fault.error(190, edge="media"))
    media = _fetch(work, sends_file(samples.png()))
    channel.refresh_from_db()
    assert media.state == "pending" and channel.status == "unhealthy"

    as_ana.post(f"/api/v1/channels/{channel.pk}/check")
    work.run(ahead=False, kinds=fetching.KIND)
    media.refresh_from_db()
    assert media.state == "ready"


def test_a_file_larger_than_we_take_is_refused_without_being_read(
    sends_file: Any, work: Any, graph: Any, settings: Any
) -> None:
    settings.MEDIA_MAX_BYTES = 100
    media = _fetch(work, sends_file(samples.png(200, 200)))

    assert media.state == "refused" and "MB" in media.error and not media.file


def test_a_size_that_was_a_lie_is_noticed_while_reading(sends_file: Any, work: Any, graph: Any, settings: Any) -> None:
    settings.MEDIA_MAX_BYTES = 100
    media = sends_file(samples.JPEG + bytes(500), lambda id: whatsapp.image(id))
    graph.tell_of_media(media.provider_id, file_size=10)

    assert _fetch(work, media).state == "refused"


def test_a_damaged_file_is_asked_for_again(sends_file: Any, work: Any, graph: Any) -> None:
    media = sends_file(samples.png())
    graph.script(Fault.malformed(edge="download"))
    assert _fetch(work, media).state == "pending"
    assert _fetch(work, media).state == "ready"


# Once more -----------------------------------------------------------------------------------------


@pytest.fixture
def given_up(sends_file: Any, work: Any, graph: Any) -> Media:
    """A file that was asked for eight times in vain; Graph has it again."""
    graph.script(Fault.error(131000, status=503, edge="media"))
    media = sends_file(samples.png())
    Media.objects.update(tries=len(fetching.TRY_AGAIN_SECONDS), tried_at=timezone.now() - timedelta(hours=2))
    media = _fetch(work, media)
    assert media.state == "failed"
    return media


@pytest.fixture
def bruno_at(browser_for: Any, bruno: Any, world: Any) -> Any:
    return browser_for(bruno, world.tenant)


def _button(media: Media) -> str:
    return f'hx-post="/mensagens/{media.message_id}/buscar-arquivo"'


def _thread(browser: Any, media: Media) -> str:
    assert media.message
    return str(browser.get(f"/conversas/{media.message.conversation_id}").content.decode())


def test_an_attendant_asks_once_more_and_the_file_comes(given_up: Media, bruno_at: Any, work: Any) -> None:
    assert _button(given_up) in _thread(bruno_at, given_up)
    page = bruno_at.post(f"/mensagens/{given_up.message_id}/buscar-arquivo", headers={"HX-Request": "true"})

    shown = page.content.decode()
    assert page.status_code == 200 and "a caminho" in shown and _button(given_up) not in shown
    work.run(ahead=False, kinds=fetching.KIND)
    given_up.refresh_from_db()
    assert given_up.state == "ready" and Entry.objects.filter(action="message.file_asked_for").count() == 1


def test_the_api_asks_once_more_and_asking_twice_is_asking_once(given_up: Media, as_bruno: Any) -> None:
    answers = [as_bruno.post(f"/api/v1/media/{given_up.pk}/fetch") for _ in range(2)]

    assert [(answer.status_code, answer.json()["state"], answer.json()["error"]) for answer in answers] == [
        (200, "pending", "")
    ] * 2
    assert DueWork.objects.get(kind=fetching.KIND, key=str(given_up.pk)).due_at <= timezone.now()


def _gone(media: Media, work: Any, graph: Any) -> None:
    graph.forget_media(media.provider_id)
    fetching.ask_again(media, by=None)  # type: ignore[arg-type]
    assert _fetch(work, media).state == "failed"


def _too_old(media: Media, work: Any, graph: Any) -> None:
    Media.objects.update(created_at=timezone.now() - timedelta(days=7, seconds=1))


def _refused(media: Media, work: Any, graph: Any) -> None:
    Media.objects.update(state="refused")


def _down(media: Media, work: Any, graph: Any) -> None:
    Channel.objects.update(status="unhealthy")


def _ready(media: Media, work: Any, graph: Any) -> None:
    Media.objects.update(state="ready")


@pytest.mark.parametrize("befalls", [_gone, _too_old, _refused, _down, _ready])
def test_it_is_not_asked_for_where_that_makes_no_sense(
    given_up: Media, as_bruno: Any, bruno_at: Any, work: Any, graph: Any, befalls: Any
) -> None:
    befalls(given_up, work, graph)
    given_up.refresh_from_db()
    before = given_up.state
    answer = as_bruno.post(f"/api/v1/media/{given_up.pk}/fetch")

    assert (answer.status_code, answer.json()["code"]) == (409, "not_fetchable") and answer.json()["detail"]
    assert bruno_at.post(f"/mensagens/{given_up.message_id}/buscar-arquivo").status_code == 409
    assert _button(given_up) not in _thread(bruno_at, given_up)
    given_up.refresh_from_db()
    assert given_up.state == before and not DueWork.objects.filter(kind=fetching.KIND).exists()


def test_an_upload_of_the_team_is_no_customers_file(as_bruno: Any, channel: Channel) -> None:
    upload = Media.objects.create(kind="image", state="failed", provider_id="1")

    assert as_bruno.post(f"/api/v1/media/{upload.pk}/fetch").status_code == 404


def test_the_rivals_owner_cannot_ask_for_it(given_up: Media, as_celia: Any) -> None:
    assert as_celia.post(f"/api/v1/media/{given_up.pk}/fetch").status_code == 404
    given_up.refresh_from_db()
    assert given_up.state == "failed"
