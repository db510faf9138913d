"""Tokens: bound to one business, checked against membership at every call, rotated, ended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.utils import get_md5_hash_password

from apps.accounts import hosts, tokens
from apps.accounts.models import Membership, RefreshFamily, User

API = "/api/v1"


def test_a_token_of_another_business_is_refused_for_a_person_of_both(world: Any, api_for: Any) -> None:
    Membership.objects.create(user=world.ana, tenant=world.rival, role="owner")
    here, there = api_for(world.ana, world.tenant), api_for(world.ana, world.rival)
    there.token, own = here.token, there.token

    assert there.get(f"{API}/agents").status_code == 401
    there.token = own
    assert there.get(f"{API}/agents").status_code == 200


def test_a_token_says_nothing_on_another_businesss_host(world: Any, as_ana: Any, as_celia: Any) -> None:
    as_celia.token = as_ana.token
    answer = as_celia.get(f"{API}/auth/me")

    assert answer.status_code == 401 and answer.json()["code"] == "token_not_valid"


def test_a_businesss_token_is_good_for_auth_on_the_public_host(public: Any, as_ana: Any) -> None:
    public.token = as_ana.token

    assert public.get(f"{API}/auth/me").json()["tenant"]["slug"] == "barbearia-do-ze"
    assert {public.get(f"{API}/{path}").status_code for path in ("agents", "users", "conversations")} == {404}


def test_a_token_without_a_business_opens_none(world: Any, as_ana: Any) -> None:
    as_ana.token = tokens.access_token(world.ana, None)

    assert as_ana.get(f"{API}/agents").status_code == 401


def test_a_member_removed_loses_the_token_at_once(world: Any, as_bruno: Any) -> None:
    before = as_bruno.get(f"{API}/conversations").status_code
    Membership.objects.filter(user=world.bruno, tenant=world.tenant).delete()

    assert before == 200 and as_bruno.get(f"{API}/conversations").status_code == 401


def test_a_role_changed_counts_at_once(world: Any, as_bruno: Any) -> None:
    before = as_bruno.get(f"{API}/channels").status_code
    Membership.objects.filter(user=world.bruno).update(role="admin")

    assert before == 403 and as_bruno.get(f"{API}/channels").status_code == 200


def test_a_person_deactivated_loses_the_token_at_once(world: Any, as_bruno: Any) -> None:
    User.objects.filter(pk=world.bruno.pk).update(is_active=False)

    assert as_bruno.get(f"{API}/conversations").status_code == 401


def _forged(world: Any, **options: Any) -> str:
    claims = {
        "token_type": "access",
        "exp": timezone.now() + timedelta(minutes=5),
        "jti": "x",
        "user_id": str(world.ana.pk),
        api_settings.REVOKE_TOKEN_CLAIM: get_md5_hash_password(world.ana.password),
        "tid": world.tenant.pk,
    }
    return jwt.encode(claims, options.pop("key", settings.SECRET_KEY), algorithm=options.pop("algorithm", "HS256"))


def test_a_forged_token_is_refused(world: Any, as_ana: Any) -> None:
    outcomes = {}
    for name, options in {
        "ours": {},
        "none": {"key": None, "algorithm": "none"},
        "other key": {"key": "k" * 40},
    }.items():
        as_ana.token = _forged(world, **options)
        outcomes[name] = as_ana.get(f"{API}/agents").status_code

    assert outcomes == {"ours": 200, "none": 401, "other key": 401}


@pytest.mark.parametrize("token", ["x", "a.b.c", "é", "null", "eyJhbGciOiJIUzI1NiJ9.e30.x", "." * 5000])
def test_garbage_is_401(as_ana: Any, token: str) -> None:
    as_ana.token = token.encode().decode("latin-1")

    assert as_ana.get(f"{API}/agents").status_code == 401


def test_a_refresh_token_is_no_access_token(world: Any, as_ana: Any) -> None:
    as_ana.token = tokens.issue(world.ana, world.tenant)["refresh"]

    assert as_ana.get(f"{API}/agents").status_code == 401


def test_access_lasts_a_quarter_of_an_hour_and_refresh_a_week(world: Any) -> None:
    pair = tokens.issue(world.ana, world.tenant)
    lives = [jwt.decode(pair[kind], options={"verify_signature": False}) for kind in ("access", "refresh")]

    assert [claims["exp"] - claims["iat"] for claims in lives] == [15 * 60, 7 * 24 * 3600]


# Refresh -------------------------------------------------------------------------------------------


@pytest.fixture
def refresh(world: Any) -> str:
    return tokens.issue(world.ana, world.tenant)["refresh"]


@pytest.mark.parametrize("path", ["refresh", "refresh-token"])
def test_refreshing_gives_a_new_pair(public: Any, refresh: str, path: str) -> None:
    body = public.post(f"{API}/auth/{path}", {"refresh": refresh}).json()

    assert body["refresh"] != refresh
    assert type(public)(body["tenant"]["host"], token=body["access"]).get(f"{API}/agents").status_code == 200
    assert public.post(f"{API}/auth/{path}", {"refresh": body["refresh"]}).status_code == 200


def test_an_old_refresh_token_ends_the_whole_family(public: Any, refresh: str) -> None:
    newest = public.post(f"{API}/auth/refresh", {"refresh": refresh}).json()["refresh"]

    assert public.post(f"{API}/auth/refresh", {"refresh": refresh}).status_code == 401
    assert public.post(f"{API}/auth/refresh", {"refresh": newest}).status_code == 401
    assert RefreshFamily.objects.get().ended_at is not None


def test_a_refresh_token_of_another_business_is_refused_and_not_used_up(
    as_celia: Any, public: Any, refresh: str
) -> None:
    as_celia.token = ""

    assert as_celia.post(f"{API}/auth/refresh", {"refresh": refresh}).status_code == 401
    assert public.post(f"{API}/auth/refresh", {"refresh": refresh}).status_code == 200


@pytest.mark.parametrize("what", ["membership", "person"])
def test_who_is_gone_refreshes_nothing(world: Any, public: Any, refresh: str, what: str) -> None:
    if what == "membership":
        Membership.objects.filter(user=world.ana).delete()
    else:
        User.objects.filter(pk=world.ana.pk).update(is_active=False)

    assert public.post(f"{API}/auth/refresh", {"refresh": refresh}).status_code == 401


def test_signing_out_ends_the_family(public: Any, refresh: str) -> None:
    assert public.post(f"{API}/auth/logout", {"refresh": refresh}).status_code == 204
    assert public.post(f"{API}/auth/refresh", {"refresh": refresh}).status_code == 401
    assert public.post(f"{API}/auth/logout", {"refresh": "never issued"}).status_code == 204


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "\ud800", None, 7, ["x"]])
def test_garbage_refreshes_nothing(public: Any, token: Any) -> None:
    assert public.post(f"{API}/auth/refresh", {"refresh": token}).status_code in (400, 401)


def test_an_access_token_refreshes_nothing(public: Any, as_ana: Any) -> None:
    assert public.post(f"{API}/auth/refresh", {"refresh": as_ana.token}).status_code == 401


@pytest.mark.committed
def test_of_ten_refreshes_at_once_one_wins_and_the_family_is_over(world: Any, together: Any) -> None:
    refresh = tokens.issue(world.ana, world.tenant)["refresh"]

    def attempt() -> int:
        body = {"refresh": refresh}
        return Client().post(f"{API}/auth/refresh", body, "application/json", HTTP_HOST="localhost").status_code

    assert sorted(together(*[attempt] * 10)) == [200] + [401] * 9
    assert RefreshFamily.objects.get().ended_at is not None


def test_who_am_i_without_a_token_is_401(public: Any, world: Any, browser_at: Any) -> None:
    answer = public.get(f"{API}/auth/me")

    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert browser_at(hosts.host_of(world.tenant)).get(f"{API}/auth/me").status_code == 401
