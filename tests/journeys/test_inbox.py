"""An attendant's work in the inbox, in a real browser."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from simulators import whatsapp
from simulators.faults import Fault
from tests import files as samples
from tests.promises.business import Business
from tests.promises.stack import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]


def test_a_message_appears_a_person_takes_over_answers_and_hands_back(screen: Any, business: Any) -> None:
    owner, davi = screen(), business.customer("Davi")
    page = owner.sign_in()

    davi.says("oi, tudo bem?")
    page.get_by_role("link", name="Davi").click()  # came without a reload
    expect(page.locator("#thread")).to_contain_text("oi, tudo bem?")
    expect(page.locator("#thread")).to_contain_text("assistente virtual")

    page.get_by_role("button", name="Assumir").click()
    page.get_by_role("textbox", name="Mensagem").fill("Oi, Davi! Aqui é a Ana.")
    page.keyboard.press("Enter")
    expect(page.locator("#thread")).to_contain_text("Oi, Davi! Aqui é a Ana.")
    assert "Oi, Davi! Aqui é a Ana." in davi.hears(2)

    davi.says("posso ir amanhã?")
    expect(page.locator("#thread")).to_contain_text("posso ir amanhã?")
    business.stack.wait_idle()
    assert len(davi.heard) == 2  # the AI kept silent

    page.get_by_role("button", name="Devolver à IA").click()
    assert len(davi.hears(3)) == 3  # and answers what was left open
    expect(page.get_by_role("button", name="Assumir")).to_be_visible()
    assert owner.complaints == []


def test_what_is_being_written_survives_what_happens_meanwhile(screen: Any, business: Any) -> None:
    davi = business.customer("Davi")
    davi.says("oi")
    davi.hears(1)
    page = screen().sign_in()
    page.get_by_role("link", name="Davi").click()
    box = page.get_by_role("textbox", name="Mensagem")
    box.fill("Oi, Davi!")

    business.api("POST", f"/conversations/{davi.conversation['id']}/takeover", {})  # the hint above the box goes
    expect(page.get_by_role("button", name="Devolver à IA")).to_be_visible()

    expect(box).to_be_focused()
    expect(box).to_have_value("Oi, Davi!")


def test_what_was_typed_attached_and_told_survives_the_customers_next_message(
    screen: Any, business: Any, tmp_path: Any
) -> None:
    (tmp_path / "fake.jpg").write_text("<html><script>alert(1)</script></html>")
    davi = business.customer("Davi")
    davi.says("oi")
    davi.hears(1)
    page = screen().sign_in()
    page.get_by_role("link", name="Davi").click()
    box = page.get_by_role("textbox", name="Mensagem")
    page.get_by_label("Anexar um arquivo").set_input_files(tmp_path / "fake.jpg")
    box.fill("Segue a foto")
    page.get_by_role("button", name="Enviar", exact=True).click()
    expect(page.locator("#compose-error")).to_be_visible()
    expect(box).to_have_value("Segue a foto")

    davi.says("ainda está aí?")
    expect(page.locator("#messages")).to_contain_text("ainda está aí?")

    expect(page.locator("#compose-error")).to_be_visible()
    expect(box).to_have_value("Segue a foto")
    expect(page.locator(".attached", has_text="fake.jpg")).to_be_visible()
    page.get_by_role("button", name="Remover o arquivo").click()
    box.press("Enter")  # sent at last, box and error are empty again
    expect(page.locator(".message.human")).to_contain_text("Segue a foto")
    expect(page.locator("#compose-error")).to_have_count(0)
    expect(box).to_have_value("")


@pytest.mark.parametrize("width", [1440, 390])
def test_without_the_network_the_reason_shows_whole_and_away_from_send(screen: Any, business: Any, width: int) -> None:
    davi = business.customer("Davi")
    davi.says("quero falar com uma pessoa")
    davi.hears(1)
    page = screen(width=width).sign_in()
    page.get_by_role("link", name="Davi").click()
    box, send = page.get_by_role("textbox", name="Mensagem"), page.get_by_role("button", name="Enviar", exact=True)
    box.fill("oi")
    if width == 1440:  # state and three actions beside the name
        assert page.locator("#thread-header").evaluate("header => header.offsetHeight") < 70

    page.context.set_offline(True)
    send.click()

    toast = page.locator("#toasts .toast:visible")
    expect(toast).to_contain_text("não respondeu")
    expect(box).to_have_value("oi")
    drawn = toast.locator("use").evaluate_all("uses => uses.map((use) => use.getBBox().width)")
    assert len(drawn) == 2 and min(drawn) > 0  # its icons were there before
    at, button = toast.bounding_box(), send.bounding_box()
    assert at and button and at["y"] + at["height"] < button["y"]
    toast.get_by_role("button").click()
    expect(toast).to_have_count(0)


def test_a_closed_window_says_why_nothing_can_be_written(screen: Any, business: Any) -> None:
    davi = business.customer("Davi")
    davi.says("oi")
    davi.hears(1)
    business.rows("UPDATE {schema}.chat_contactidentity SET last_inbound_at = now() - interval '25 hours' RETURNING id")

    page = screen().sign_in()
    page.get_by_role("link", name="Davi").click()

    expect(page.locator("#compose")).to_contain_text("24 horas")
    expect(page.locator("#compose textarea")).to_have_count(0)


def test_older_messages_come_when_one_scrolls_up_to_them(screen: Any, business: Any) -> None:
    davi = business.customer("Davi")
    davi.says("oi")
    davi.hears(1)
    business.rows(
        "INSERT INTO {schema}.chat_message (conversation_id, channel_id, sender, message_type, content, data, status,"
        " error, attempt, maybe_duplicate, provider_ts, received_at, updated_at)"
        " SELECT conversation_id, channel_id, 'customer', 'text', 'fala ' || lpad(n::text, 3, '0'), '{}', 'delivered',"
        " '', 0, false, now() - interval '2 days' + n * interval '1 minute', now(), now()"
        " FROM (SELECT conversation_id, channel_id FROM {schema}.chat_message LIMIT 1) one, generate_series(1, 130) n"
        " RETURNING id"
    )
    page = screen().sign_in()
    page.get_by_role("link", name="Davi").click()
    log = page.locator("#messages")
    expect(log).to_contain_text("fala 130")
    expect(log).not_to_contain_text("fala 080")

    log.evaluate("log => log.scrollTop = 0")
    expect(log).to_contain_text("fala 080")
    assert log.evaluate("log => log.scrollTop") > 500  # what was in sight stayed in sight

    davi.says("nova")  # a refresh keeps the older ones
    expect(log).to_contain_text("nova")
    expect(log).to_contain_text("fala 080")


def test_a_draft_outlives_leaving_and_a_quote_reaches_the_customer(screen: Any, business: Any) -> None:
    davi = business.customer("Davi")
    davi.says("corte ou barba?")
    davi.hears(1)
    page = screen().sign_in()
    page.get_by_role("link", name="Davi").click()
    page.get_by_role("textbox", name="Mensagem").fill("Os dois")
    page.reload()
    expect(page.get_by_role("textbox", name="Mensagem")).to_have_value("Os dois")

    page.locator("article", has_text="corte ou barba?").first.hover()
    page.get_by_role("button", name="Responder a esta mensagem").first.click()
    expect(page.locator(".quoting")).to_contain_text("corte ou barba?")
    page.keyboard.press("Enter")
    expect(page.locator(".message.human .quote")).to_contain_text("corte ou barba?")
    davi.hears(2)
    assert davi.heard[1].payload["context"]["message_id"]

    page.reload()
    expect(page.get_by_role("textbox", name="Mensagem")).to_have_value("")


def test_a_wrong_password_keeps_the_email(screen: Any, business: Any) -> None:
    page = screen().page
    page.goto(f"http://{business.host}:{business.stack.ports['sockets']}/entrar")
    page.get_by_label("E-mail").fill("ana@example.com")
    page.get_by_label("Senha", exact=True).fill("errada-errada")
    page.keyboard.press("Enter")

    expect(page.get_by_text("E-mail ou senha")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value("ana@example.com")


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True), (320, False)])
def test_every_screen_is_accessible_and_fits(screen: Any, business: Any, width: int, dark: bool) -> None:
    davi = business.customer("Davi")
    davi.says("quero falar com uma pessoa")
    davi.hears(1)
    owner = screen(width=width, dark=dark)
    owner.sign_in()
    paths = ("/conversas", f"/conversas/{davi.conversation['id']}", "/agenda")
    wide = [path for path in paths if owner.page.goto(owner.origin + path) and owner.scrolls_sideways()]
    assert (wide, owner.complaints) == ([], [])  # nor does anything break the content security policy

    found = {path: owner.serious() for path in paths if owner.page.goto(owner.origin + path)}
    owner.page.context.clear_cookies()
    owner.page.goto(f"{owner.origin}/entrar")
    assert found | {"/entrar": owner.serious()} == {path: [] for path in (*paths, "/entrar")}


def test_a_channel_that_stops_working_says_so_in_the_inbox(screen: Any, business: Any) -> None:
    davi = business.customer("Davi")
    page = screen().sign_in()
    business.stack.graph.script(Fault.error(190))

    davi.says("oi")

    banner = page.get_by_role("alert")
    expect(banner).to_contain_text("parou de funcionar")
    for width in (1440, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        above, below = banner.bounding_box(), page.locator("#list .segments").bounding_box()
        assert above and below and above["x"] == below["x"] and above["width"] == below["width"]
        assert below["y"] - above["y"] - above["height"] >= 8
    assert davi.heard == []

    [channel] = business.api("GET", "/channels")["results"]
    business.api("POST", f"/channels/{channel['id']}/check", {})
    davi.hears(1)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_photo_arrives_and_is_shown_and_another_goes_back(screen: Any, business: Any, tmp_path: Any) -> None:
    davi = business.customer("Davi")
    davi.says("oi")
    davi.hears(1)
    media_id = business.stack.graph.add_media(samples.png(60, 40), mime_type="image/png")
    photo = whatsapp.image(media_id, caption="queria assim", mime_type="image/png")
    customer = whatsapp.Customer(davi.phone, davi.name)
    business.stack.post_webhook(whatsapp.encode(whatsapp.inbound(business.number, customer, photo)))
    owner = screen()
    page = owner.sign_in()
    page.get_by_role("link", name="Davi").click()
    shown = page.get_by_role("img", name="queria assim")
    expect(shown).to_be_visible()
    shown.click()
    expect(page.get_by_role("dialog", name="Foto")).to_be_visible()
    page.keyboard.press("Escape")

    (tmp_path / "corte.png").write_bytes(samples.png(90, 60))
    page.locator('#composer input[type="file"]').set_input_files(tmp_path / "corte.png")
    expect(page.locator(".attached")).to_contain_text("corte.png")
    page.get_by_role("textbox", name="Mensagem").fill("Fica assim")
    page.get_by_role("button", name="Enviar").click()
    expect(page.get_by_role("img", name="Fica assim")).to_be_visible()
    expect(page.locator(".attached")).to_be_hidden()
    wait_until(lambda: any(one.payload["type"] == "image" for one in davi.heard), seconds=20, what="the photo")
    assert [said for said in owner.complaints if "Security Policy" in said] == []  # a preview is a blob
    assert owner.serious() == []


def test_after_24_hours_a_template_is_sent(screen: Any, business: Any) -> None:
    davi = business.customer("Davi")
    davi.says("oi")
    davi.hears(1)
    business.rows("UPDATE {schema}.chat_contactidentity SET last_inbound_at = now() - interval '25 hours' RETURNING id")
    business.rows(
        "INSERT INTO {schema}.chat_messagetemplate (channel_id, provider_id, name, language, category, status, quality,"
        " reason, defect, components, updated_at) SELECT id, '', told.name, 'pt_BR', 'UTILITY', 'APPROVED', '', '', '',"
        " jsonb_build_array(jsonb_build_object('type', 'BODY', 'text', told.body)), now() FROM {schema}.chat_channel,"
        " (VALUES ('retomar', 'Oi, {{1}}! Ainda posso ajudar?'), ('sem_pressa', repeat('um texto comprido ', 20)))"
        " AS told (name, body) RETURNING id"
    )
    owner = screen(width=390)
    page = owner.sign_in()
    page.get_by_role("link", name="Davi").click()
    assert owner.serious() == []
    assert page.locator("#templates").evaluate("form => form.scrollWidth <= form.clientWidth")
    preview = page.locator("#templates .template-preview").first
    expect(preview).to_contain_text("Oi, {{1}}! Ainda posso ajudar?")
    page.get_by_label("Variável 1").press_sequentially("Davi")
    expect(preview).to_contain_text("Oi, Davi! Ainda posso ajudar?")
    business.api("POST", f"/conversations/{davi.conversation['id']}/takeover", {})  # the thread is drawn again
    expect(page.get_by_role("button", name="Devolver à IA")).to_be_visible()
    expect(preview).to_contain_text("Oi, Davi! Ainda posso ajudar?")
    page.get_by_role("button", name="Enviar modelo").click()

    expect(page.locator("#messages")).to_contain_text("Oi, Davi! Ainda posso ajudar?")
    wait_until(lambda: any(one.payload["type"] == "template" for one in davi.heard), seconds=20, what="the template")


@pytest.mark.parametrize("width", [1440, 1280, 390, 320])
def test_name_and_window_are_read_whole_whoever_answers(screen: Any, business: Any, width: int) -> None:
    dora = business.customer("Dora Quatro Souza")
    dora.says("quero falar com uma pessoa")
    dora.hears(1)
    owner = screen(width=width)
    page = owner.sign_in()
    page.goto(f"{owner.origin}/conversas/{dora.conversation['id']}")
    expect(page.locator("#thread-header .badge")).to_have_count(1)
    for deed in ("Assumir", "Devolver à IA", "Resolver"):
        assert page.locator("#thread-header .truncate").evaluate_all(CUT) == [], f"before {deed}"
        assert not owner.scrolls_sideways() and owner.serious() == []
        page.locator("#thread-header").get_by_role("button", name=deed).click()
        expect(page.locator("#thread-header .badge")).to_contain_text(
            {"Assumir": "Com você", "Devolver à IA": "IA", "Resolver": "Resolvida"}[deed]
        )
    assert page.locator("#thread-header .truncate").evaluate_all(CUT) == []
    expect(page.locator("#compose")).to_contain_text("Esta conversa está resolvida")


CUT = "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.textContent)"


def test_what_stands_beside_follows_the_conversation_and_the_agenda(screen: Any, business: Any) -> None:
    service = business.open_shop()
    davi = business.customer("Davi")
    davi.says("quero falar com uma pessoa")
    davi.hears(1)
    page = screen().sign_in()
    page.get_by_role("link", name="Davi").click()
    beside = page.locator("#context")
    expect(beside).to_contain_text("O que aconteceu")
    page.evaluate("window.notReloaded = true")

    monday = date.today() + timedelta(days=14 - date.today().weekday())
    wish = {"client": {"name": "Davi", "phone": davi.phone}, "service": service, "start": f"{monday}T10:00:00-03:00"}
    booked = business.api("POST", "/barbearia/appointments", wish)["id"]
    expect(beside).to_contain_text("Próximo agendamento")
    expect(beside).to_contain_text("10:00")

    business.api("PATCH", f"/barbearia/appointments/{booked}", {"start": f"{monday}T11:30:00-03:00"})
    expect(beside).to_contain_text("11:30")
    business.api("POST", f"/conversations/{davi.conversation['id']}/takeover", {})
    expect(beside).not_to_contain_text("O que aconteceu")
    business.api("DELETE", f"/barbearia/appointments/{booked}")
    expect(beside).not_to_contain_text("Próximo agendamento")
    assert page.evaluate("window.notReloaded")


def test_a_file_to_send_leaves_the_last_message_in_sight(screen: Any, business: Any, tmp_path: Any) -> None:
    davi = business.customer("Davi")
    davi.says(*[f"fala {number}" for number in range(15)], "a última")
    davi.hears(1)
    page = screen().sign_in()
    page.get_by_role("link", name="Davi").click()
    last = page.locator("#messages .message").last
    expect(last).to_be_in_viewport(ratio=1)
    business.stack.wait_idle()
    expect(page.locator("#messages")).to_have_js_property("scrollTop", page.locator("#messages").evaluate(LAST))

    (tmp_path / "corte.png").write_bytes(samples.png(90, 60))
    page.locator('#composer input[type="file"]').set_input_files(tmp_path / "corte.png")
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")  # and no refresh
    expect(page.locator(".attached")).to_be_visible()

    assert page.locator("#messages").evaluate(TO_END) < 2


LAST = "log => log.scrollHeight - log.clientHeight"
TO_END = "log => log.scrollHeight - log.clientHeight - log.scrollTop"


def test_what_a_colleague_answers_is_taken_over_knowingly(screen: Any, business: Any, journey_stack: Any) -> None:
    davi = business.customer("Davi")
    davi.says("oi")
    davi.hears(1)
    colleague = Business(journey_stack, provider="offline", debounce=(0, 0)).index
    business.rows(
        "UPDATE {schema}.chat_conversation SET is_ai_active = false, assignee_id ="
        " (SELECT id FROM public.accounts_user WHERE email = %s) RETURNING id",
        f"ana{colleague}@example.com",
    )
    owner = screen(width=390, dark=True)
    page = owner.sign_in()
    page.get_by_role("link", name="Davi").click()
    expect(page.locator("#compose-hint")).to_contain_text("Ana está atendendo este cliente")
    assert owner.serious() == [] and not owner.scrolls_sideways()

    box = page.get_by_role("textbox", name="Mensagem")
    box.fill("Oi, Davi!")
    page.get_by_role("button", name="Enviar").click()
    expect(page.locator("#toasts")).to_contain_text("Ana já está atendendo")
    expect(box).to_have_value("Oi, Davi!")
    page.locator("#toasts .toast:visible [data-dismiss]").click()

    page.get_by_role("button", name="Assumir de Ana").click()
    expect(page.locator("#thread-header .badge")).to_contain_text("Com você")
    expect(box).to_have_value("Oi, Davi!")
    page.get_by_role("button", name="Enviar").click()
    assert "Oi, Davi!" in davi.hears(2)
