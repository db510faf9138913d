"""Making a business in the browser, on the public host."""

from __future__ import annotations

import re
from typing import Any

import pytest

from apps.accounts import hosts
from apps.accounts.models import Tenant, User
from tests.conftest import PASSWORD

FORM = {
    "name": "Davi Rocha",
    "email": "davi@example.com",
    "password": "senha-boa-123",
    "business_name": "Oficina do Davi",
    "slug": "",
    "business_type": "oficina",
    "timezone": "America/Manaus",
}


@pytest.fixture
def anybody(world: Any, browser_at: Any) -> Any:
    return browser_at("localhost")


def _key(page: Any) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page.content.decode())
    assert found
    return found[1]


def test_the_public_site_leads_to_signing_up_and_in(anybody: Any) -> None:
    page = anybody.get("/").content.decode()

    assert 'href="/criar-conta"' in page and 'href="/entrar"' in page
    assert 'href="/criar-conta"' in anybody.get("/entrar").content.decode()


def test_signing_up_opens_a_session_on_the_new_businesss_host(anybody: Any, browser_at: Any) -> None:
    answer = anybody.post("/criar-conta", FORM)

    tenant = Tenant.objects.get(name="Oficina do Davi")
    assert (tenant.slug, tenant.business_type, tenant.timezone) == ("oficina-do-davi", "oficina", "America/Manaus")
    assert answer.headers["Location"].startswith(hosts.url_of(hosts.host_of(tenant), "/entrar/"))
    owner = browser_at(hosts.host_of(tenant))
    owner.get("/entrar/" + answer.headers["Location"].rpartition("/")[2])
    assert owner.get("/conversas").status_code == 200


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("name", "", "obrigatório"),
        ("email", "davi", "endereço de email"),
        ("email", "ANA@example.com", "já tem"),
        ("password", "123", "curta"),
        ("business_name", " ", "obrigatório"),
        ("slug", "Não Pode", "letras minúsculas"),
        ("slug", "barbearia-do-ze", "já está em uso"),
        ("slug", "admin", "já está em uso"),
        ("business_type", "banco", "válida"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_the_rest_is_kept(
    anybody: Any, field: str, value: str, shown: str
) -> None:
    page = anybody.post("/criar-conta", FORM | {field: value})

    assert page.status_code in (409, 422)
    errors = re.findall(r'class="error".*?</p>', page.content.decode(), re.DOTALL)
    assert len(errors) == 1 and shown in errors[0]
    kept = FORM["business_name"] if field == "email" else FORM["email"]
    assert f'value="{kept}"' in page.content.decode()
    assert FORM["password"] not in page.content.decode()
    assert not User.objects.filter(email=FORM["email"]).exists()


def test_a_form_sent_twice_makes_one_business(anybody: Any) -> None:
    form = FORM | {"key": _key(anybody.get("/criar-conta"))}
    first, again = anybody.post("/criar-conta", form), anybody.post("/criar-conta", form)

    assert (first.status_code, again.status_code) == (302, 302)
    assert Tenant.objects.filter(name=FORM["business_name"]).count() == 1


def test_a_form_sent_again_with_another_password_opens_nothing(anybody: Any) -> None:
    form = FORM | {"key": _key(anybody.get("/criar-conta"))}
    anybody.post("/criar-conta", form)

    assert anybody.post("/criar-conta", form | {"password": "outra-senha-9"}).status_code == 409


def test_two_businesses_of_one_name_get_two_addresses(anybody: Any) -> None:
    answer = anybody.post("/criar-conta", FORM | {"business_name": "Barbearia do Zé"})

    assert "//barbearia-do-ze-2." in answer.headers["Location"]


def test_asking_for_others_accounts_is_limited_as_signing_in_is(anybody: Any) -> None:
    taken = FORM | {"email": "ana@example.com"}

    assert [anybody.post("/criar-conta", taken).status_code for _ in range(6)] == [409] * 5 + [429]
    assert anybody.post("/criar-conta", FORM).status_code == 302


def test_who_makes_too_many_is_told_when_to_come_back_and_keeps_what_was_typed(anybody: Any, settings: Any) -> None:
    settings.SIGN_UPS_PER_HOUR = 1
    assert anybody.post("/criar-conta", FORM | {"email": "first@example.com"}).status_code == 302
    answer = anybody.post("/criar-conta", FORM)

    page = answer.content.decode()
    assert answer.status_code == 429 and 0 < int(answer.headers["Retry-After"]) <= 3600
    assert "Muitas contas foram criadas daqui. Tente de novo em 60 minutos." in page
    for kept in ("name", "email", "business_name"):
        assert f'value="{FORM[kept]}"' in page
    assert FORM["password"] not in page and not User.objects.filter(email=FORM["email"]).exists()


def test_a_form_from_elsewhere_is_refused(world: Any, browser_at: Any) -> None:
    assert browser_at("localhost", enforce_csrf_checks=True).post("/criar-conta", FORM).status_code == 403


def test_only_the_public_host_makes_businesses(world: Any, browser_at: Any) -> None:
    assert browser_at(hosts.host_of(world.tenant)).get("/criar-conta").status_code == 404


def test_a_browsers_name_of_a_brazilian_time_is_understood(anybody: Any) -> None:
    anybody.post("/criar-conta", FORM | {"timezone": "America/Cuiaba"})

    assert Tenant.objects.get(name=FORM["business_name"]).timezone == "America/Manaus"


def test_brazils_times_come_first_and_every_place_has_a_readable_name(anybody: Any) -> None:
    page = anybody.get("/criar-conta").content.decode()

    groups = re.findall(r'<optgroup label="([^"]+)"', page)
    labels = [label.strip() for label in re.findall(r"<option[^>]*>([^<]+)</option>", page)]
    assert groups[:3] == ["Brasil", "Américas", "Europa"]
    assert "Lisboa" in labels and "Salta (Argentina)" in labels
    assert not [label for label in labels if "_" in label or label.startswith(("America/", "Africa/"))]
    assert '<option value="America/Sao_Paulo"' in page.split("</optgroup>")[0]


def test_what_was_sent_in_place_leaves_by_the_browser_itself(world: Any, browser_at: Any) -> None:
    browser, in_place = browser_at(hosts.host_of(world.tenant)), {"HX-Request": "true", "HX-Boosted": "true"}
    body = {"email": world.ana.email, "password": "errada-errada"}

    wrong = browser.post("/entrar", body, headers=in_place)
    right = browser.post("/entrar", body | {"password": PASSWORD}, headers=in_place)

    assert wrong.status_code == 401 and 'id="content"' in wrong.content.decode()
    assert (right.status_code, right.headers["HX-Redirect"]) == (204, "/") and "Location" not in right.headers
    assert "session" in right.cookies


def test_a_page_open_for_too_long_says_so_in_place(world: Any, browser_at: Any) -> None:
    browser = browser_at("localhost", enforce_csrf_checks=True)

    answer = browser.post("/criar-conta", FORM, headers={"HX-Request": "true", "HX-Boosted": "true"})

    assert answer.status_code == 403 and "data-toast" in answer.content.decode()


def test_the_redirect_to_a_business_passes_the_browsers_policy(anybody: Any) -> None:
    for path in ("/entrar", "/criar-conta"):
        policy = anybody.get(path).headers["Content-Security-Policy"]
        assert "form-action 'self' http://*.localhost:8000" in policy


# The address -----------------------------------------------------------------------------------------


def test_the_name_proposes_an_address(anybody: Any) -> None:
    page = anybody.get("/criar-conta/endereco", {"business_name": "Salão da Júlia & Cia"}).content.decode()

    assert 'value="salao-da-julia-cia"' in page and "Livre" in page


def test_a_taken_name_proposes_the_next_free_address(anybody: Any) -> None:
    page = anybody.get("/criar-conta/endereco", {"business_name": "Barbearia do Zé"}).content.decode()

    assert 'value="barbearia-do-ze-2"' in page


def test_an_address_written_by_hand_is_kept_and_checked(anybody: Any) -> None:
    ask = {"business_name": "Outro Nome", "slug": "barbearia-do-ze", "own": "1"}
    page = anybody.get("/criar-conta/endereco", ask).content.decode()

    assert 'value="barbearia-do-ze"' in page and "Usar barbearia-do-ze-2" in page


def test_any_address_asked_for_gets_an_answer(anybody: Any) -> None:
    for value in ("", "---", "ç" * 300, "a\x00b", "<script>", "🙂", "-x"):
        for own in ("", "1"):
            answer = anybody.get("/criar-conta/endereco", {"business_name": value, "slug": value, "own": own})
            assert answer.status_code == 200 and "<script>" not in answer.content.decode()
