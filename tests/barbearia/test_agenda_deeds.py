"""What the team does on the agenda: book, move, stretch, change the status, block, and take it back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from apps.audit import trail
from apps.audit.models import Entry
from apps.barbearia import blocks, booking, transitions
from apps.barbearia.errors import NotUndoable, SlotTaken, TimeInUse
from apps.barbearia.models import Appointment, Block

from .conftest import API

HTMX = {"HX-Request": "true", "HX-Target": "panel"}


@pytest.fixture
def browser(tenant: Any, ana: Any, browser_for: Any) -> Any:
    return browser_for(ana, tenant)


@pytest.fixture
def staff(ana: Any) -> dict[str, Any]:
    return {"by": ana, "source": "staff"}


# Booking ----------------------------------------------------------------------------------------


def test_four_choices_make_an_appointment(browser, contact, corte, carlos, monday, at):
    place = f"data={monday}"
    client_step = browser.get(f"/agenda/novo?{place}")
    assert client_step.context["step"] == 1
    service_step = browser.get(client_step.context["clients"][0]["url"])
    time_step = browser.get(service_step.context["offered"][0]["url"])
    assert [item["slot"].professional.name for item in time_step.context["times"][:1]] == ["Carlos"]
    chosen = browser.get(time_step.context["times"][0]["url"])
    picked = chosen.context["picked"]

    answer = browser.post(
        f"/agenda/novo?{place}",
        {"cliente": contact.pk, "servico": corte.pk, "inicio": picked.start.isoformat(), "quem": carlos.pk},
    )

    booked = Appointment.objects.get()
    assert (answer.status_code, booked.start, booked.source) == (302, at("09:00"), "staff")
    assert chosen.context["step"] == 4


def test_several_services_are_booked_in_a_row(browser, contact, corte, barba, carlos, monday):
    path = f"/agenda/novo?data={monday}&cliente={contact.pk}&servico={corte.pk}&mais=1"
    [other] = browser.get(path).context["offered"]

    assert browser.get(other["url"]).context["plan"].duration_minutes == 60


def test_a_booking_can_be_taken_back(browser, contact, corte, carlos, monday, at):
    body = {"cliente": contact.pk, "servico": corte.pk, "inicio": at("10:00").isoformat(), "quem": carlos.pk}

    toast = browser.post(f"/agenda/novo?data={monday}", body, headers=HTMX).content.decode()
    booked = Appointment.objects.get()
    browser.post(f"/agenda/{booked.pk}/situacao", {"status": "cancelado", "quiet": "1"})

    booked.refresh_from_db()
    assert "Desfazer" in toast and booked.status == "cancelado"


def test_a_refused_booking_says_who_has_the_time_and_offers_two_others(browser, book, contact, corte, carlos, leo, at):
    book("15:00")
    body = {"cliente": contact.pk, "servico": corte.pk, "inicio": at("15:20").isoformat(), "quem": carlos.pk}

    answer = browser.post("/agenda/novo", body, headers=HTMX)

    refusal = answer.context["refusal"]
    assert answer.status_code == 409 and Appointment.objects.count() == 1
    assert refusal.title == "15:20 com Carlos está ocupado"
    assert refusal.text == "Davi Rocha está marcado das 15:00 às 15:30. Nada foi agendado."
    offered = [(f"{item.slot.start:%H:%M}", item.slot.professional.name, item.note) for item in refusal.alternatives]
    assert offered == [("15:30", "Carlos", "+10 min"), ("15:20", "Léo", "mesma hora")]


def test_without_scripts_the_refusal_is_in_the_panel_with_what_was_chosen(browser, book, contact, corte, carlos, at):
    book("15:00")
    body = {"cliente": contact.pk, "servico": corte.pk, "inicio": at("15:00").isoformat(), "quem": carlos.pk}

    answer = browser.post("/agenda/novo", body)

    page = answer.content.decode()
    assert answer.status_code == 409 and "15:00 com Carlos está ocupado" in page
    assert answer.context["client"] == contact and answer.context["services"] == [corte]


@pytest.mark.parametrize("body", [{}, {"cliente": "x"}, {"cliente": "1", "servico": "999", "inicio": "ontem"}])
def test_an_unfinished_booking_is_refused_in_words(browser, contact, body):
    answer = browser.post("/agenda/novo", body, headers=HTMX)

    assert answer.status_code == 422 and "Escolha cliente" in answer.content.decode()


# Moving -----------------------------------------------------------------------------------------


def test_dragging_moves_to_another_professional_and_can_be_undone(browser, book, carlos, leo, at):
    appointment = book("10:00")

    answer = browser.post(
        f"/agenda/{appointment.pk}/remarcar", {"inicio": "2020-01-01T10:00", "quem": leo.pk}, headers=HTMX
    )
    assert answer.status_code == 409  # the past

    wall = at("11:30").strftime("%Y-%m-%dT%H:%M")
    answer = browser.post(f"/agenda/{appointment.pk}/remarcar", {"inicio": wall, "quem": leo.pk}, headers=HTMX)
    appointment.refresh_from_db()
    assert (answer.status_code, appointment.start, appointment.professional) == (200, at("11:30"), leo)

    back = {"inicio": at("10:00").isoformat(), "quem": carlos.pk, "visto": appointment.updated_at.isoformat()}
    assert browser.post(f"/agenda/{appointment.pk}/remarcar", back, headers=HTMX).status_code == 200
    appointment.refresh_from_db()
    assert (appointment.start, appointment.professional) == (at("10:00"), carlos)


def test_undoing_a_move_is_refused_once_somebody_changed_it_again(browser, book, carlos, at, ana):
    appointment = book("10:00")
    seen = booking.reschedule(appointment, start=at("11:00"), by=ana, source="staff").updated_at
    booking.reschedule(appointment, start=at("12:00"), by=ana, source="staff")

    back = {"inicio": at("10:00").isoformat(), "quem": carlos.pk, "visto": seen.isoformat()}
    answer = browser.post(f"/agenda/{appointment.pk}/remarcar", back, headers=HTMX)

    appointment.refresh_from_db()
    assert (answer.status_code, appointment.start) == (409, at("12:00"))
    assert "nesse meio-tempo" in answer.content.decode()


def test_a_refused_drag_says_that_nothing_changed(browser, book, leo, at):
    book("15:00", professional=leo)
    appointment = book("16:30")

    wall = at("15:20").strftime("%Y-%m-%dT%H:%M")
    answer = browser.post(f"/agenda/{appointment.pk}/remarcar", {"inicio": wall, "quem": leo.pk}, headers=HTMX)

    assert answer.status_code == 409
    assert answer.context["refusal"].text.endswith("Nada mudou: Davi Rocha segue às 16:30.")
    appointment.refresh_from_db()
    assert appointment.start == at("16:30")


def test_resizing_changes_the_length_and_keeps_the_price(browser, book, at):
    appointment = book("10:00")
    price = appointment.price

    answer = browser.post(f"/agenda/{appointment.pk}/remarcar", {"duracao": "50"}, headers=HTMX)

    appointment.refresh_from_db()
    assert answer.status_code == 200
    assert (appointment.end, appointment.blocked.upper, appointment.price) == (at("10:50"), at("10:50"), price)
    assert "10:00–10:50 com Carlos" in answer.content.decode()


def test_the_history_tells_of_moves_and_of_new_lengths(browser, book, leo, at, monday):
    appointment = book("10:00")
    move = f"/agenda/{appointment.pk}/remarcar"
    browser.post(move, {"duracao": "50"}, headers=HTMX)
    wall = at("14:00").strftime("%Y-%m-%dT%H:%M")
    browser.post(move, {"inicio": wall, "quem": leo.pk, "duracao": "50"}, headers=HTMX)
    browser.post(f"/agenda/{appointment.pk}/situacao", {"status": "confirmado"}, headers=HTMX)

    told = browser.get(f"/agenda/{appointment.pk}").context["history"]

    day = f"{monday:%d/%m}"
    assert [line["label"] for line in told] == ["Agendado", "Nova duração", "Remarcado", "Confirmado"]
    assert told[1]["reason"] == f"{day} 10:00–10:30 Carlos → {day} 10:00–10:50 Carlos"
    assert told[2]["reason"] == f"{day} 10:00–10:50 Carlos → {day} 14:00–14:50 Léo"
    assert told[2]["by"] == "Ana"


def test_history_is_of_this_appointment_and_this_business_only(browser, book, tenant, in_rival, ana):
    appointment, other = book("10:00"), book("11:00")
    browser.post(f"/agenda/{other.pk}/remarcar", {"duracao": "50"}, headers=HTMX)
    with in_rival():
        trail.record("appointment.rescheduled", on=appointment, by=ana, was={}, now={})

    assert len(browser.get(f"/agenda/{appointment.pk}").context["history"]) == 1


def test_resizing_into_the_next_appointment_is_refused(browser, book, at):
    appointment, _next = book("10:00"), book("10:30")

    answer = browser.post(f"/agenda/{appointment.pk}/remarcar", {"duracao": "45"}, headers=HTMX)

    appointment.refresh_from_db()
    assert (answer.status_code, appointment.end) == (409, at("10:30"))
    assert answer.context["refusal"].title == "10:30 com Carlos está ocupado"


def test_stretching_past_the_closing_hour_says_when_it_closes(browser, book):
    appointment = book("18:30")

    answer = browser.post(f"/agenda/{appointment.pk}/remarcar", {"duracao": "60"}, headers=HTMX)

    assert answer.context["refusal"].title == "Carlos não atende às 19:00"


def test_nothing_changed_is_nothing_to_save(browser, book, monday):
    move = f"/agenda/{book('10:00').pk}/remarcar?data={monday}"

    assert "Salvar duração" not in browser.get(move).content.decode()
    assert "Salvar duração" in browser.get(f"{move}&duracao=35").content.decode()


def test_its_own_time_is_not_in_the_way_of_a_move(browser, book, at, monday):
    appointment = book("10:00")

    choices = browser.get(f"/agenda/{appointment.pk}/remarcar?data={monday}").context
    offered = [f"{item['slot'].start:%H:%M}" for item in [*choices["times"], *choices["more"]]]
    assert {"10:00", "10:15"} <= set(offered)

    wall = at("10:15").strftime("%Y-%m-%dT%H:%M")
    assert browser.post(f"/agenda/{appointment.pk}/remarcar", {"inicio": wall}, headers=HTMX).status_code == 200


def test_where_it_already_is_counts_as_no_alternative(browser, book, leo, at):
    appointment = book("10:00")
    book("10:00", professional=leo)

    wall = at("10:00").strftime("%Y-%m-%dT%H:%M")
    answer = browser.post(f"/agenda/{appointment.pk}/remarcar", {"inicio": wall, "quem": leo.pk}, headers=HTMX)

    offered = [(item.slot.start, item.slot.professional) for item in answer.context["refusal"].alternatives]
    assert len(offered) == 2 and (appointment.start, appointment.professional) not in offered


# Status -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["confirmado", "em_andamento", "concluido", "faltou", "cancelado"])
def test_every_status_can_be_taken_back(browser, book, begun, status):
    appointment = begun(book("10:00"))

    answer = browser.post(f"/agenda/{appointment.pk}/situacao", {"status": status}, headers=HTMX)
    appointment.refresh_from_db()
    assert (answer.status_code, appointment.status) == (200, status)

    change = appointment.changes.last()
    answer = browser.post(f"/agenda/{appointment.pk}/desfazer", {"change": change.pk}, headers=HTMX)
    appointment.refresh_from_db()
    assert (answer.status_code, appointment.status) == (200, "agendado")
    assert appointment.changes.last().undoes == change


def test_nobody_is_late_before_the_appointment(browser, book, begun):
    appointment = book("10:00")
    address = f"/agenda/{appointment.pk}"
    assert {deed["status"] for deed in browser.get(address).context["deeds"]} == {
        "confirmado",
        "em_andamento",
        "cancelado",
    }

    refused = browser.post(f"{address}/situacao", {"status": "faltou"}, headers=HTMX)
    appointment.refresh_from_db()
    assert (refused.status_code, appointment.status) == (422, "agendado")
    assert "só a partir do início" in refused.content.decode()

    begun(appointment)
    assert {"faltou", "concluido"} < {deed["status"] for deed in browser.get(address).context["deeds"]}


def test_a_cancellation_is_not_undone_once_someone_else_has_the_time(book, ana):
    cancelled = transitions.move(book("10:00"), to="cancelado", by=ana)
    book("10:00")

    with pytest.raises(SlotTaken):
        transitions.undo(cancelled.changes.last(), by=ana)


def test_a_cancellation_is_not_undone_over_time_kept_for_something_else(book, ana, carlos, at):
    cancelled = transitions.move(book("10:00"), to="cancelado", by=ana)
    blocks.block(carlos, start=at("09:30"), end=at("12:00"), reason="dentista", by=ana)

    with pytest.raises(SlotTaken):
        transitions.undo(cancelled.changes.last(), by=ana)


@pytest.mark.parametrize("number", ["0" * 19 + "1" * 5000, "²", "9" * 19])
def test_an_agenda_of_nobody_is_everybodys(browser, carlos, number):
    assert browser.get("/agenda", {"profissional": number}).status_code == 200


def test_only_the_last_fresh_change_of_the_team_is_undone(book, ana):
    appointment = book("10:00")
    first = transitions.move(appointment, to="confirmado", by=ana).changes.last()
    arrived = transitions.move(appointment, to="em_andamento", by=ana).changes.last()
    with pytest.raises(NotUndoable):
        transitions.undo(first, by=ana)

    transitions.undo(arrived, by=ana)
    with pytest.raises(NotUndoable):  # neither the same again, nor the undoing
        transitions.undo(arrived, by=ana)
    with pytest.raises(NotUndoable):
        transitions.undo(appointment.changes.last(), by=ana)

    late = transitions.move(appointment, to="em_andamento", by=ana).changes.last()
    late.at -= transitions.UNDO_LIFETIME + timedelta(seconds=1)
    with pytest.raises(NotUndoable):
        transitions.undo(late, by=ana)


def test_what_a_customer_cancelled_stays_cancelled(book, ana):
    appointment = book("10:00")
    transitions.move(appointment, to="cancelado", by="ai")

    with pytest.raises(NotUndoable):
        transitions.undo(appointment.changes.last(), by=ana)


@pytest.mark.parametrize(
    ("came_from", "goes_to"),
    [("http://{host}/agenda?visao=lista", "http://{host}/agenda?visao=lista"), ("https://evil.example/{host}", None)],
)
def test_a_refused_deed_goes_back_to_our_own_pages_only(browser, book, came_from, goes_to):
    came_from = came_from.format(host=browser.host)

    answer = browser.post(f"/agenda/{book().pk}/situacao", {"status": "faltou"}, headers={"Referer": came_from})

    assert answer.headers.get("Location") == (goes_to and goes_to.format(host=browser.host))
    assert answer.status_code == (302 if goes_to else 422)


def test_a_status_nobody_offers_is_refused(browser, book):
    appointment = book("10:00")
    assert browser.post(f"/agenda/{appointment.pk}/situacao", {"status": "expirado"}, headers=HTMX).status_code == 422
    assert browser.post(f"/agenda/{appointment.pk}/desfazer", {"change": "x"}, headers=HTMX).status_code == 404


# Blocking ---------------------------------------------------------------------------------------


def test_nothing_is_booked_over_a_block(book, carlos, at, ana):
    blocks.block(carlos, start=at("12:00"), end=at("13:00"), reason="dentista", by=ana)

    with pytest.raises(SlotTaken):
        book("12:30")
    book("13:00")


def test_a_block_is_offered_to_nobody(as_ana, corte, carlos, monday, at, ana):
    blocks.block(carlos, start=at("09:00"), end=at("18:00"), by=ana)

    free = as_ana.get(f"{API}/availability", service=corte.pk, date=monday.isoformat()).json()["slots"]

    assert [slot["start"][11:16] for slot in free] == ["18:00", "18:15", "18:30"]


def test_a_customers_time_is_not_blocked(book, carlos, at, ana):
    book("12:30")

    with pytest.raises(TimeInUse, match="Davi Rocha está marcado das 12:30 às 13:00"):
        blocks.block(carlos, start=at("12:00"), end=at("13:00"), by=ana)


def test_all_who_have_the_time_are_counted_and_the_first_ones_named(browser, book, carlos, monday):
    for clock in ("12:00", "12:30", "13:00", "13:30"):
        book(clock)
    body = {"professional": carlos.pk, "date": monday.isoformat(), "start": "12:00", "end": "15:00"}

    page = browser.post("/agenda/bloqueios/novo", body, headers=HTMX).content.decode()

    named = "Davi Rocha 12:00, Davi Rocha 12:30, Davi Rocha 13:00, mais 1"
    assert f"Há 4 agendamentos nesse horário: {named}. Remarque-os primeiro." in page


def test_blocking_on_the_screen_says_what_is_wrong_beside_the_field(browser, book, carlos, monday):
    book("12:30")
    body = {"professional": carlos.pk, "date": monday.isoformat(), "start": "13:00", "end": "12:00", "reason": "x"}
    assert "O fim precisa" in browser.post("/agenda/bloqueios/novo", body, headers=HTMX).content.decode()

    taken = browser.post("/agenda/bloqueios/novo", body | {"start": "12:00", "end": "13:00"}, headers=HTMX)
    assert taken.status_code == 422 and "Davi Rocha está marcado" in taken.content.decode()

    assert browser.post("/agenda/bloqueios/novo", body | {"end": "14:00"}, headers=HTMX).status_code == 200
    block = Block.objects.get()
    assert browser.get(f"/agenda/bloqueios/{block.pk}").status_code == 200
    browser.post(f"/agenda/bloqueios/{block.pk}/liberar")
    assert Block.objects.count() == 0


# Notes ------------------------------------------------------------------------------------------


def test_notes_are_written_on_the_panel_and_taken_back(browser, book):
    appointment = book("10:00", notes="Alérgico a talco")
    path = f"/agenda/{appointment.pk}/observacoes"
    answer = browser.post(path, {"notes": "Prefere tesoura\r\nAlérgico a talco ", "seen": "Alérgico a talco"})

    appointment.refresh_from_db()
    assert answer.headers["Location"].startswith(f"/agenda/{appointment.pk}?")
    assert appointment.notes == "Prefere tesoura\nAlérgico a talco"
    assert Entry.objects.get(action="appointment.changed").data == {"fields": ["notes"]}

    toast = browser.post(path, {"notes": "", "seen": "Prefere tesoura\r\nAlérgico a talco"}, headers=HTMX)
    shown = toast.content.decode()
    assert "observações salvas" in shown and 'value="Prefere tesoura\nAlérgico a talco"' in shown
    browser.post(path, {"notes": "Prefere tesoura\r\nAlérgico a talco", "seen": ""})
    appointment.refresh_from_db()
    assert appointment.notes == "Prefere tesoura\nAlérgico a talco"


def test_notes_can_be_written_when_all_is_over(browser, book, staff):
    appointment = transitions.move(book("10:00"), to="cancelado", by=staff["by"])

    assert "Anotar" in browser.get(f"/agenda/{appointment.pk}").content.decode()
    assert browser.post(f"/agenda/{appointment.pk}/observacoes", {"notes": "Avisou", "seen": ""}).status_code == 302


def test_notes_somebody_changed_meanwhile_are_not_lost_nor_what_was_typed(browser, book):
    appointment = book("10:00", notes="De outra pessoa")
    path = f"/agenda/{appointment.pk}/observacoes"
    answer = browser.post(path, {"notes": "Minha", "seen": ""}, headers=HTMX)

    page = answer.content.decode()
    assert answer.status_code == 422 and 'id="id_notes-error"' in page and ">Minha</textarea>" in page
    assert "<dd>De outra pessoa</dd>" in page and 'name="seen" value="De outra pessoa"' in page
    appointment.refresh_from_db()
    assert appointment.notes == "De outra pessoa"


def test_notes_that_are_too_long_stay_in_the_box(browser, book):
    appointment = book("10:00")
    answer = browser.post(f"/agenda/{appointment.pk}/observacoes", {"notes": "x" * 2001, "seen": ""})

    page = answer.content.decode()
    assert answer.status_code == 422 and 'id="id_notes-error"' in page and "x" * 2001 in page
    appointment.refresh_from_db()
    assert appointment.notes == ""


# Who may ----------------------------------------------------------------------------------------


def test_a_professional_sees_the_agenda_and_changes_nothing(world, tenant, bruno, browser_for, book):
    from apps.accounts.models import Membership

    Membership.objects.filter(user=bruno).update(role="professional")
    appointment, browser = book("10:00"), browser_for(bruno, tenant)

    page = browser.get(f"/agenda/{appointment.pk}")

    assert page.status_code == 200 and "remarcar" not in page.content.decode()
    assert "observacoes" not in page.content.decode()
    assert browser.post(f"/agenda/{appointment.pk}/situacao", {"status": "concluido"}).status_code == 403
    assert browser.post(f"/agenda/{appointment.pk}/observacoes", {"notes": "x", "seen": ""}).status_code == 403


def test_the_rivals_owner_finds_nothing_of_ours(celia, rival, browser_for, book, in_rival):
    appointment = book("10:00")
    browser = browser_for(celia, rival)

    assert browser.get(f"/agenda/{appointment.pk}").status_code == 404
    assert browser.post(f"/agenda/{appointment.pk}/situacao", {"status": "cancelado"}).status_code == 404
    assert browser.post(f"/agenda/{appointment.pk}/observacoes", {"notes": "x", "seen": ""}).status_code == 404
    appointment.refresh_from_db()
    assert appointment.status == "agendado"
