"""The inbox's screens: what they show, who sees them, and what a refusal looks like."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts import hosts
from apps.accounts.models import Membership, User
from apps.chat.models import ContactIdentity, Conversation, Message
from simulators import whatsapp
from simulators.faults import Fault

HTMX = {"HX-Request": "true"}


@pytest.fixture
def bruno_at(browser_for: Any, bruno: User, tenant: Any) -> Any:
    return browser_for(bruno, tenant)


@pytest.fixture
def url(asked: Conversation) -> str:
    return f"/conversas/{asked.pk}"


def _text(answer: Any) -> str:
    return str(answer.content.decode())


def test_an_empty_inbox_is_a_page(bruno_at: Any) -> None:
    assert bruno_at.get("/conversas").status_code == 200


def test_without_a_number_the_empty_inbox_leads_to_connecting_one(
    browser_for: Any, ana: User, bruno_at: Any, tenant: Any
) -> None:
    owner = browser_for(ana, tenant)
    for path in ("/conversas", "/conversas/lista"):
        assert "Conectar WhatsApp" in _list_of(owner, path) and 'href="/canais/conectar"' in _list_of(owner, path)
        assert "Nenhum WhatsApp conectado" in _list_of(bruno_at, path)
        assert 'href="/canais/conectar"' not in _list_of(bruno_at, path)


def _list_of(browser: Any, path: str) -> str:
    return _text(browser.get(path)).split('id="list"')[1].split('id="conversation"')[0]


def test_with_a_number_the_empty_inbox_waits(browser_for: Any, ana: User, channel: Any, tenant: Any) -> None:
    assert "/canais/conectar" not in _list_of(browser_for(ana, tenant), "/conversas")


def test_the_list_shows_who_wrote_what(bruno_at: Any, asked: Conversation) -> None:
    page = _text(bruno_at.get("/conversas"))

    assert "Davi" in page and "Oi, tem horário hoje?" in page and f"/conversas/{asked.pk}" in page


def test_a_thread_shows_its_messages_and_is_read(bruno_at: Any, url: str) -> None:
    page = bruno_at.get(url)

    assert page.status_code == 200 and "Oi, tem horário hoje?" in _text(page) and 'name="content"' in _text(page)
    assert Conversation.objects.get().unread == 0


@pytest.mark.parametrize("path", ["/conversas/lista", "{url}/conteudo"])
def test_a_fragment_is_part_of_the_page(bruno_at: Any, url: str, path: str) -> None:
    fragment = bruno_at.get(path.format(url=url), headers=HTMX)

    assert fragment.status_code == 200 and "Davi" in _text(fragment) and "<html" not in _text(fragment)


@pytest.mark.parametrize("tab", ["open", "mine", "queue", "ai", "nothing", "\x00", "'"])
def test_every_tab_opens(bruno_at: Any, asked: Conversation, tab: str) -> None:
    found = _text(bruno_at.get("/conversas", {"tab": tab}))

    assert (f"/conversas/{asked.pk}" in found) == (tab not in ("mine", "queue"))


@pytest.mark.parametrize(
    ("query", "is_found"), [("davi", True), ("horário", True), ("xyz", False), ("\x00", True), ("%", False)]
)
def test_a_search_finds_names_and_words(bruno_at: Any, asked: Conversation, query: str, is_found: bool) -> None:
    assert (f'/conversas/{asked.pk}"' in _text(bruno_at.get("/conversas/lista", {"q": query}))) == is_found


@pytest.mark.parametrize(
    "evil", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7|add:7 }}", "${7*7}"]
)
def test_what_a_customer_writes_is_only_text(bruno_at: Any, customer: Any, work: Any, evil: str) -> None:
    customer.name = evil
    customer.sends(whatsapp.text(evil), whatsapp.document("M1", evil, caption=evil), whatsapp.location(1, 2, name=evil))
    work.run(kinds="webhook")
    page = _text(bruno_at.get(f"/conversas/{customer.conversation.pk}"))

    assert "<script>alert" not in page and "<img src=x" not in page and "onerror=alert(1)>" not in page
    assert "{{ 7|add:7 }}" in page or "{{" not in evil


def test_every_kind_of_message_has_a_rendering(bruno_at: Any, customer: Any, work: Any) -> None:
    from tests.chat.test_inbound import KINDS

    customer.sends(*[content for content, _, _ in KINDS.values()])
    work.run()

    assert bruno_at.get(f"/conversas/{customer.conversation.pk}").status_code == 200
    assert Message.objects.filter(sender="customer").count() == len(KINDS)


# Deeds ---------------------------------------------------------------------------------------------


def test_taking_over_and_giving_back(bruno_at: Any, url: str, bruno: User) -> None:
    assert bruno_at.post(f"{url}/assumir").headers["Location"] == url
    assert Conversation.objects.get().assignee == bruno

    assert "Davi" in _text(bruno_at.post(f"{url}/devolver", headers=HTMX))
    assert Conversation.objects.get().is_ai_active


def test_taking_what_a_colleague_answers_is_a_toast(bruno_at: Any, url: str, as_ana: Any, asked: Conversation) -> None:
    as_ana.post(f"/api/v1/conversations/{asked.pk}/takeover")
    answer = bruno_at.post(f"{url}/assumir", headers=HTMX)

    assert answer.status_code == 409 and "Ana" in _text(answer) and answer.headers["HX-Retarget"] == "#toasts"


def test_sending_shows_the_bubble(bruno_at: Any, url: str, customer: Any, work: Any) -> None:
    thread = bruno_at.post(f"{url}/enviar", {"content": "Tenho às 15h\r\nServe?"}, headers=HTMX)
    work.run()

    assert thread.status_code == 200 and "Tenho às 15h" in _text(thread)
    assert [message.text for message in customer.graph.messages] == ["Tenho às 15h\nServe?"]


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_text_too_long_stays_in_the_composer(bruno_at: Any, url: str, headers: Any) -> None:
    text = "resposta longa " * 300
    answer = bruno_at.post(f"{url}/enviar", {"content": text}, headers=headers)

    assert answer.status_code == 422 and text.strip() in _text(answer) and "4096" in _text(answer)
    assert not Message.objects.filter(sender="attendant").exists()


@pytest.mark.parametrize("content", ["", "   ", "\x00", "\r\n"])
def test_nothing_is_not_sent(bruno_at: Any, url: str, content: str) -> None:
    assert bruno_at.post(f"{url}/enviar", {"content": content}, headers=HTMX).status_code == 422


def test_after_24_hours_the_composer_says_why(bruno_at: Any, url: str) -> None:
    ContactIdentity.objects.update(last_inbound_at=timezone.now() - timedelta(hours=25))

    page = _text(bruno_at.get(url))
    assert "24 horas" in page and 'name="content"' not in page
    assert bruno_at.post(f"{url}/enviar", {"content": "oi"}, headers=HTMX).status_code == 422


def test_resolving_empties_the_list(bruno_at: Any, url: str, asked: Conversation) -> None:
    assert bruno_at.post(f"{url}/resolver").status_code == 302

    assert Conversation.objects.get().status == "resolved"
    assert f'/conversas/{asked.pk}"' not in _text(bruno_at.get("/conversas"))


def test_a_failed_message_says_why_and_is_sent_again(bruno_at: Any, url: str, customer: Any, work: Any) -> None:
    customer.graph.script(Fault.error(131051, details="Tipo não aceito"))
    bruno_at.post(f"{url}/enviar", {"content": "oi"})
    work.run()
    failed = Message.objects.get(sender="attendant")
    assert failed.status == "failed" and f"/mensagens/{failed.pk}/reenviar" in _text(bruno_at.get(url))

    bruno_at.post(f"/mensagens/{failed.pk}/reenviar", headers=HTMX)
    work.run()
    assert Message.objects.get(pk=failed.pk).status == "sent"


@pytest.mark.parametrize("deed", ["assumir", "devolver", "resolver", "enviar"])
def test_deeds_want_a_post(bruno_at: Any, url: str, deed: str) -> None:
    assert bruno_at.get(f"{url}/{deed}").status_code == 405


# Strangers -----------------------------------------------------------------------------------------

PATHS = ["/conversas", "/conversas/lista", "/conversas/{pk}", "/conversas/{pk}/conteudo", "/agenda"]
DEEDS = ["/conversas/{pk}/assumir", "/conversas/{pk}/devolver", "/conversas/{pk}/resolver", "/conversas/{pk}/enviar"]


def test_nobody_is_sent_to_sign_in(world: Any, browser_at: Any, asked: Conversation) -> None:
    browser = browser_at(hosts.host_of(world.tenant))
    answers = [browser.get(path.format(pk=asked.pk)) for path in PATHS]
    answers += [browser.post(path.format(pk=asked.pk), {"content": "x"}) for path in DEEDS]

    assert {answer.status_code for answer in answers} == {302}
    assert all(answer.headers["Location"].startswith("/entrar") for answer in answers)


def test_a_conversation_of_another_business_is_404(world: Any, browser_for: Any, asked: Conversation) -> None:
    browser = browser_for(world.celia, world.rival)
    answers = [browser.get(path.format(pk=asked.pk)) for path in PATHS if "{pk}" in path]
    answers += [browser.post(path.format(pk=asked.pk), {"content": "x"}) for path in DEEDS]

    assert {answer.status_code for answer in answers} == {404}
    assert Conversation.objects.get().assignee is None and not Message.objects.filter(sender="attendant").exists()


def test_a_professional_sees_the_agenda_and_no_conversation(bruno_at: Any, bruno: User, url: str) -> None:
    Membership.objects.filter(user=bruno).update(role="professional")

    assert [bruno_at.get(path).status_code for path in ("/conversas", url, "/agenda")] == [403, 403, 200]


def test_the_page_allows_nothing_inline_and_no_frame(bruno_at: Any, url: str) -> None:
    answer = bruno_at.get(url)
    policy = answer.headers["Content-Security-Policy"]

    assert "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["X-Frame-Options"] == "DENY"
    assert "<script>" not in _text(answer) and ' style="' not in _text(answer) and " onclick=" not in _text(answer)


def test_the_list_takes_a_fixed_number_of_queries(
    bruno_at: Any, customer: Any, work: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        customer.phone = f"55119887700{number:02}"
        customer.sends(whatsapp.text("oi"))
    work.run(kinds="webhook")

    with django_assert_max_num_queries(16):
        assert bruno_at.get("/conversas").status_code == 200
