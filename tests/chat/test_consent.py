"""SAIR ends the messages we begin, VOLTAR undoes it, answers go on."""

from __future__ import annotations

from typing import Any

import pytest

from apps.chat import consent, outbound
from apps.chat.errors import OptedOut
from apps.chat.models import Contact, Message


@pytest.mark.parametrize("word", ["SAIR", "sair", "Sair.", " parar ", "Descadastrar!", "cancelar mensagens", "STOP"])
def test_a_word_alone_opts_out_and_is_confirmed_once(customer: Any, word: str) -> None:
    assert customer.says(word) == [consent.LEFT]
    assert customer.says(word) == []

    with pytest.raises(OptedOut):
        outbound.require_consent(Contact.objects.get())


@pytest.mark.parametrize(
    "text", ["quero parar de receber mensagem", "para de mandar mensagem", "Não quero mais receber promoções!"]
)
def test_it_may_be_asked_for_in_words(customer: Any, text: str) -> None:
    assert customer.says(text) == [consent.LEFT]


@pytest.mark.parametrize("text", ["quero sair às 10h", "cancelar", "não vou parar", "voltar", "saír já"])
def test_talk_is_talk(customer: Any, text: str) -> None:
    assert customer.says(text) not in ([consent.LEFT], [consent.CAME_BACK], [])

    outbound.require_consent(Contact.objects.get())


def test_a_word_undoes_it(customer: Any) -> None:
    customer.says("sair")

    assert customer.says("VOLTAR") == [consent.CAME_BACK]
    outbound.require_consent(Contact.objects.get())


def test_service_goes_on(customer: Any) -> None:
    customer.says("sair")

    assert customer.says("oi, tudo bem?")


def test_it_is_confirmed_while_a_person_is_in_charge(customer: Any, bruno: Any, asked: Any) -> None:
    outbound.reply(asked, by=bruno, text="Oi, Davi")
    customer.work.run()

    assert customer.says("sair") == [consent.LEFT]


def test_a_question_asked_just_before_is_still_answered(customer: Any) -> None:
    heard = customer.says("qual o endereço?", "sair")

    assert consent.LEFT in heard and len(heard) == 2


def test_the_context_pane_tells(customer: Any, browser_for: Any, bruno: Any, tenant: Any) -> None:
    customer.says("sair")
    page = browser_for(bruno, tenant).get(f"/conversas/{customer.conversation.pk}").content.decode()

    assert "Pediu para não receber" in page


def test_a_captioned_photo_is_read_by_its_caption(customer: Any, work: Any) -> None:
    from simulators import whatsapp

    customer.sends(whatsapp.image("M1", caption="quanto custa um corte assim?"))
    work.run()
    assert not customer.conversation.needs_human

    customer.sends(whatsapp.audio("M2"))
    work.run()
    assert customer.conversation.needs_human
    assert Message.objects.filter(sender="ai").exists()
