"""Files and templates from the composer: what leaves, what is refused and why, and that nothing typed is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from apps.accounts.models import User
from apps.chat.models import Contact, ContactIdentity, Conversation, Media, Message, MessageTemplate
from tests import files as samples

HTMX = {"HX-Request": "true"}


@pytest.fixture
def bruno_at(browser_for: Any, bruno: User, tenant: Any) -> Any:
    return browser_for(bruno, tenant)


def _text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_photo_with_a_caption_reaches_the_customer(
    bruno_at: Any, asked: Conversation, customer: Any, work: Any
) -> None:
    photo = SimpleUploadedFile("corte.png", samples.png(), content_type="image/png")
    thread = bruno_at.post(f"/conversas/{asked.pk}/enviar", {"content": "Assim?", "file": photo}, headers=HTMX)
    work.run()

    assert thread.status_code == 200 and "data-zoom" in _text(thread)
    sent = customer.graph.messages_to(customer.phone)[-1].payload
    assert sent["type"] == "image" and sent["image"]["caption"] == "Assim?"


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_dangerous_file_says_why_and_the_words_stay(bruno_at: Any, asked: Conversation, headers: Any) -> None:
    program = SimpleUploadedFile("fatura.pdf", b"MZ\x90\x00" + bytes(200), content_type="application/pdf")
    answer = bruno_at.post(
        f"/conversas/{asked.pk}/enviar", {"content": "segue a fatura", "file": program}, headers=headers
    )

    assert answer.status_code == 422 and "segue a fatura" in _text(answer) and "programa" in _text(answer)
    assert not Message.objects.filter(sender="attendant").exists() and not Media.objects.exists()


# Templates -----------------------------------------------------------------------------------------


@pytest.fixture
def closed(asked: Conversation) -> Conversation:
    """Davi wrote 25 hours ago."""
    ContactIdentity.objects.update(last_inbound_at=timezone.now() - timedelta(hours=25))
    return asked


@pytest.fixture
def template(closed: Conversation) -> MessageTemplate:
    return MessageTemplate.objects.create(
        channel_id=closed.channel_id,
        name="retomar",
        language="pt_BR",
        status="APPROVED",
        category="UTILITY",
        components=[{"type": "BODY", "text": "Oi, {{1}}! Ainda posso ajudar com {{2}}?"}],
    )


def test_without_a_template_the_screen_says_what_to_do(bruno_at: Any, closed: Conversation) -> None:
    page = _text(bruno_at.get(f"/conversas/{closed.pk}"))

    assert "modelo aprovado" in page and 'name="content"' not in page


def test_only_approved_templates_are_offered(bruno_at: Any, closed: Conversation, template: MessageTemplate) -> None:
    MessageTemplate.objects.create(channel_id=closed.channel_id, name="em_analise", language="pt_BR")
    page = _text(bruno_at.get(f"/conversas/{closed.pk}"))

    assert "retomar" in page and "em_analise" not in page and f"value-{template.pk}-2" in page


def test_a_template_is_sent_with_its_values(
    bruno_at: Any, closed: Conversation, template: MessageTemplate, customer: Any, work: Any
) -> None:
    values = {"template": template.pk, f"value-{template.pk}-1": "Davi", f"value-{template.pk}-2": "o corte"}
    bruno_at.post(f"/conversas/{closed.pk}/modelo", values, headers=HTMX)
    work.run()

    assert customer.graph.messages_to(customer.phone)[-1].payload["template"]["name"] == "retomar"
    assert Message.objects.get(sender="attendant").content == "Oi, Davi! Ainda posso ajudar com o corte?"


def test_the_preview_shows_what_the_customer_will_read(
    bruno_at: Any, closed: Conversation, template: MessageTemplate
) -> None:
    MessageTemplate.objects.update(
        components=[
            {"type": "HEADER", "format": "TEXT", "text": "Para {{1}}"},
            {"type": "BODY", "text": "*Oi*, {{1}} & cia! Veja https://x.example/{{2}} <b>"},
            {"type": "FOOTER", "text": "Não responda"},
            {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Quero"}]},
        ]
    )
    values = {"template": template.pk, f"value-{template.pk}-1": " <i>Davi "}
    page = _text(bruno_at.post(f"/conversas/{closed.pk}/modelo", values, headers=HTMX))

    shown = page.partition('class="template-preview"')[2].partition("</figure>")[0]
    davi = '<mark data-variable="1">&lt;i&gt;Davi</mark>'
    assert f"Para {davi}" in shown and f"<strong>Oi</strong>, {davi} &amp; cia!" in shown and "&lt;b&gt;" in shown
    assert '<mark data-variable="2">{{2}}</mark></a>' in shown and 'href="https://x.example/{{2}}"' in shown
    assert "Não responda" in shown and "Quero" in shown


def test_a_missing_variable_is_said_and_the_other_stays(
    bruno_at: Any, closed: Conversation, template: MessageTemplate
) -> None:
    values = {"template": template.pk, f"value-{template.pk}-1": "Davi"}
    answer = bruno_at.post(f"/conversas/{closed.pk}/modelo", values, headers=HTMX)

    assert answer.status_code == 422 and 'value="Davi"' in _text(answer) and 'id="template-error"' in _text(answer)
    assert not Message.objects.filter(sender="attendant").exists()


@pytest.mark.parametrize("chosen", ["", "x", "999999", "²", "-1", "9" * 30])
def test_a_template_that_is_none_is_said(bruno_at: Any, closed: Conversation, chosen: str) -> None:
    answer = bruno_at.post(f"/conversas/{closed.pk}/modelo", {"template": chosen}, headers=HTMX)

    assert answer.status_code == 422


def test_marketing_is_not_sent_to_who_opted_out(bruno_at: Any, closed: Conversation, template: MessageTemplate) -> None:
    Contact.objects.update(opted_out_at=timezone.now())
    MessageTemplate.objects.update(category="MARKETING", components=[{"type": "BODY", "text": "Promoção!"}])
    answer = bruno_at.post(f"/conversas/{closed.pk}/modelo", {"template": template.pk}, headers=HTMX)

    assert answer.status_code == 422 and "não receber avisos" in _text(answer)
    assert not Message.objects.filter(sender="attendant").exists()
