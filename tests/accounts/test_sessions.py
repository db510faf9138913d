"""Browser sessions: opened by a password or a single-use link, for one business, on its own host."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.accounts import hosts, signin
from apps.accounts.models import Entrance, Membership, User
from tests.conftest import PASSWORD

API = "/api/v1"


def _path(link: str) -> str:
    return "/entrar/" + link.rpartition("/")[2]


def test_a_link_opens_a_session_on_the_businesss_host(world: Any, browser_at: Any) -> None:
    browser, link = browser_at(hosts.host_of(world.tenant)), signin.open_door(world.ana, world.tenant)

    assert link.startswith(f"http://{hosts.host_of(world.tenant)}")
    assert browser.get(_path(link)).headers["Location"] == "/"
    assert browser.get("/conversas").status_code == 200


def test_a_link_works_once(world: Any, browser_at: Any) -> None:
    path = _path(signin.open_door(world.ana, world.tenant))
    browser_at(hosts.host_of(world.tenant)).get(path)
    second = browser_at(hosts.host_of(world.tenant))

    assert second.get(path).headers["Location"] == "/entrar"
    assert second.get("/conversas").status_code == 302


def test_a_link_works_for_a_minute(world: Any, browser_at: Any) -> None:
    path, browser = _path(signin.open_door(world.ana, world.tenant)), browser_at(hosts.host_of(world.tenant))
    life = Entrance.objects.get().expires_at - timezone.now()
    Entrance.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert timedelta(seconds=50) < life <= timedelta(seconds=60)
    assert browser.get(path).headers["Location"] == "/entrar"


def test_a_link_opens_nothing_on_another_businesss_host(world: Any, browser_at: Any) -> None:
    Membership.objects.create(user=world.ana, tenant=world.rival, role="owner")
    path, browser = _path(signin.open_door(world.ana, world.tenant)), browser_at(hosts.host_of(world.rival))

    assert browser.get(path).headers["Location"] == "/entrar"
    assert browser.get("/conversas").status_code == 302


def test_a_link_is_404_on_the_public_host_and_stays_good(world: Any, browser_at: Any) -> None:
    path = _path(signin.open_door(world.ana, world.tenant))

    assert browser_at("localhost").get(path).status_code == 404
    assert browser_at(hosts.host_of(world.tenant)).get(path).headers["Location"] == "/"


def test_a_link_is_made_only_for_a_member(world: Any) -> None:
    import pytest

    with pytest.raises(signin.NotAMember):
        signin.open_door(world.celia, world.tenant)


def test_a_session_opens_nothing_on_another_businesss_host(world: Any, browser_for: Any, browser_at: Any) -> None:
    Membership.objects.create(user=world.ana, tenant=world.rival, role="owner")  # she belongs to both
    carried = browser_at(hosts.host_of(world.rival))
    carried.cookies = browser_for(world.ana, world.tenant).cookies

    assert carried.get("/conversas").status_code == 403
    assert carried.get(f"{API}/agents").status_code in (401, 403)


def test_the_session_cookie_names_no_domain(world: Any, browser_for: Any) -> None:
    cookie = browser_for(world.ana, world.tenant).cookies["session"]

    assert cookie["domain"] == "" and cookie["httponly"] is True and cookie["samesite"] == "Lax"


def test_a_member_removed_is_out_at_the_next_request(world: Any, browser_for: Any) -> None:
    browser = browser_for(world.bruno, world.tenant)
    before = browser.get("/conversas").status_code
    Membership.objects.filter(user=world.bruno, tenant=world.tenant).delete()

    assert before == 200
    assert browser.get("/conversas").status_code == 403
    assert browser.get(f"{API}/conversations").status_code in (401, 403)


def test_a_person_deactivated_is_out_at_the_next_request(world: Any, browser_for: Any) -> None:
    browser = browser_for(world.bruno, world.tenant)
    User.objects.filter(pk=world.bruno.pk).update(is_active=False)

    assert browser.get("/conversas").status_code == 302
    assert browser.get(f"{API}/conversations").status_code in (401, 403)


def test_a_new_password_ends_other_sessions(world: Any, browser_for: Any) -> None:
    browser, user = browser_for(world.bruno, world.tenant), User.objects.get(pk=world.bruno.pk)
    user.set_password("outra-senha-456")
    user.save(update_fields=["password"])

    assert browser.get("/conversas").status_code == 302


def test_signing_in_changes_the_session_key(world: Any, browser_at: Any) -> None:
    browser = browser_at(hosts.host_of(world.tenant))
    browser.session.save()
    planted = browser.cookies["session"].value
    browser.post("/entrar", {"email": "ana@example.com", "password": PASSWORD})

    assert browser.cookies["session"].value != planted


def test_signing_out_ends_the_session_for_good(world: Any, browser_for: Any, browser_at: Any) -> None:
    browser, copy = browser_for(world.ana, world.tenant), browser_at(hosts.host_of(world.tenant))
    copy.cookies["session"] = browser.cookies["session"].value

    assert browser.post("/sair").headers["Location"] == "/entrar"
    assert copy.get("/conversas").status_code == 302


def test_signing_out_wants_a_post(world: Any, browser_for: Any) -> None:
    browser = browser_for(world.ana, world.tenant)

    assert browser.get("/sair").status_code == 405 and browser.get("/conversas").status_code == 200


def test_forms_without_a_csrf_token_are_refused(world: Any, browser_for: Any, browser_at: Any) -> None:
    strict = browser_at(hosts.host_of(world.tenant), enforce_csrf_checks=True)
    strict.cookies["session"] = browser_for(world.ana, world.tenant).cookies["session"].value

    assert strict.post("/sair").status_code == 403
    assert strict.post(f"{API}/agents", {"name": "x"}, content_type="application/json").status_code == 403
    assert strict.get("/conversas").status_code == 200


def test_the_public_sign_in_leads_to_the_persons_business(world: Any, browser_at: Any) -> None:
    answer = browser_at("localhost").post("/entrar", {"email": "ana@example.com", "password": PASSWORD})

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"http://{hosts.host_of(world.tenant)}")


def test_a_person_of_several_businesses_chooses(world: Any, browser_at: Any) -> None:
    Membership.objects.create(user=world.ana, tenant=world.rival, role="attendant")
    page = browser_at("localhost").post("/entrar", {"email": "ana@example.com", "password": PASSWORD})

    assert page.status_code == 200
    assert hosts.host_of(world.tenant) in page.content.decode() and hosts.host_of(world.rival) in page.content.decode()


def test_a_stranger_with_a_good_password_stays_outside(world: Any, browser_at: Any) -> None:
    browser = browser_at(hosts.host_of(world.tenant))
    answer = browser.post("/entrar", {"email": "celia@example.com", "password": PASSWORD})

    assert answer.status_code == 403 and "Barbearia do Zé" not in browser.get("/conversas").content.decode()


def test_the_page_after_signing_in_is_never_elsewhere(world: Any, browser_at: Any) -> None:
    browser = browser_at(hosts.host_of(world.tenant))
    form = {"email": "ana@example.com", "password": PASSWORD, "next": "//evil.example/x"}

    assert browser.post("/entrar", form).headers["Location"] == "/"
