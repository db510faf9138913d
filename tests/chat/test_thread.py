"""What the thread shows of each kind of message, and how one gets to older ones."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import User
from apps.agents.knowledge import entries
from apps.agents.models import KnowledgeEntry
from apps.chat import inbox, media, showing
from apps.chat.models import Conversation, Media, Message
from simulators import whatsapp
from tests import files as samples

HTMX = {"HX-Request": "true"}


@pytest.fixture
def bruno_at(browser_for: Any, bruno: User, tenant: Any) -> Any:
    return browser_for(bruno, tenant)


@pytest.fixture
def thread(bruno_at: Any, customer: Any, work: Any) -> Any:
    """`thread(*contents)`: the customer sends them, and this is the page."""

    def page(*contents: Any) -> str:
        customer.sends(*contents)
        work.run(kinds="webhook")
        return str(bruno_at.get(f"/conversas/{customer.conversation.pk}").content.decode())

    return page


def _file(message: Message, content: bytes, mime_type: str, **fields: Any) -> Media:
    found = Media(message=message, kind=message.message_type, **fields)
    media.keep(found, content, mime_type=mime_type)
    found.save()
    return found


@pytest.mark.parametrize(
    ("content", "bytes_", "mime_type", "tag"),
    [
        (whatsapp.image("M1", caption="assim"), samples.png(), "image/png", "data-zoom"),
        (whatsapp.audio("M1"), samples.OGG, "audio/ogg", "<audio"),
        (whatsapp.video("M1"), samples.MP4, "video/mp4", "<video"),
        (whatsapp.document("M1", "nota.pdf"), samples.PDF, "application/pdf", "download=1"),
        (whatsapp.sticker("M1"), samples.WEBP, "image/webp", 'class="sticker"'),
    ],
)
def test_a_file_is_shown_as_what_it_is(
    thread: Any, bruno_at: Any, content: Any, bytes_: bytes, mime_type: str, tag: str
) -> None:
    thread(content)
    message = Message.objects.get()
    Media.objects.filter(message=message).delete()
    found = _file(message, bytes_, mime_type, file_name="nota.pdf")
    page = bruno_at.get(f"/conversas/{message.conversation_id}").content.decode()

    assert tag in page and str(found.pk) in page


@pytest.mark.parametrize(
    ("state", "said"), [("pending", "a caminho"), ("failed", "sumiu"), ("refused", "É um programa")]
)
def test_a_file_that_is_not_here_says_why(thread: Any, bruno_at: Any, state: str, said: str) -> None:
    thread(whatsapp.image("M1"))
    message = Message.objects.get()
    Media.objects.filter(message=message).delete()
    error = {"failed": "sumiu", "refused": "É um programa."}.get(state, "")
    Media.objects.create(message=message, kind="image", state=state, error=error)

    page = bruno_at.get(f"/conversas/{message.conversation_id}").content.decode()
    assert said in page and "<img" not in page.split('id="messages"')[1].split('id="compose"')[0]


def test_a_place_links_to_a_map_and_loads_nothing(thread: Any) -> None:
    page = thread(whatsapp.location(-23.5, -46.6, name="Praça da Sé", address="Centro"))

    assert "query=-23.500000%2C-46.600000" in page and "Praça da Sé" in page and "Centro" in page
    assert 'rel="noopener noreferrer"' in page


def test_a_shared_contact_shows_name_and_phone(thread: Any) -> None:
    page = thread(whatsapp.contacts("Rui Alves", "5511977776666"))

    assert "Rui Alves" in page and "+55 11 97777-6666" in page


def test_an_order_shows_its_items(thread: Any) -> None:
    page = thread(whatsapp.order("C1", ("pomada", 2, "35.00"), ("brinde", 1, "nan")))

    assert "2 × pomada · R$ 35,00" in page and "1 × brinde<" in page


def test_an_ad_is_named_and_only_a_real_link_is_one(thread: Any) -> None:
    ad = {"headline": "Corte a R$ 30", "source_url": "javascript:alert(1)", "source_type": "ad"}
    page = thread(whatsapp.text("oi", referral=ad))

    assert "Corte a R$ 30" in page and "javascript:alert" not in page


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"location": "x", "contacts": "x", "order": []},
        {"location": {"latitude": "1", "longitude": None}},
        {"contacts": [None, {"name": 7, "phones": [None, {"phone": 3}]}]},
        {"order": {"product_items": [None, {"quantity": "many"}, {"quantity": "²"}]}},
    ],
)
@pytest.mark.parametrize("kind", ["location", "contacts", "order", "image", "text"])
def test_no_shape_of_raw_data_breaks_it(raw: Any, kind: str) -> None:
    data = {"raw": raw, "referral": {"source_url": "http://[bad", "headline": 3}, "sources": [None, {"title": 1}]}

    assert showing.of(Message(message_type=kind, data=data)).came_from_url == ""


def test_a_reaction_hangs_on_its_message_until_taken_back(thread: Any) -> None:
    thread(whatsapp.text("oi", id="wamid.first"))
    page = thread(whatsapp.reaction("wamid.first", "👍"))
    assert page.count('class="reactions"') == 1 and "👍" in page

    assert 'class="reactions"' not in thread(whatsapp.reaction("wamid.first", None))


def test_sources_stand_under_an_ai_answer(bruno_at: Any, asked: Conversation) -> None:
    Message.objects.create(
        conversation=asked,
        channel=asked.channel,
        sender="ai",
        content="Temos estacionamento.",
        data={"sources": [{"entry_id": 1, "title": "Estacionamento", "score": 0.9}]},
    )

    assert "Estacionamento" in bruno_at.get(f"/conversas/{asked.pk}").content.decode()


def test_a_source_without_its_words_leads_to_the_entry(bruno_at: Any, asked: Conversation) -> None:
    entry = entries.save(KnowledgeEntry(title="Estacionamento", content="Ao <lado>."), by=None)
    source = {"id": entry.pk, "title": entry.title, "score": 0.9}
    Message.objects.create(conversation=asked, channel=asked.channel, sender="ai", data={"sources": [source]})

    page = bruno_at.get(f"/conversas/{asked.pk}").content.decode()
    [link] = re.findall(r'<a href="(/conhecimento[^"]+)">Estacionamento</a>', page)
    assert "Ao &lt;lado&gt;." in bruno_at.get(link).content.decode()


@pytest.mark.parametrize("id", [None, "1", -1, 0, 2**80, 1.5, []])
@pytest.mark.parametrize("text", [None, 3, ["x"], ""])
def test_no_shape_of_a_source_breaks_it(id: Any, text: Any) -> None:
    [source] = showing.of(Message(data={"sources": [{"id": id, "title": "Regras", "text": text}]})).sources

    assert source == {"title": "Regras", "text": "", "url": ""}


def test_a_quote_reaches_the_customer(bruno_at: Any, customer: Any, work: Any) -> None:
    customer.sends(whatsapp.text("corte ou barba?", id="wamid.q"))
    work.run(kinds="webhook")
    quoted = Message.objects.get()
    bruno_at.post(f"/conversas/{quoted.conversation_id}/enviar", {"content": "Os dois", "reply_to": quoted.pk})
    work.run()

    assert customer.graph.messages_to(customer.phone)[-1].payload["context"] == {"message_id": "wamid.q"}


@pytest.mark.parametrize("pk", ["", "x", "999999", "-1", "²", "9" * 40])
def test_a_quote_of_nothing_is_no_quote(bruno_at: Any, asked: Conversation, pk: str) -> None:
    bruno_at.post(f"/conversas/{asked.pk}/enviar", {"content": "oi", "reply_to": pk})

    assert Message.objects.get(sender="attendant").reply_to is None


# Older messages ------------------------------------------------------------------------------------


@pytest.fixture
def long_talk(asked: Conversation) -> Conversation:
    """120 more messages, several at the same instant."""
    start = timezone.now() - timedelta(days=3)
    Message.objects.bulk_create(
        Message(
            conversation=asked,
            channel_id=asked.channel_id,
            sender="customer",
            content=f"fala {number:03}",
            provider_ts=start + timedelta(minutes=number // 3),
        )
        for number in range(120)
    )
    return asked


def _said(page: str) -> list[str]:
    return [f"fala {number:03}" for number in range(120) if f"fala {number:03}" in page]


def test_a_thread_opens_with_its_latest_messages(bruno_at: Any, long_talk: Conversation) -> None:
    page = bruno_at.get(f"/conversas/{long_talk.pk}").content.decode()

    assert len(_said(page)) == 49 and "fala 119" in page and f"/conversas/{long_talk.pk}/anteriores?antes=" in page


def test_older_pages_leave_out_nothing_and_repeat_nothing(long_talk: Conversation) -> None:
    found, page = [], inbox.timeline(long_talk)
    while True:
        found = [message.pk for message in page.messages] + found
        if not page.earlier:
            break
        page = inbox.timeline(long_talk, before=inbox.read_thread_key(page.earlier))

    assert len(found) == len(set(found)) == 121
    assert found == list(long_talk.messages.order_by("provider_ts", "id").values_list("pk", flat=True))


def test_a_refresh_keeps_what_is_shown_when_new_messages_came(
    bruno_at: Any, long_talk: Conversation, customer: Any, work: Any
) -> None:
    since = inbox.timeline(long_talk).since
    customer.sends(*[whatsapp.text(f"nova {number}") for number in range(8)])
    work.run(kinds="webhook")

    fragment = bruno_at.get(f"/conversas/{long_talk.pk}/conteudo", {"desde": since}, headers=HTMX).content.decode()
    assert f'data-since="{since}"' in fragment and "nova 7" in fragment and len(_said(fragment)) == 49


@pytest.mark.parametrize("key", ["", "x", "1-", "-1", "1-1", "²-1", "9" * 30 + "-1", "99999999999999999-1", "\x00"])
@pytest.mark.parametrize("name", ["antes", "desde"])
def test_a_place_that_is_none_is_never_our_error(bruno_at: Any, asked: Conversation, name: str, key: str) -> None:
    for path in ("conteudo", "anteriores"):
        assert bruno_at.get(f"/conversas/{asked.pk}/{path}", {name: key}).status_code == 200


# Speed ---------------------------------------------------------------------------------------------


def _statements(browser: Any, path: str) -> int:
    """The fewest of three: a host's look-up is kept for ten seconds, a person's presence written twice a minute."""

    def once() -> int:
        with CaptureQueriesContext(connection) as context:
            browser.get(path)
        return len(context)

    return min(once() for _ in range(3))


def test_a_thread_costs_the_same_however_long(bruno_at: Any, asked: Conversation, long_talk: Conversation) -> None:
    long = _statements(bruno_at, f"/conversas/{long_talk.pk}")
    Message.objects.exclude(content__startswith="Oi").delete()

    assert _statements(bruno_at, f"/conversas/{asked.pk}") == long <= 26


@pytest.mark.parametrize("path", ["/conversas", "/conversas/lista", "/conversas/lista?q=oi"])
def test_the_list_costs_the_same_for_5_and_50(bruno_at: Any, customer: Any, work: Any, path: str) -> None:
    def with_conversations(wanted: int) -> int:
        for number in range(Conversation.objects.count(), wanted):
            customer.phone = f"55119887{number:05}"
            customer.sends(whatsapp.text("oi"))
        work.run(kinds="webhook")
        return _statements(bruno_at, path)

    assert with_conversations(5) == with_conversations(50) <= 18
