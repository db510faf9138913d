"""What people change of themselves and of each other, by API and on "Minha conta"."""

from __future__ import annotations

import contextlib
import threading
from typing import Any

import pytest
from django.db import connection

from apps.accounts import hosts, people, presence, signin, tokens
from apps.accounts.errors import BadToken
from apps.accounts.models import Membership, RefreshFamily, User
from apps.audit.models import Entry
from tests.conftest import PASSWORD

NEW = "outra-senha-456"
CHANGE = {"password": NEW, "current_password": PASSWORD}


def _user(person: User) -> str:
    return f"/api/v1/users/{person.pk}"


def _place(person: User, tenant: Any) -> Membership:
    return Membership.objects.get(user=person, tenant=tenant)


@pytest.fixture
def admin(world: Any) -> User:
    user = User.objects.create_user("eva@example.com", PASSWORD, name="Eva Reis")
    Membership.objects.create(user=user, tenant=world.tenant, role="admin")
    return user


@pytest.fixture
def as_admin(world: Any, admin: User, api_for: Any) -> Any:
    return api_for(admin, world.tenant)


# Oneself -------------------------------------------------------------------------------------------


def test_anybody_changes_their_own_name_and_language(as_bruno: Any, world: Any) -> None:
    answer = as_bruno.patch(_user(world.bruno), {"name": "Bruno Lima Filho", "language": "en"})

    assert (answer.status_code, answer.json()["name"]) == (200, "Bruno Lima Filho")
    assert User.objects.get(pk=world.bruno.pk).language == "en"
    entry = Entry.objects.get(action="person.changed")
    assert (entry.actor_id, entry.data["fields"]) == (world.bruno.pk, ["name", "language"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"language": "tlh"}, "language"),
        ({"role": "king"}, "role"),
        ({"is_active": "maybe"}, "is_active"),
        ({"password": NEW}, "current_password"),
        ({"password": "123", "current_password": PASSWORD}, "password"),
    ],
)
def test_what_is_malformed_is_said_beside_its_field(as_bruno: Any, world: Any, body: Any, field: str) -> None:
    answer = as_bruno.patch(_user(world.bruno), body)

    assert (answer.status_code, answer.json()["code"], list(answer.json()["fields"])) == (400, "invalid", [field])


def test_a_new_password_ends_what_the_old_one_opened(as_bruno: Any, world: Any, public: Any) -> None:
    pair, link = tokens.issue(world.bruno, world.tenant), signin.open_door(world.bruno, world.tenant)
    assert as_bruno.patch(_user(world.bruno), CHANGE).status_code == 200

    login = {"email": world.bruno.email, "password": PASSWORD}
    assert public.post("/api/v1/auth/login", login).status_code == 401
    assert public.post("/api/v1/auth/login", login | {"password": NEW}).status_code == 200
    assert public.post("/api/v1/auth/refresh", {"refresh": pair["refresh"]}).status_code == 401
    with pytest.raises(BadToken):
        signin.walk_in(link.rpartition("/")[2], tenant=world.tenant)
    with_old = as_bruno.get(_user(world.bruno))
    assert (with_old.status_code, with_old.json()["code"]) == (401, "token_not_valid")
    assert Entry.objects.get(action="person.password_changed").data == {}


def test_without_the_current_password_there_is_no_new_one_and_few_tries(as_bruno: Any, world: Any) -> None:
    wrong = CHANGE | {"current_password": "não é esta", "name": "Outro"}
    answers = [as_bruno.patch(_user(world.bruno), wrong) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert answers[0].json()["code"] == "wrong_password" and list(answers[0].json()["fields"]) == ["current_password"]
    bruno = User.objects.get(pk=world.bruno.pk)
    assert bruno.check_password(PASSWORD) and bruno.name == "Bruno Lima"


@pytest.mark.parametrize("body", [{"name": "Outro"}, {"language": "en"}, CHANGE])
def test_nobody_writes_another_person(as_ana: Any, world: Any, body: Any) -> None:
    answer = as_ana.patch(_user(world.bruno), body | {"role": "admin"})

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert _place(world.bruno, world.tenant).role == "attendant"


# Each other ----------------------------------------------------------------------------------------


def test_an_owner_gives_a_role(as_ana: Any, world: Any) -> None:
    answer = as_ana.patch(_user(world.bruno), {"role": "supervisor"})

    assert (answer.status_code, answer.json()["role"]) == (200, "supervisor")
    entry = Entry.objects.get(action="member.role_changed")
    assert (entry.actor_id, entry.target) == (world.ana.pk, f"accounts.user:{world.bruno.pk}")
    assert entry.data == {"before": "attendant", "after": "supervisor"}


def test_a_closed_place_opens_nothing_here_and_changes_nothing_elsewhere(
    as_ana: Any, as_bruno: Any, world: Any, browser_for: Any, public: Any
) -> None:
    Membership.objects.create(user=world.bruno, tenant=world.rival, role="attendant")
    pair, browser = tokens.issue(world.bruno, world.tenant), browser_for(world.bruno, world.tenant)
    presence.seen(_place(world.bruno, world.tenant))
    answer = as_ana.patch(_user(world.bruno), {"is_active": False})

    assert (answer.status_code, answer.json()["is_active"]) == (200, False)
    assert as_bruno.get("/api/v1/users").status_code == 401
    assert browser.get("/conversas").status_code == 403
    assert public.post("/api/v1/auth/refresh", {"refresh": pair["refresh"]}).status_code == 401
    assert world.bruno not in [member.user for member in presence.online(world.tenant)]
    login = public.post("/api/v1/auth/login", {"email": world.bruno.email, "password": PASSWORD})
    assert login.json()["tenant"]["slug"] == "salao-da-celia"
    assert Entry.objects.filter(action="member.deactivated").count() == 1
    as_ana.patch(_user(world.bruno), {"is_active": True})
    assert as_bruno.get("/api/v1/users").status_code == 200


def test_no_conversation_goes_to_a_closed_place(as_ana: Any, asked: Any, world: Any) -> None:
    as_ana.patch(_user(world.bruno), {"is_active": False})
    answer = as_ana.post(f"/api/v1/conversations/{asked.pk}/transfer", {"user": world.bruno.pk})

    assert answer.status_code in (404, 422)
    asked.refresh_from_db()
    assert asked.assignee_id is None


@pytest.mark.parametrize(
    ("role", "status"), [("admin", 200), ("supervisor", 403), ("attendant", 403), ("professional", 403)]
)
def test_only_managers_give_roles(as_admin: Any, admin: User, world: Any, role: str, status: int) -> None:
    Membership.objects.filter(user=admin).update(role=role)

    assert as_admin.patch(_user(world.bruno), {"role": "supervisor"}).status_code == status


def test_nobody_raises_themselves(as_bruno: Any, world: Any) -> None:
    assert as_bruno.patch(_user(world.bruno), {"role": "admin"}).status_code == 403


@pytest.mark.parametrize("body", [{"role": "attendant"}, {"is_active": False}])
def test_an_administrator_does_not_touch_an_owner(as_admin: Any, world: Any, body: Any) -> None:
    assert as_admin.patch(_user(world.ana), body).status_code == 403


@pytest.mark.parametrize("person", ["bruno", "eva"])
def test_an_administrator_makes_no_owner(as_admin: Any, admin: User, world: Any, person: str) -> None:
    assert as_admin.patch(_user(world.bruno if person == "bruno" else admin), {"role": "owner"}).status_code == 403


@pytest.mark.parametrize("body", [{"role": "admin"}, {"is_active": False}])
def test_the_last_owner_stays(as_ana: Any, world: Any, body: Any) -> None:
    Membership.objects.filter(user=world.bruno).update(role="owner", is_active=False)  # one who is away is none
    answer = as_ana.patch(_user(world.ana), body)

    assert (answer.status_code, answer.json()["code"]) == (409, "last_owner")
    assert _place(world.ana, world.tenant).role == "owner"


def test_an_owner_may_hand_over_and_step_back(as_ana: Any, world: Any) -> None:
    assert as_ana.patch(_user(world.bruno), {"role": "owner"}).status_code == 200
    assert as_ana.patch(_user(world.ana), {"role": "attendant"}).status_code == 200


@pytest.mark.committed
def test_two_owners_cannot_remove_each_other(world: Any, api_for: Any, together: Any, monkeypatch: Any) -> None:
    both, may_place = threading.Barrier(2), people._may_place

    def slowly(*args: Any) -> bool:
        with contextlib.suppress(threading.BrokenBarrierError):  # only one comes this far at a time
            both.wait(timeout=1)
        return may_place(*args)

    monkeypatch.setattr(people, "_may_place", slowly)
    Membership.objects.filter(user=world.bruno).update(role="owner")
    ana, bruno = api_for(world.ana, world.tenant), api_for(world.bruno, world.tenant)
    answers = together(
        lambda: ana.patch(_user(world.bruno), {"role": "attendant"}),
        lambda: bruno.patch(_user(world.ana), {"role": "attendant"}),
    )

    assert sorted(answer.status_code for answer in answers) == [200, 403]
    assert Membership.objects.filter(tenant=world.tenant, role="owner").count() == 1


def test_people_of_other_businesses_are_not_there(as_ana: Any, as_celia: Any, world: Any) -> None:
    assert as_celia.patch(_user(world.bruno), {"role": "owner"}).status_code == 404
    assert as_ana.patch(_user(world.celia), {"is_active": False}).status_code == 404


# Minha conta ---------------------------------------------------------------------------------------


@pytest.fixture
def browser(world: Any, browser_for: Any) -> Any:
    return browser_for(world.bruno, world.tenant)


@pytest.mark.parametrize("role", list(Membership.Role))
def test_every_member_reaches_their_account_from_the_menu(browser: Any, world: Any, role: str) -> None:
    Membership.objects.filter(user=world.bruno).update(role=role)
    page = browser.get("/conta").content.decode()

    assert 'href="/conta"' in page and "Minha conta" in page and 'value="Bruno Lima"' in page


def test_the_name_is_saved(browser: Any, world: Any) -> None:
    page = browser.post("/conta", {"name": "Bruno L."}, follow=True).content.decode()

    assert User.objects.get(pk=world.bruno.pk).name == "Bruno L." and "Sua conta foi salva" in page


def test_screens_are_offered_and_shown_in_complete_languages_only(browser: Any, as_bruno: Any, world: Any) -> None:
    assert as_bruno.patch(_user(world.bruno), {"language": "en"}).status_code == 200

    page = browser.get("/conta").content.decode()

    assert "English" not in page and "Minha conta" in page
    browser.post("/conta", {"name": "Bruno L."})
    assert User.objects.get(pk=world.bruno.pk).language == "en"  # what the API was told stays


def test_a_wrong_form_keeps_what_was_typed_and_changes_nothing(browser: Any, world: Any) -> None:
    answer = browser.post("/conta", {"name": " "})

    assert answer.status_code == 422 and "obrigatório" in answer.content.decode()
    assert User.objects.get(pk=world.bruno.pk).name == "Bruno Lima"


def test_changing_the_password_keeps_this_session_and_ends_the_others(
    browser: Any, browser_for: Any, world: Any
) -> None:
    other = browser_for(world.bruno, world.tenant)
    pair = tokens.issue(world.bruno, world.tenant)
    page = browser.post("/conta/senha", CHANGE, follow=True)

    assert page.status_code == 200 and "senha foi trocada" in page.content.decode()
    assert other.get("/conta").status_code == 302
    assert not RefreshFamily.objects.filter(user=world.bruno, ended_at=None).exists() and pair


@pytest.mark.parametrize(
    ("change", "status", "shown"),
    [
        ({"current_password": "não é esta"}, 422, "não é a sua senha atual"),
        ({"password": "123"}, 400, "curta"),
        ({"password": ""}, 422, "obrigatório"),
    ],
)
def test_a_refused_password_is_explained_beside_its_field(
    browser: Any, world: Any, change: Any, status: int, shown: str
) -> None:
    answer = browser.post("/conta/senha", CHANGE | change)

    assert answer.status_code == status and shown in answer.content.decode()
    assert PASSWORD not in answer.content.decode() and NEW not in answer.content.decode()
    assert User.objects.get(pk=world.bruno.pk).check_password(PASSWORD)


def test_the_rivals_owner_has_no_account_here(world: Any, browser_at: Any, browser_for: Any) -> None:
    browser = browser_at(hosts.host_of(world.tenant))
    browser.cookies = browser_for(world.celia, world.rival).cookies

    assert browser.get("/conta").status_code in (302, 403)
    assert connection.schema_name == "public"
