"""Finding a conversation: pages, filters and search."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.chat import inbox, words
from apps.chat.models import Channel, Contact, ContactIdentity, Conversation, Message
from apps.lib.text import fold
from simulators import whatsapp


@pytest.fixture
def talks(channel: Channel) -> list[Conversation]:
    """120 conversations, the first is the newest; several end at the same instant."""
    now = timezone.now()
    made = []
    for number in range(120):
        name = f"Cliente {number:03}"
        contact = Contact.objects.create(name=name, phone=f"55119{number:08}", search=fold(name))
        identity = ContactIdentity.objects.create(
            contact=contact, channel=channel, kind="wa_id", value=contact.phone, canonical=contact.phone
        )
        at = now - timedelta(minutes=number // 3)
        made.append(Conversation.objects.create(identity=identity, channel=channel, last_message_at=at))
    return made


def _pages(wish: inbox.Wish) -> list[int]:
    found: list[int] = []
    more = None
    while True:
        page, key = inbox.conversations(wish, after=more)
        found += [row.pk for row in page]
        if not key:
            return found
        more = inbox.read_key(key)


@pytest.mark.parametrize("tab", ["open", "queue"])
def test_pages_leave_out_nothing_and_repeat_nothing(talks: list[Conversation], bruno: User, tab: str) -> None:
    now = timezone.now()
    if tab == "queue":
        for number, talk in enumerate(talks):
            Conversation.objects.filter(pk=talk.pk).update(
                is_ai_active=False, needs_human_since=now - timedelta(minutes=number // 3)
            )
    found = _pages(inbox.Wish(user=bruno, tab=tab))

    assert len(found) == len(set(found)) == 120
    order = ("needs_human_since", "id") if tab == "queue" else ("-last_message_at", "-id")
    assert found == list(Conversation.objects.order_by(*order).values_list("pk", flat=True))


def test_a_refresh_shows_as_much_as_was_scrolled(talks: list[Conversation], bruno: User) -> None:
    wish = inbox.Wish(user=bruno)
    _first, key = inbox.conversations(wish)
    second, _key = inbox.conversations(wish, after=inbox.read_key(key))

    page, _more = inbox.conversations(wish, down_to=inbox.read_key(second[-1].key))  # type: ignore[attr-defined]
    assert len(page) == 100


def test_the_second_page_is_only_rows(browser_for: Any, bruno: User, tenant: Any, talks: list[Conversation]) -> None:
    browser = browser_for(bruno, tenant)
    _page, key = inbox.conversations(inbox.Wish(user=bruno))
    assert f"depois={key}" in browser.get("/conversas").content.decode()

    rows = browser.get("/conversas/lista", {"depois": key}).content.decode()
    assert rows.count("<li id=") == 50 and 'id="list"' not in rows


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("jose", True),
        ("JOSÉ", True),
        ("amanhã", True),
        ("amanha cedo", True),
        ("ama", True),
        ("cedo depois", False),
        ("98877", True),
        ("' OR ''='", False),
        ("z:* | bem", False),
        ("(((", False),
        ("\\", False),
        ("🙂", False),
        ("não existe", False),
    ],
)
def test_a_search_reads_names_phones_and_words_without_accents(
    channel: Channel, bruno: User, query: str, is_found: bool
) -> None:
    contact = Contact.objects.create(name="José", phone="5511988776655", search=fold("José 5511988776655"))
    identity = ContactIdentity.objects.create(contact=contact, channel=channel, kind="wa_id", value="1", canonical="1")
    talk = Conversation.objects.create(identity=identity, channel=channel, status="resolved")
    Message.objects.create(conversation=talk, channel=channel, sender="customer", content="Amanhã, bem cedo?")

    page, _more = inbox.conversations(inbox.Wish(user=bruno, query=query))
    assert (page == [talk]) is is_found


def test_words_take_only_letters_and_digits() -> None:
    assert words.query_of("Horário? d'água & (x)") == "horario:* & d:* & agua:* & x:*"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"situacao": "resolved"}, [1]),
        ({"situacao": "all"}, [0, 1, 2]),
        ({"livre": "1"}, [2]),
        ({"tab": "mine"}, [0]),
        ({"etiqueta": "vip"}, [2]),
        ({"canal": "999"}, []),
        ({"canal": "x", "situacao": "y"}, [0, 2]),
    ],
)
def test_filters_narrow_the_list_down(
    browser_for: Any, bruno: User, tenant: Any, talks: list[Conversation], asked: Any, found: list[int]
) -> None:
    Conversation.objects.exclude(pk__in=[talk.pk for talk in talks[:3]]).delete()
    Conversation.objects.filter(pk=talks[0].pk).update(assignee=bruno, is_ai_active=False)
    Conversation.objects.filter(pk=talks[1].pk).update(status="resolved")
    Conversation.objects.filter(pk=talks[2].pk).update(tags=["vip"])

    page = browser_for(bruno, tenant).get("/conversas/lista", asked).content.decode()
    assert [number for number in range(3) if f'id="conversation-{talks[number].pk}"' in page] == found


def test_a_long_list_leaves_the_menu_alone(ana: Any, browser_for: Any, tenant: Any, customer: Any, work: Any) -> None:
    for number in range(52):
        customer.phone = f"55119887700{number:02}"
        customer.sends(whatsapp.text("oi"))
    work.run(kinds="webhook")

    answer = browser_for(ana, tenant).get("/conversas")
    more = [str(item["url"]) for group in answer.context["more"] for item in group["items"]]
    assert answer.context["next_page"] and "/conhecimento" in more
