"""A day at the agenda, in a real browser: booking, dragging, being refused, taking back, and the keyboard alone."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]

# A refused deed is a 409, which the browser's console tells as an error of its own.
REFUSED = "Failed to load resource: the server responded with a status of 409 (Conflict)"


class Shop:
    """A business with one service, two professionals and Davi, on a Monday to come."""

    def __init__(self, business: Any) -> None:
        self.business = business
        self.service = business.open_shop()
        self.carlos = business.api("GET", "/barbearia/professionals")["results"][0]["id"]
        leo = business.api("POST", "/barbearia/professionals", {"name": "Léo", "services": [self.service]})
        self.leo = leo["id"]
        today = date.today()
        self.monday = today + timedelta(days=14 - today.weekday())

    def book(self, name: str, clock: str, who: int) -> int:
        body = {
            "client": {"name": name, "phone": f"119{sum(map(ord, name)) % 10**8:08d}"},
            "service": self.service,
            "professional": who,
            "start": f"{self.monday}T{clock}:00",
        }
        return int(self.business.api("POST", "/barbearia/appointments", body)["id"])

    def stored(self, pk: int) -> tuple[str, str, str]:
        """The time, the professional and the status of an appointment."""
        found = self.business.api("GET", f"/barbearia/appointments/{pk}")
        return found["start"][11:16], found["professional"]["name"], found["status"]


@pytest.fixture
def shop(business: Any) -> Shop:
    return Shop(business)


def card(page: Page, name: str) -> Locator:
    return page.locator("#grid .event:not(.ghost):not(.refused)", has_text=name)


def drag(page: Page, what: Locator, *, to_column: Locator, minutes: int = 0) -> None:
    """By hand; half an hour is 36 px high."""
    what.scroll_into_view_if_needed()
    start, column = what.bounding_box(), to_column.bounding_box()
    assert start and column
    page.mouse.move(start["x"] + 30, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(start["x"] + 36, start["y"] + 14, steps=4)
    page.mouse.move(column["x"] + 60, start["y"] + 8 + minutes * 36 / 30, steps=12)
    page.mouse.up()


def test_an_appointment_is_booked_in_four_taps_and_taken_back(screen: Any, shop: Shop) -> None:
    shop.book("Davi Rocha", "18:00", shop.leo)
    owner = screen()
    page = owner.sign_in()
    page.goto(f"{owner.origin}/agenda?data={shop.monday}")
    page.get_by_role("link", name="Novo agendamento").click()

    page.locator("#panel").get_by_role("link", name="Davi Rocha").click()
    page.locator("#panel").get_by_role("link", name="Corte").click()
    page.locator("#panel .times").get_by_role("link", name="10:00").click()
    expect(page.locator("#grid .event.new")).to_contain_text("Davi Rocha")  # previewed before it is booked
    page.get_by_role("button", name="Agendar").click()

    expect(page.locator("#toasts")).to_contain_text("Agendado: Davi Rocha")
    expect(card(page, "10:00–10:30")).to_have_count(1)
    page.get_by_role("button", name="Desfazer").click()
    expect(page.locator("#toasts")).to_contain_text("nada ficou agendado")
    expect(card(page, "10:00–10:30")).to_have_count(0)
    assert owner.complaints == []


def test_notes_are_written_on_the_panel_and_taken_back(screen: Any, shop: Shop) -> None:
    davi = shop.book("Davi Rocha", "10:00", shop.carlos)
    owner = screen(width=390)
    page = owner.sign_in()
    page.goto(f"{owner.origin}/agenda/{davi}?data={shop.monday}")

    page.get_by_text("Anotar").press("Enter")
    page.get_by_label("Observações").fill("Prefere tesoura\ne café")
    assert owner.serious() == [] and not owner.scrolls_sideways()
    page.get_by_role("button", name="Salvar observações").click()

    expect(page.locator("#toasts")).to_contain_text("observações salvas")
    expect(page.locator("#panel .facts")).to_contain_text("Prefere tesoura")
    page.get_by_role("button", name="Desfazer").click()
    expect(page.locator("#panel .facts")).not_to_contain_text("Prefere tesoura")


def test_dragging_moves_to_another_professional_and_undo_brings_it_back(screen: Any, shop: Shop) -> None:
    davi = shop.book("Davi Rocha", "10:00", shop.carlos)
    owner = screen()
    page = owner.sign_in()
    page.goto(f"{owner.origin}/agenda?data={shop.monday}")

    drag(page, card(page, "Davi Rocha"), to_column=page.locator("#grid .ec-col-head", has_text="Léo"), minutes=60)

    expect(page.locator("#toasts")).to_contain_text("11:00 com Léo")
    assert shop.stored(davi) == ("11:00", "Léo", "agendado")
    page.get_by_role("button", name="Desfazer").click()
    expect(page.locator("#toasts")).to_contain_text("Voltou a ser como era")
    assert shop.stored(davi) == ("10:00", "Carlos", "agendado")
    assert owner.complaints == []


def test_a_refused_drag_says_who_has_the_time_and_offers_two_others(screen: Any, shop: Shop) -> None:
    davi = shop.book("Davi Rocha", "10:00", shop.carlos)
    shop.book("Sérgio Prado", "10:00", shop.leo)
    owner = screen()
    page = owner.sign_in()
    page.goto(f"{owner.origin}/agenda?data={shop.monday}")

    drag(page, card(page, "Davi Rocha"), to_column=page.locator("#grid .ec-col-head", has_text="Léo"))

    refusal = page.get_by_role("alert").filter(has_text="ocupado")
    expect(refusal).to_contain_text("Sérgio Prado está marcado das 10:00 às 10:30. Nada mudou: Davi Rocha segue")
    expect(page.locator("#grid .event.alternative")).to_have_count(2)  # numbered on the grid as in the message
    expect(page.locator("#grid .event.hit")).to_contain_text("Sérgio Prado")
    assert shop.stored(davi) == ("10:00", "Carlos", "agendado")

    page.keyboard.press("Escape")
    expect(refusal).to_have_count(0)
    drag(page, card(page, "Davi Rocha"), to_column=page.locator("#grid .ec-col-head", has_text="Léo"))
    refusal.get_by_role("button", name="com Léo").first.click()
    expect(page.locator("#toasts")).to_contain_text("com Léo")
    assert shop.stored(davi)[1] == "Léo"
    assert [said for said in owner.complaints if said != REFUSED] == []


COVERED = """() => {
  const message = document.querySelector("#grid-refusal .refusal").getBoundingClientRect();
  return [...document.querySelectorAll("#grid :is(.refused, .hit, .alternative, .ghost)")].filter((card) => {
    const { left, right, top, bottom } = card.getBoundingClientRect();
    return left < message.right && message.left < right && top < message.bottom && message.top < bottom;
  }).map((card) => card.className);
}"""


def test_a_refusal_lies_over_nothing_it_speaks_of(screen: Any, shop: Shop) -> None:
    """Taken: an alternative stands beside the card; before opening: the alternatives and the ghost share a column."""
    shop.book("Davi Rocha", "09:30", shop.carlos)
    shop.book("Sérgio Prado", "10:00", shop.leo)
    owner = screen()
    page = owner.sign_in()
    page.goto(f"{owner.origin}/agenda?data={shop.monday}")
    whole = card(page, "Sérgio Prado").bounding_box()

    drag(page, card(page, "Davi Rocha"), to_column=page.locator("#grid .ec-col-head", has_text="Léo"), minutes=30)
    expect(page.locator("#grid .event.alternative")).to_have_count(2)
    page.wait_for_function("document.querySelector('#grid-refusal').style.left")
    assert page.evaluate(COVERED) == []
    ringed = page.locator("#grid .event.hit").bounding_box()
    assert whole and ringed and abs(ringed["width"] - whole["width"]) < 1

    page.keyboard.press("Escape")
    drag(page, card(page, "Davi Rocha"), to_column=page.locator("#grid .ec-col-head", has_text="Carlos"), minutes=-45)
    expect(page.get_by_role("alert").filter(has_text="não atende às 08:45")).to_be_visible()
    expect(page.locator("#grid .event.alternative")).to_have_count(2)
    assert page.evaluate(COVERED) == []
    widths = page.locator("#grid .event.alternative").evaluate_all("cards => cards.map((card) => card.offsetWidth)")
    assert min(widths) > whole["width"] / 2 - 2


def test_cancelling_is_undone_or_refused_honestly(screen: Any, shop: Shop) -> None:
    davi = shop.book("Davi Rocha", "10:00", shop.carlos)
    owner = screen()
    page = owner.sign_in()
    page.goto(f"{owner.origin}/agenda/{davi}?data={shop.monday}")

    page.get_by_role("button", name="Cancelar agendamento").click()
    expect(page.locator("#toasts")).to_contain_text("cancelado")
    page.get_by_role("button", name="Desfazer").click()
    expect(page.locator("#toasts")).to_contain_text("voltou para")
    assert shop.stored(davi)[2] == "agendado"

    page.get_by_role("button", name="Cancelar agendamento").click()
    expect(page.get_by_role("button", name="Desfazer")).to_be_visible()
    shop.book("Outra Pessoa", "10:00", shop.carlos)
    page.get_by_role("button", name="Desfazer").click()
    expect(page.get_by_role("alert")).to_contain_text("acabou de ser")
    assert shop.stored(davi)[2] == "cancelado"


def test_somebody_elses_booking_appears_without_a_reload(screen: Any, shop: Shop) -> None:
    owner = screen()
    page = owner.sign_in()
    page.goto(f"{owner.origin}/agenda?data={shop.monday}")
    expect(page.locator("#grid .ec-col-head", has_text="Carlos")).to_be_visible()

    shop.book("Davi Rocha", "14:00", shop.carlos)

    expect(card(page, "Davi Rocha")).to_be_visible()


def test_who_waits_for_a_person_is_counted_on_the_agenda_too(screen: Any, shop: Shop, business: Any) -> None:
    owner, davi = screen(), business.customer("Davi")
    page = owner.sign_in()
    page.goto(f"{owner.origin}/agenda?data={shop.monday}")
    count = page.locator("nav .count[data-waiting]").first
    expect(count).to_be_hidden()

    davi.says("quero falar com uma pessoa")

    expect(count).to_contain_text("1")
    expect(page).to_have_title(re.compile(r"^\(1\) "))
    page.reload()
    expect(count).to_contain_text("1")
    expect(page).to_have_title(re.compile(r"^\(1\) "))


def test_what_is_not_there_is_said_inside_the_menu(screen: Any, shop: Shop) -> None:
    owner = screen()
    page = owner.sign_in()
    answer = page.goto(f"{owner.origin}/conversas/999999")

    assert answer is not None and answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("Não há nada aqui")


def test_the_keyboard_alone_books_through_the_list(screen: Any, shop: Shop) -> None:
    shop.book("Davi Rocha", "18:00", shop.leo)
    owner = screen()
    page = owner.sign_in()
    page.goto(f"{owner.origin}/agenda?data={shop.monday}&visao=lista")

    def press(link: str, inside: str = "#panel") -> None:
        """Tab to it, as somebody without a mouse does, and press Enter."""
        target = (
            page.locator(inside)
            .get_by_role("link", name=link)
            .or_(page.locator(inside).get_by_role("button", name=link, exact=True))
        )
        expect(target.first).to_be_visible()
        for _n in range(80):
            if target.first.evaluate("element => element === document.activeElement"):
                break
            page.keyboard.press("Tab")
        expect(target.first).to_be_focused()
        page.keyboard.press("Enter")

    press("Novo agendamento", "#day")
    expect(page.get_by_label("Buscar clientes")).to_be_focused()  # what is typed at once looks for the client
    page.keyboard.type("davi")
    page.keyboard.press("Enter")
    panel = page.locator("#panel")
    expect(panel.get_by_role("link", name="Davi Rocha")).to_be_focused()
    page.keyboard.press("Enter")
    expect(panel.get_by_role("link", name="Corte")).to_be_focused()
    page.keyboard.press("Enter")
    expect(panel.locator(".times a").first).to_be_focused()
    page.keyboard.press("Shift+Tab")  # the professionals stand before the times
    expect(panel.get_by_role("link", name="Léo", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(panel.get_by_role("link", name="Léo", exact=True)).to_have_attribute("aria-current", "true")
    expect(panel.get_by_role("link", name="Léo", exact=True)).to_be_focused()  # stays where one chooses
    press("10:00")
    expect(page.get_by_role("button", name="Agendar")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("#day .slot", has_text="10:00").first).to_contain_text("Davi Rocha")
    assert owner.complaints == []


CUT = """elements => elements.filter((element) => {
  const own = element.getBoundingClientRect();
  const frame = element.closest(".ec-event, .ec-bg-event").getBoundingClientRect();
  return own.height && (own.top < frame.top - 1 || own.bottom > frame.bottom + 1
    || own.left < frame.left - 1 || own.right > frame.right + 1);
}).map((element) => element.textContent)"""


@pytest.mark.parametrize("view", ["dia", "semana"])
def test_on_the_grid_nothing_is_cut_and_neighbours_stand_apart(screen: Any, shop: Shop, view: str) -> None:
    shop.business.api("PATCH", f"/barbearia/services/{shop.service}", {"duration_minutes": 15})
    for name, clock in (("Davi Rocha", "10:00"), ("Sérgio Prado", "10:15"), ("Caio Lima", "10:30")):
        shop.book(name, clock, shop.carlos)
    owner = screen()
    page = owner.sign_in()
    page.goto(f"{owner.origin}/agenda/bloqueios/novo?data={shop.monday}")
    page.locator("#id_start").fill("12:00")
    page.locator("#id_end").fill("13:00")
    page.locator("#id_reason").fill("almoço")
    page.get_by_role("button", name="Bloquear", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("12:00")
    page.goto(f"{owner.origin}/agenda?data={shop.monday}&visao={view}")

    expect(card(page, "Davi Rocha")).to_be_visible()
    parts = "#grid :is(.event b, .event-detail, .event .icon, .shade-label, .shade-label .icon)"
    assert page.locator(parts).evaluate_all(CUT) == []
    gap = card(page, "Davi Rocha").evaluate("card => parseFloat(getComputedStyle(card).borderBlockEndWidth)")
    assert gap >= 2


def test_a_service_and_impossible_hours_on_the_screen(screen: Any, shop: Shop) -> None:
    owner = screen(width=390)
    page = owner.sign_in()
    page.goto(f"{owner.origin}/servicos/novo")
    page.get_by_label("Nome").fill("Barba")
    page.get_by_label("Preço (R$)").fill("35,00")
    page.get_by_label("Minutos", exact=True).fill("30")
    page.get_by_role("button", name="Salvar").click()
    expect(page.get_by_role("link", name="Barba")).to_be_visible()

    page.goto(f"{owner.origin}/horarios")
    page.get_by_label("Segunda-feira, das (1)").fill("18:00")
    page.get_by_label("Segunda-feira, até (1)").fill("09:00")
    page.get_by_role("button", name="Salvar").click()

    expect(page.get_by_role("alert")).to_contain_text("o fim precisa ser depois do início")
    expect(page.get_by_label("Segunda-feira, das (1)")).to_have_value("18:00")


def test_going_back_never_sends_a_refused_form_again(screen: Any, shop: Shop) -> None:
    owner = screen()
    page = owner.sign_in()
    page.goto(f"{owner.origin}/servicos")
    page.get_by_role("link", name="Novo serviço").first.click()
    page.get_by_label("Nome").fill("Barba")
    page.get_by_label("Preço (R$)").fill("35,00")
    page.get_by_label("Minutos", exact=True).fill("0")
    page.get_by_role("button", name="Salvar").click()
    expect(page.locator("#id_duration_minutes-error")).to_contain_text("Use de 1 a 720 min.")
    expect(page.get_by_label("Minutos", exact=True)).to_be_focused()
    expect(page.get_by_label("Nome")).to_have_value("Barba")

    page.go_back()
    expect(page.get_by_role("heading", name="Serviços")).to_be_visible()
    page.go_forward()
    page.get_by_label("Nome").fill("Barba")
    page.get_by_label("Preço (R$)").fill("35,00")
    page.get_by_label("Minutos", exact=True).fill("20")
    page.get_by_role("button", name="Salvar").click()
    expect(page.locator("#toasts")).to_contain_text("Barba: salvo")
    page.go_back()
    expect(page.get_by_role("heading", name="Novo serviço")).to_be_visible()
    services = shop.business.api("GET", "/barbearia/services")["results"]
    assert [service["name"] for service in services].count("Barba") == 1


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (1440, True), (390, True), (320, False)])
def test_every_screen_of_the_shop_is_accessible_and_fits(screen: Any, shop: Shop, width: int, dark: bool) -> None:
    davi = shop.book("Davi Rocha com um Nome Comprido de Verdade", "10:00", shop.carlos)
    client = shop.business.api("GET", f"/barbearia/appointments/{davi}")["client"]["id"]
    owner = screen(width=width, dark=dark)
    owner.sign_in()
    day = f"data={shop.monday}"
    paths = (
        f"/agenda?{day}",
        f"/agenda?{day}&visao=semana",
        f"/agenda/{davi}?{day}",
        f"/agenda/{davi}/remarcar?{day}",
        f"/agenda/novo?{day}&cliente={client}&servico={shop.service}",
        f"/agenda/bloqueios/novo?{day}",
        "/servicos",
        f"/servicos/{shop.service}",
        "/profissionais",
        f"/profissionais/{shop.carlos}",
        "/horarios",
        "/clientes",
        f"/clientes/{client}",
        f"/clientes/{client}/editar",
    )
    wide = [path for path in paths if owner.page.goto(owner.origin + path) and owner.scrolls_sideways()]
    assert (wide, owner.complaints) == ([], [])

    found = {path: owner.serious() for path in paths if owner.page.goto(owner.origin + path)}
    assert found == {path: [] for path in paths}


def test_on_a_phone_choices_are_not_cut_and_buttons_stay_beside_the_name(screen: Any, shop: Shop) -> None:
    shop.book("Davi Rocha", "09:30", shop.carlos)
    owner = screen(width=390)
    page = owner.sign_in()
    page.goto(f"{owner.origin}/profissionais/{shop.carlos}")
    kind = page.locator("select[name=x-kind]").first.bounding_box()
    assert kind and kind["width"] > 170  # "Fechado ou folga" in 16 px, and the arrow

    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"{owner.origin}/clientes")
    page.get_by_role("link", name="Davi Rocha").click()
    name, book = page.get_by_role("heading", level=1), page.get_by_role("link", name="Agendar", exact=True)
    expect(name).to_have_text("Davi Rocha")
    page.wait_for_load_state("load")
    at, beside = name.bounding_box(), book.bounding_box()
    assert at and beside and beside["y"] < at["y"] + at["height"]
    assert not owner.scrolls_sideways()
