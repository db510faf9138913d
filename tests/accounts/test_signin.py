"""Proving who someone is: passwords, limits, and what a stranger may learn."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts import hashers, hosts
from apps.accounts.models import Membership, SignInFailure, User
from tests.conftest import PASSWORD

LOGIN = "/api/v1/auth/login"
ANA = {"email": "ana@example.com", "password": PASSWORD}
WRONG = ANA | {"password": "não é esta"}


def test_a_member_signs_in_and_the_token_opens_the_business(public: Any, api_for: Any) -> None:
    body = public.post(LOGIN, ANA).json()

    assert body["tenant"]["slug"] == "barbearia-do-ze" and body["user"]["email"] == "ana@example.com"
    assert type(public)(body["tenant"]["host"], token=body["access"]).get("/api/v1/agents").status_code == 200


def test_the_email_counts_in_any_case(public: Any) -> None:
    assert public.post(LOGIN, ANA | {"email": " Ana@Example.COM "}).status_code == 200


def test_several_businesses_ask_which_one(world: Any, public: Any) -> None:
    Membership.objects.create(user=world.ana, tenant=world.rival, role="attendant")
    answer = public.post(LOGIN, ANA)

    assert answer.status_code == 409 and answer.json()["code"] == "choose_business"
    assert {tenant["slug"] for tenant in answer.json()["tenants"]} == {"barbearia-do-ze", "salao-da-celia"}
    assert public.post(LOGIN, ANA | {"tenant": "salao-da-celia"}).json()["tenant"]["slug"] == "salao-da-celia"


def test_a_business_one_does_not_belong_to_is_refused(public: Any, as_celia: Any, world: Any) -> None:
    assert public.post(LOGIN, ANA | {"tenant": "salao-da-celia"}).status_code == 403
    as_celia.token = ""
    assert as_celia.post(LOGIN, ANA).status_code == 403


def test_an_unknown_email_is_told_the_same_as_a_wrong_password(public: Any) -> None:
    wrong, unknown = public.post(LOGIN, WRONG), public.post(LOGIN, WRONG | {"email": "nobody@example.com"})

    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert wrong.content == unknown.content and wrong.headers.keys() == unknown.headers.keys()


@pytest.mark.parametrize("email", ["ana@example.com", "nobody@example.com", "gone@example.com"])
def test_every_refusal_costs_one_hash(public: Any, monkeypatch: Any, email: str) -> None:
    User.objects.create_user("gone@example.com", "outra", name="Gone", is_active=False)
    hashed, encode = [], hashers.Bcrypt12.encode
    monkeypatch.setattr(hashers.Bcrypt12, "encode", lambda *args: hashed.append(args) or encode(*args))

    public.post(LOGIN, WRONG | {"email": email})
    assert len(hashed) == 1


def test_a_deactivated_person_is_told_the_same_as_a_wrong_password(world: Any, public: Any) -> None:
    wrong = public.post(LOGIN, WRONG)
    User.objects.filter(pk=world.ana.pk).update(is_active=False)

    assert public.post(LOGIN, ANA).content == wrong.content


def test_five_failures_close_the_door_for_a_quarter_of_an_hour(public: Any) -> None:
    assert [public.post(LOGIN, WRONG).status_code for _ in range(6)] == [401] * 5 + [429]

    refused = public.post(LOGIN, ANA)
    assert refused.status_code == 429 and 0 < int(refused.headers["Retry-After"]) <= 900
    SignInFailure.objects.update(at=timezone.now() - timedelta(minutes=15, seconds=1))
    assert public.post(LOGIN, ANA).status_code == 200


def test_the_limit_is_one_for_all_doors(world: Any, public: Any, browser_at: Any) -> None:
    browser = browser_at(hosts.host_of(world.tenant))
    for _ in range(3):
        public.post(LOGIN, WRONG)
        browser.post("/entrar", WRONG)

    assert browser.post("/entrar", ANA).status_code == 429


def test_other_people_and_other_addresses_are_not_locked_out(world: Any, public: Any) -> None:
    for _ in range(6):
        public.post(LOGIN, WRONG)

    assert public.post(LOGIN, ANA | {"email": "bruno@example.com"}).status_code == 200
    elsewhere = Client(REMOTE_ADDR="203.0.113.9").post(
        LOGIN, ANA, content_type="application/json", HTTP_HOST="localhost"
    )
    assert elsewhere.status_code == 200


def test_one_address_may_not_try_many_accounts(public: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("apps.accounts.signin.MAX_FAILURES_PER_IP", 3)
    tries = [public.post(LOGIN, WRONG | {"email": f"someone{n}@example.com"}).status_code for n in range(4)]

    assert tries == [401, 401, 401, 429]


def test_a_forwarded_address_is_not_believed(public: Any) -> None:
    tries = [public.post(LOGIN, WRONG, X_Forwarded_For=f"198.51.100.{n}").status_code for n in range(7)]

    assert tries == [401] * 5 + [429] * 2


def test_behind_one_proxy_only_what_it_wrote_counts(public: Any, settings: Any) -> None:
    settings.NUM_PROXIES = 1
    tries = [public.post(LOGIN, WRONG, X_Forwarded_For=f"198.51.100.{n}, 203.0.113.7").status_code for n in range(6)]

    assert tries == [401] * 5 + [429]
    assert public.post(LOGIN, ANA, X_Forwarded_For="203.0.113.8").status_code == 200


@pytest.mark.committed
def test_fifty_at_once_get_exactly_five_tries(public: Any, together: Any) -> None:
    def attempt(number: int) -> int:
        client = Client(headers={"X-Forwarded-For": f"198.51.100.{number}"})
        return client.post(LOGIN, WRONG, content_type="application/json", HTTP_HOST="localhost").status_code

    tries = together(*[lambda n=n: attempt(n) for n in range(50)])
    assert sorted(tries) == [401] * 5 + [429] * 45


@pytest.mark.committed
def test_many_devices_of_one_person_at_once_are_all_let_in(public: Any, together: Any) -> None:
    """An attempt under way is no failure yet."""
    login = [lambda: Client().post(LOGIN, ANA, content_type="application/json", HTTP_HOST="localhost").status_code]

    assert together(*login * 12) == [200] * 12
    assert not SignInFailure.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "text",
        {"email": None, "password": None},
        {"email": ["a"], "password": {}},
        {"email": "a\x00b@example.com", "password": "x\x00"},
        {"email": "\ud800@example.com", "password": "x"},
        {"email": "ana@example.com", "password": "\udfff"},
        {"email": "a" * 5000, "password": "p" * 5000},
        {"email": "ana@example.com", "password": "x", "tenant": "' OR 1=1 --"},
    ],
)
def test_bad_input_is_a_client_error(public: Any, body: Any) -> None:
    answer = public.post(LOGIN, body)

    assert answer.status_code in (400, 401) and {"code", "detail"} <= answer.json().keys()


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"\xff\xfe", b"[" * 50_000, b'{"a":' * 50_000, b'{"email": NaN}', b"1" * 5000]
)
def test_unreadable_json_is_400_with_our_error_body(public: Any, raw: bytes) -> None:
    answer = public.client.post(LOGIN, raw, content_type="application/json", HTTP_HOST="localhost")

    assert answer.status_code == 400 and {"code", "detail"} <= answer.json().keys()


@pytest.mark.parametrize("field", ["name", "business_name", "email", "password", "timezone", "slug"])
@pytest.mark.parametrize("value", ["\ud800", "x\x00y", 7, ["x"], {"a": 1}, None, "x" * 10_000])
def test_strange_values_never_break_registration(public: Any, field: str, value: Any) -> None:
    wish = {"name": "Davi", "email": "davi@example.com", "password": "senha-boa-123", "business_name": "Oficina"}
    answer = public.post("/api/v1/auth/register", wish | {field: value})

    assert answer.status_code in (201, 400), answer.content
