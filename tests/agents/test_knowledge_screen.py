"""The screen of what the AI knows."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from apps.agents.knowledge import entries, gaps
from apps.agents.knowledge.marking import marked
from apps.agents.knowledge.words import stems
from apps.agents.models import KnowledgeEntry, KnowledgeGap

SCREEN = "/conhecimento"
PARKING = {"title": "Tem estacionamento?", "content": "Temos convênio com o estacionamento ao lado."}


@pytest.fixture
def ana_at(browser_for: Any, ana: Any, tenant: Any) -> Any:
    return browser_for(ana, tenant)


@pytest.fixture
def bruno_at(browser_for: Any, bruno: Any, tenant: Any) -> Any:
    return browser_for(bruno, tenant)


@pytest.fixture
def parking(tenant: Any) -> KnowledgeEntry:
    return entries.save(KnowledgeEntry(kind="qa", **PARKING), by=None)


@pytest.fixture
def gap(asked: Any) -> KnowledgeGap:
    with transaction.atomic():
        gaps.keep("Aceitam vale-alimentação?", asked)
    return KnowledgeGap.objects.get()


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_with_nothing_taught_it_says_what_to_teach(ana_at: Any) -> None:
    page = text(ana_at.get(SCREEN))

    assert "Nada ensinado ainda" in page and "Nada para ensinar agora" in page and "Nova entrada" in page


def test_entries_are_searched_without_accents(ana_at: Any, parking: KnowledgeEntry) -> None:
    entries.save(KnowledgeEntry(title="Política de atraso", content="15 minutos", category="Regras"), by=None)

    def shown(**query: str) -> list[str]:
        page = text(ana_at.get(SCREEN, query))
        return [title for title in (PARKING["title"], "Política de atraso") if f">{title}</a>" in page]

    assert shown(q="politica") == shown(categoria="Regras") == ["Política de atraso"]
    assert shown() == shown(situacao="ready") == shown(situacao="nope") == [PARKING["title"], "Política de atraso"]
    assert shown(q="helicóptero") == shown(situacao="off") == []


def test_a_question_is_tried_with_its_words_marked(ana_at: Any, parking: KnowledgeEntry) -> None:
    page = text(ana_at.get(SCREEN, {"pergunta": "vcs tem estasionamento?"}))

    assert "<mark>estacionamento</mark>" in page and "A IA responde" in page


def test_a_question_without_an_answer_says_so(ana_at: Any, parking: KnowledgeEntry) -> None:
    page = text(ana_at.get(SCREEN, {"pergunta": "aceitam vale-alimentação?"}))

    assert "Nada aqui responde a isso" in page and not KnowledgeGap.objects.exists()  # trying is not asking


def test_what_was_typed_is_shown_as_text(ana_at: Any, gap: KnowledgeGap) -> None:
    entries.save(KnowledgeEntry(title="<b>x</b>", content="<script>alert(1)</script> promo"), by=None)

    page = text(ana_at.get(SCREEN, {"pergunta": "promo <i>", "q": "<u>"}))

    assert "<script>alert" not in page and "<b>x</b>" not in page and "<i>" not in page and "<u>" not in page


def test_an_entry_is_made_and_changed(ana_at: Any, tenant: Any) -> None:
    made = ana_at.post(f"{SCREEN}/nova?tipo=qa", {**PARKING, "tags": "carro, Carro, vaga", "is_active": "on"})
    entry = KnowledgeEntry.objects.get()
    changed = ana_at.post(f"{SCREEN}/{entry.pk}", {**PARKING, "content": "Não mais.", "category": "Chegar"})

    assert made.status_code == changed.status_code == 302
    entry.refresh_from_db()
    assert (entry.kind, entry.tags, entry.content, entry.status) == ("qa", [], "Não mais.", "off")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"content": "?!"}, "Escreva pelo menos uma palavra."),
        ({"title": ""}, "obrigatório"),
        ({"content": "palavra " * 300}, "2000"),
        ({"tags": ",".join(map(str, range(11)))}, "etiquetas"),
    ],
)
def test_what_was_typed_stays_beside_what_is_wrong(ana_at: Any, tenant: Any, change: Any, said: str) -> None:
    answer = ana_at.post(f"{SCREEN}/nova?tipo=qa", PARKING | {"category": "Chegar"} | change)

    assert answer.status_code == 422 and said in text(answer) and 'value="Chegar"' in text(answer)
    assert not KnowledgeEntry.objects.exists()


def test_an_entry_is_deleted(ana_at: Any, parking: KnowledgeEntry) -> None:
    assert ana_at.post(f"{SCREEN}/{parking.pk}/apagar").status_code == 302
    assert not KnowledgeEntry.objects.exists()


def test_a_question_is_taught_in_place(ana_at: Any, gap: KnowledgeGap, work: Any, customer: Any) -> None:
    page = text(ana_at.get(SCREEN))
    assert gap.question in page and "Enviar a resposta ao cliente que perguntou" in page

    answer = ana_at.post(f"{SCREEN}/perguntas/{gap.pk}/ensinar", {"answer": "Ainda não.", "tell_customers": "on"})
    work.run(kinds="agents.")
    work.run(kinds="chat.deliver")

    assert answer.status_code == 302 and "Ensinado" in text(ana_at.get(answer.url))
    assert "Ainda não." in customer.graph.messages_to(customer.phone)[-1].text
    assert gap.question not in text(ana_at.get(SCREEN)).partition("gaps-title")[2]


def test_a_refused_answer_stays_in_its_field(ana_at: Any, gap: KnowledgeGap) -> None:
    answer = ana_at.post(f"{SCREEN}/perguntas/{gap.pk}/ensinar", {"answer": "?!"})

    assert answer.status_code == 422
    assert ">?!</textarea>" in text(answer) and "Escreva pelo menos uma palavra." in text(answer)


def test_a_question_is_dismissed(ana_at: Any, gap: KnowledgeGap) -> None:
    assert ana_at.post(f"{SCREEN}/perguntas/{gap.pk}/descartar").status_code == 302
    assert "Nada para ensinar agora" in text(ana_at.get(SCREEN))


def test_an_attendant_sees_and_tries_but_teaches_nothing(bruno_at: Any, gap: KnowledgeGap, parking: Any) -> None:
    page = text(bruno_at.get(SCREEN, {"pergunta": "estacionamento"}))

    assert gap.question in page and "<mark>" in page
    assert "Nova entrada" not in page and "/ensinar" not in page and f"{SCREEN}/{parking.pk}" not in page
    assert bruno_at.post(f"{SCREEN}/perguntas/{gap.pk}/ensinar", {"answer": "Sim."}).status_code == 403


def test_an_attendant_reads_an_entry_and_only_who_may_change_it_is_led_there(
    bruno_at: Any, ana_at: Any, parking: Any
) -> None:
    read, edit = f"{SCREEN}/ler/{parking.pk}", f'href="{SCREEN}/{parking.pk}"'

    page = text(bruno_at.get(SCREEN))
    assert f'href="{read}"' in page
    assert PARKING["content"] in text(bruno_at.get(read)) and edit not in text(bruno_at.get(read))
    assert edit in text(ana_at.get(read))
    assert bruno_at.get(f"{SCREEN}/ler/999").status_code == 404


def test_the_parts_of_a_marked_text_are_the_text(tenant: Any) -> None:
    content = "Atrasou? A tolerância é de 15 minutos…"
    parts = marked(content, frozenset(stems(["tolerancia"]).values()))

    assert "".join(part for part, _ in parts) == content
    assert [part for part, is_matched in parts if is_matched] == ["tolerância"]


@pytest.mark.parametrize(
    "query", ["mostrar=-1", "mostrar=99999999999", "mostrar=x", "ensinada=²", "ensinada=999", "q=%00"]
)
def test_odd_addresses_are_the_plain_page(ana_at: Any, query: str) -> None:
    assert ana_at.get(f"{SCREEN}?{query}").status_code == 200
