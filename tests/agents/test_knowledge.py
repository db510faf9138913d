"""Teaching and finding, through the API."""

from __future__ import annotations

from typing import Any

import pytest

from apps.agents.models import KnowledgeChunk, KnowledgeEntry

ENTRIES = "/api/v1/knowledge"
PARKING = {"kind": "qa", "title": "Tem estacionamento?", "content": "Temos convênio com o estacionamento ao lado."}
DELAY = {"title": "Política de atraso", "content": "Toleramos 15 minutos. Depois disso o horário vira encaixe."}


@pytest.fixture
def taught(as_ana: Any, tenant: Any) -> list[int]:
    """The ids of what the barbershop taught."""
    return [as_ana.post(ENTRIES, entry).json()["id"] for entry in (PARKING, DELAY)]


def find(who: Any, query: str, **more: Any) -> Any:
    response = who.post(f"{ENTRIES}/search", {"query": query, **more})
    assert response.status_code == 200, response.content
    return response.json()


def test_what_was_taught_is_found_at_once(as_ana: Any, taught: list[int]) -> None:
    best = find(as_ana, "vcs tem estacionamento?")[0]

    assert best == {
        "title": "Tem estacionamento?",
        "content": "Temos convênio com o estacionamento ao lado.",
        "score": best["score"],
        "source": f"knowledge/{taught[0]}",
        "answers": True,
    }


@pytest.mark.parametrize("question", ["tem estasionamento ai", "POLITICA DE ATRAZO", "se eu atrasar perco o horario?"])
def test_spelling_accents_and_endings_do_not_matter(as_ana: Any, taught: list[int], question: str) -> None:
    assert find(as_ana, question)[0]["answers"]


@pytest.mark.parametrize("question", ["aceitam vale-alimentação?", "qual a capital da Austrália?"])
def test_what_nobody_taught_is_not_answered(as_ana: Any, taught: list[int], question: str) -> None:
    assert not any(hit["answers"] for hit in find(as_ana, question))


@pytest.mark.parametrize("question", ["oi, bom dia!", "???", "🙂", "'; drop table agents_agent; --", "a:* & !b | (c"])
def test_what_is_no_question_finds_nothing_and_breaks_nothing(as_ana: Any, taught: list[int], question: str) -> None:
    assert not any(hit["answers"] for hit in find(as_ana, question))


@pytest.mark.parametrize("question", ["dá pra pagar com pix?", "posso pagar no pix", "aceita pix?", "como eu pago?"])
def test_paying_is_about_payment(as_ana: Any, taught: list[int], question: str) -> None:
    as_ana.post(ENTRIES, {"kind": "qa", "title": "Quais as formas de pagamento?", "content": "Aceitamos Pix e cartão."})

    best = find(as_ana, question)[0]
    assert best["answers"] and "Pix" in best["content"]


@pytest.mark.parametrize("question", ["q horas?", "que horas são?", "1 hora?", "hoje?"])
def test_when_is_no_matter_of_its_own(as_ana: Any, taught: list[int], question: str) -> None:
    as_ana.post(ENTRIES, {"kind": "qa", "title": "Tem convênio?", "content": "Ao lado, a primeira hora é grátis hoje."})

    assert not any(hit["answers"] for hit in find(as_ana, question))


def test_an_entry_about_the_hours_is_found_by_them(as_ana: Any, taught: list[int]) -> None:
    as_ana.post(ENTRIES, {"kind": "qa", "title": "Qual o horário?", "content": "Abrimos com horário das 9 às 19."})

    assert find(as_ana, "qual o horario?")[0]["answers"]


def test_the_rival_never_finds_it(as_ana: Any, as_celia: Any, taught: list[int]) -> None:
    as_celia.post(ENTRIES, {"title": "Escova", "content": "Fazemos escova e progressiva."})

    assert find(as_ana, "estacionamento")[0]["answers"]  # the barbershop's index is in this process's memory
    assert find(as_celia, "estacionamento") == []
    assert find(as_celia, "atraso") == []
    assert as_celia.get(f"{ENTRIES}/{taught[1]}").status_code == 404
    assert len(as_celia.get(ENTRIES).json()["results"]) == 1


def test_a_change_is_found_at_the_next_search(as_ana: Any, taught: list[int]) -> None:
    find(as_ana, "estacionamento")
    response = as_ana.patch(f"{ENTRIES}/{taught[0]}", {"content": "Não temos mais; pare na garagem da praça."})

    assert response.status_code == 200
    assert "garagem" in find(as_ana, "tem garagem?")[0]["content"]


def test_what_is_off_or_removed_is_not_found(as_ana: Any, taught: list[int]) -> None:
    assert as_ana.patch(f"{ENTRIES}/{taught[0]}", {"is_active": False}).json()["status"] == "off"
    assert as_ana.delete(f"{ENTRIES}/{taught[1]}").status_code == 204

    assert find(as_ana, "estacionamento") == [] and find(as_ana, "atraso") == []
    assert not KnowledgeChunk.objects.exists() and KnowledgeEntry.objects.count() == 1


def test_a_long_text_is_found_by_its_part(as_ana: Any, tenant: Any) -> None:
    sections = [f"# Assunto {n}\n" + f"Aqui falamos longamente do assunto {n}. " * 18 for n in range(8)]
    sections.insert(5, "# Toalha quente\nA barba com toalha quente leva quarenta minutos.")
    as_ana.post(ENTRIES, {"title": "Manual da casa", "content": "\n\n".join(sections)})

    best = find(as_ana, "quanto tempo leva a toalha quente?")[0]

    assert best["content"] == "A barba com toalha quente leva quarenta minutos."


def test_the_list_is_searched_and_filtered(as_ana: Any, taught: list[int]) -> None:
    as_ana.post(
        ENTRIES, {"title": "Férias", "content": "Em julho.", "category": "Casa", "tags": ["recesso", "Recesso"]}
    )

    def titles(**query: str) -> list[str]:
        return [entry["title"] for entry in as_ana.get(ENTRIES, **query).json()["results"]]

    assert titles() == ["Férias", "Política de atraso", "Tem estacionamento?"]
    assert titles(q="ferias recesso") == ["Férias"] and titles(category="Casa") == ["Férias"]
    assert titles(status="off") == [] and len(titles(status="ready")) == 3
    assert as_ana.get(ENTRIES, status="nope").status_code == 400


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"content": "   "}, "content"),
        ({"content": "!!! ???"}, "content"),
        ({"content": "x" * 20_001}, "content"),
        ({"kind": "qa", "content": "palavra " * 300}, "content"),
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"kind": "file"}, "kind"),
        ({"tags": "pix"}, "tags"),
        ({"tags": ["t"] * 11}, "tags"),
        ({"tags": ["t" * 31]}, "tags.0"),
        ({"title": "nul\x00"}, "title"),
    ],
)
def test_bad_input_is_named_beside_its_field(as_ana: Any, tenant: Any, change: dict[str, Any], field: str) -> None:
    response = as_ana.post(ENTRIES, DELAY | change)

    assert response.status_code == 400 and field in response.json()["fields"]
    assert not KnowledgeEntry.objects.exists()


@pytest.mark.parametrize("body", [{}, {"query": ""}, {"query": "x", "limit": 0}, {"query": "x" * 501}, []])
def test_a_bad_search_is_400(as_ana: Any, tenant: Any, body: Any) -> None:
    assert as_ana.post(f"{ENTRIES}/search", body).status_code == 400


def test_an_attendant_reads_and_searches_but_teaches_nothing(as_bruno: Any, taught: list[int]) -> None:
    assert as_bruno.get(ENTRIES).status_code == 200 and find(as_bruno, "estacionamento")
    assert as_bruno.post(ENTRIES, DELAY).status_code == 403
    assert as_bruno.delete(f"{ENTRIES}/{taught[0]}").status_code == 403
