"""Every door and who may open it: a route that is not declared here fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from apps.accounts import hosts, tokens
from apps.accounts.models import Membership
from apps.accounts.roles import MATRIX, Permission
from apps.chat.models import Conversation
from config.urls.sockets import routes as sockets

P = Permission
OPEN = "open"  # anybody: signing in, documents, health, signed webhooks
MEMBER = "member"  # every member, whatever the role

# path → {method: who}; {…} stand for ids.
AUTH = {
    "auth/login": {"POST": OPEN},
    "auth/refresh": {"POST": OPEN},
    "auth/refresh-token": {"POST": OPEN},
    "auth/logout": {"POST": OPEN},
    "auth/me": {"GET": OPEN},
}
DOCUMENTS = {"schema": {"GET": OPEN}, "docs": {"GET": OPEN}}
TENANT_API: dict[str, dict[str, Any]] = {
    "users": {"GET": MEMBER},
    "users/online": {"GET": MEMBER},
    "users/{pk}": {"GET": MEMBER, "PATCH": MEMBER},
    "channels": {"GET": P.MANAGE_BUSINESS, "POST": P.MANAGE_BUSINESS},
    "channels/{pk}": {"GET": P.MANAGE_BUSINESS, "PATCH": P.MANAGE_BUSINESS, "DELETE": P.MANAGE_BUSINESS},
    "channels/{pk}/check": {"POST": P.MANAGE_BUSINESS},
    "conversations": {"GET": P.VIEW_INBOX},
    "conversations/stats": {"GET": P.VIEW_INBOX},
    "conversations/{pk}": {"GET": P.VIEW_INBOX, "PUT": P.ANSWER, "PATCH": P.ANSWER},
    "conversations/{pk}/takeover": {"POST": P.ANSWER},
    "conversations/{pk}/release": {"POST": P.ANSWER},
    "conversations/{pk}/transfer": {"POST": P.ANSWER},
    "conversations/{pk}/close": {"POST": P.ANSWER},
    "messages": {"GET": P.VIEW_INBOX, "POST": P.ANSWER},
    "messages/{pk}": {"GET": P.VIEW_INBOX},
    "messages/{pk}/read": {"PATCH": P.ANSWER},
    "messages/{pk}/retry": {"POST": P.ANSWER},
    "media": {"POST": P.ANSWER},
    "media/{pk}": {"GET": P.VIEW_INBOX},
    "media/{pk}/fetch": {"POST": P.ANSWER},
    "chat/conversation": {"POST": P.ANSWER},
    "chat/send": {"POST": P.ANSWER},
    "chat/messages/{conversation_id}": {"GET": P.VIEW_INBOX},
    "whatsapp/send": {"POST": P.ANSWER},
    "whatsapp/templates": {"GET": P.VIEW_INBOX, "POST": P.MANAGE_BUSINESS},
    "whatsapp/sessions": {"GET": P.VIEW_INBOX},
    "agents": {"GET": P.VIEW_INBOX, "POST": P.MANAGE_BUSINESS},
    "agents/budget": {"GET": P.MANAGE_BUSINESS, "PUT": P.MANAGE_BUSINESS},
    "agents/{pk}": {
        "GET": P.VIEW_INBOX,
        "PUT": P.MANAGE_BUSINESS,
        "PATCH": P.MANAGE_BUSINESS,
        "DELETE": P.MANAGE_BUSINESS,
    },
    "agents/{pk}/toggle": {"POST": P.MANAGE_BUSINESS},
    "agents/{pk}/test": {"POST": P.MANAGE_BUSINESS},
    "agents/{pk}/stats": {"GET": P.VIEW_INBOX},
    "knowledge": {"GET": P.VIEW_INBOX, "POST": P.MANAGE_BUSINESS},
    "knowledge/search": {"POST": P.VIEW_INBOX},
    "knowledge/gaps": {"GET": P.VIEW_INBOX},
    "knowledge/gaps/{pk}/teach": {"POST": P.MANAGE_BUSINESS},
    "knowledge/gaps/{pk}/dismiss": {"POST": P.MANAGE_BUSINESS},
    "knowledge/{pk}": {
        "GET": P.VIEW_INBOX,
        "PUT": P.MANAGE_BUSINESS,
        "PATCH": P.MANAGE_BUSINESS,
        "DELETE": P.MANAGE_BUSINESS,
    },
    "barbearia/services": {"GET": P.VIEW_AGENDA, "POST": P.MANAGE_BUSINESS},
    "barbearia/services/{pk}": {
        "GET": P.VIEW_AGENDA,
        "PUT": P.MANAGE_BUSINESS,
        "PATCH": P.MANAGE_BUSINESS,
        "DELETE": P.MANAGE_BUSINESS,
    },
    "barbearia/professionals": {"GET": P.VIEW_AGENDA, "POST": P.MANAGE_BUSINESS},
    "barbearia/professionals/{pk}": {
        "GET": P.VIEW_AGENDA,
        "PUT": P.MANAGE_BUSINESS,
        "PATCH": P.MANAGE_BUSINESS,
        "DELETE": P.MANAGE_BUSINESS,
    },
    "barbearia/appointments": {"GET": P.VIEW_AGENDA, "POST": P.BOOK},
    "barbearia/appointments/{pk}": {"GET": P.VIEW_AGENDA, "PUT": P.BOOK, "PATCH": P.BOOK, "DELETE": P.BOOK},
    "barbearia/availability": {"GET": P.VIEW_AGENDA},
    "barbearia/opening-hours": {"GET": P.VIEW_AGENDA, "PUT": P.MANAGE_BUSINESS},
}
PUBLIC_API = {
    "auth/register": {"POST": OPEN},
    "webhooks/whatsapp": {"GET": OPEN, "POST": OPEN},
    "webhooks/whatsapp/{token}": {"GET": OPEN, "POST": OPEN},
}
SCREENS: dict[str, Any] = {
    "": OPEN,
    "entrar": OPEN,
    "entrar/{token}": OPEN,
    "sair": OPEN,
    "conta": MEMBER,
    "conta/senha": MEMBER,
    "comecar": P.MANAGE_BUSINESS,
    "comecar/sair": P.MANAGE_BUSINESS,
    "comecar/dispensar": P.MANAGE_BUSINESS,
    "comecar/{key}": P.MANAGE_BUSINESS,
    "comecar/{key}/previa": P.MANAGE_BUSINESS,
    "conversas": P.VIEW_INBOX,
    "conversas/lista": P.VIEW_INBOX,
    "conversas/{pk}": P.VIEW_INBOX,
    "conversas/{pk}/conteudo": P.VIEW_INBOX,
    "conversas/{pk}/anteriores": P.VIEW_INBOX,
    "conversas/{pk}/assumir": P.ANSWER,
    "conversas/{pk}/devolver": P.ANSWER,
    "conversas/{pk}/resolver": P.ANSWER,
    "conversas/{pk}/enviar": P.ANSWER,
    "conversas/{pk}/modelo": P.ANSWER,
    "mensagens/{pk}/reenviar": P.ANSWER,
    "mensagens/{pk}/buscar-arquivo": P.ANSWER,
    "canais": P.MANAGE_BUSINESS,
    "canais/conectar": P.MANAGE_BUSINESS,
    "canais/{pk}": P.MANAGE_BUSINESS,
    "canais/{pk}/verificar": P.MANAGE_BUSINESS,
    "canais/{pk}/desconectar": P.MANAGE_BUSINESS,
    "agentes": P.MANAGE_BUSINESS,
    "agentes/novo": P.MANAGE_BUSINESS,
    "agentes/limite": P.MANAGE_BUSINESS,
    "agentes/{pk}": P.MANAGE_BUSINESS,
    "agentes/{pk}/ligar": P.MANAGE_BUSINESS,
    "agentes/{pk}/excluir": P.MANAGE_BUSINESS,
    "agentes/testar": P.MANAGE_BUSINESS,
    "agentes/{pk}/testar": P.MANAGE_BUSINESS,
    "agenda": P.VIEW_AGENDA,
    "agenda/novo": P.BOOK,
    "agenda/{pk}": P.VIEW_AGENDA,
    "agenda/{pk}/situacao": P.BOOK,
    "agenda/{pk}/desfazer": P.BOOK,
    "agenda/{pk}/observacoes": P.BOOK,
    "agenda/{pk}/remarcar": P.BOOK,
    "agenda/bloqueios/novo": P.BOOK,
    "agenda/bloqueios/{pk}": P.VIEW_AGENDA,
    "agenda/bloqueios/{pk}/liberar": P.BOOK,
    "servicos": P.MANAGE_BUSINESS,
    "servicos/novo": P.MANAGE_BUSINESS,
    "servicos/{pk}": P.MANAGE_BUSINESS,
    "servicos/{pk}/situacao": P.MANAGE_BUSINESS,
    "servicos/{pk}/remover": P.MANAGE_BUSINESS,
    "profissionais": P.MANAGE_BUSINESS,
    "profissionais/novo": P.MANAGE_BUSINESS,
    "profissionais/{pk}": P.MANAGE_BUSINESS,
    "profissionais/{pk}/situacao": P.MANAGE_BUSINESS,
    "profissionais/{pk}/remover": P.MANAGE_BUSINESS,
    "horarios": P.MANAGE_BUSINESS,
    "clientes": P.BOOK,
    "clientes/novo": P.BOOK,
    "clientes/{pk}": P.BOOK,
    "clientes/{pk}/editar": P.BOOK,
    "conhecimento": P.VIEW_INBOX,
    "conhecimento/nova": P.MANAGE_BUSINESS,
    "conhecimento/{pk}": P.MANAGE_BUSINESS,
    "conhecimento/ler/{pk}": P.VIEW_INBOX,
    "conhecimento/{pk}/apagar": P.MANAGE_BUSINESS,
    "conhecimento/perguntas/{pk}/ensinar": P.MANAGE_BUSINESS,
    "conhecimento/perguntas/{pk}/descartar": P.MANAGE_BUSINESS,
}
PUBLIC_SCREENS = {"", "criar-conta", "criar-conta/endereco", "entrar", "entrar/{token}", "sair"}
HEALTH = {"health/live", "health/ready", "api/health"}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def _routes(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Every path of a resolver, with ids as {name}."""
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern, path)
        elif isinstance(pattern, URLPattern):
            yield _with_braces(path)


def _with_braces(path: str) -> str:
    parts = [part.rpartition(":")[2] for part in path.replace("<", "\x00<").replace(">", ">\x00").split("\x00")]
    return "".join("{" + part.strip("<>") + "}" if part.endswith(">") else part for part in parts)


def _api(urlconf: str, prefix: str) -> set[str]:
    found = _routes(get_resolver(urlconf))
    return {path.removeprefix(prefix) for path in found if path.startswith(prefix)}


# Nothing undeclared --------------------------------------------------------------------------------


def test_every_route_of_a_businesss_api_is_declared() -> None:
    declared = set(AUTH) | set(TENANT_API)

    assert _api("config.urls.tenant", "api/v1/") == declared | set(DOCUMENTS)
    assert {path for path in _api("config.urls.tenant", "api/") if not path.startswith("v1/")} == declared


def test_every_route_of_the_public_api_is_declared() -> None:
    declared = set(AUTH) | set(PUBLIC_API)

    assert _api("config.urls.public", "api/v1/") == declared | set(DOCUMENTS)


def test_every_screen_is_declared() -> None:
    tenant, public = (
        {path for path in _routes(get_resolver(f"config.urls.{name}")) if not path.startswith("api/")}
        for name in ("tenant", "public")
    )

    assert tenant == set(SCREENS)
    assert public == PUBLIC_SCREENS | HEALTH - {"api/health"}


def test_every_socket_is_declared() -> None:
    assert [str(route.pattern) for route in sockets] == ["^ws/inbox/?$", ""]


# Who may open what ---------------------------------------------------------------------------------

DOORS = [(path, method, who) for path, methods in TENANT_API.items() for method, who in methods.items()]


@pytest.fixture
def numbers(asked: Conversation, shop: Any) -> dict[str, Any]:
    """Ids that exist here."""
    return {"pk": asked.pk, "conversation_id": asked.pk, "key": "negocio"}


def _open(api: Any, path: str, method: str, numbers: dict[str, Any]) -> int:
    return int(api._send(method, f"/api/v1/{path.format(**numbers)}", body={} if method != "GET" else None).status_code)


@pytest.mark.parametrize("who", ["anonymous", "the rival's owner", "a former member", "a token of another business"])
def test_no_door_opens_for_a_stranger(world: Any, as_ana: Any, as_bruno: Any, numbers: Any, who: str) -> None:
    api = as_bruno
    if who == "anonymous":
        api.token = ""
    elif who == "the rival's owner":
        api.token = tokens.access_token(world.celia, world.tenant)  # the right business, not a member
    elif who == "a former member":
        Membership.objects.filter(user=world.bruno).delete()
    else:
        Membership.objects.create(user=world.bruno, tenant=world.rival, role="owner")
        api.token = tokens.access_token(world.bruno, world.rival)

    opened = {(path, method): _open(api, path, method, numbers) for path, method, _ in DOORS}
    assert {door: status for door, status in opened.items() if status != 401} == {}


def test_on_her_own_host_the_rival_reaches_nothing_of_ours(as_celia: Any, numbers: Any) -> None:
    inside = [(path, method) for path, method, _ in DOORS if "{" in path and not path.startswith(("users", "agents"))]
    opened = {(path, method): _open(as_celia, path, method, numbers) for path, method in inside}

    assert {door: status for door, status in opened.items() if status not in (400, 404)} == {}


def test_our_canary_is_in_no_answer_the_rival_gets_nor_in_any_log(
    customer: Any, work: Any, as_celia: Any, as_ana: Any, numbers: Any, caplog: Any
) -> None:
    caplog.set_level("INFO")
    customer.name = "Canário da Mina"
    customer.says("canário-da-mina: quero cortar o cabelo")
    heard = {
        name: b"".join(
            api.get(f"/api/v1/{path.format(**numbers)}", conversation_id=str(numbers["pk"]), q="mina").content.lower()
            for path, method, _ in DOORS
            if method == "GET"
        )
        for name, api in (("ana", as_ana), ("celia", as_celia))
    }

    assert b"mina" in heard["ana"]
    assert b"mina" not in heard["celia"] and "mina" not in caplog.text.lower()


@pytest.mark.parametrize("role", list(Membership.Role))
def test_a_role_opens_exactly_its_doors(world: Any, as_bruno: Any, numbers: Any, role: str) -> None:
    Membership.objects.filter(user=world.bruno).update(role=role)
    wrong = {}
    for path, method, who in DOORS:
        may = who == MEMBER or role in MATRIX[who]
        status = _open(as_bruno, path, method, dict.fromkeys(numbers, 10**9))  # permission comes before existence
        if (status == 403) == may or status >= 500 or status == 401:
            wrong[path, method] = status

    assert wrong == {}


def test_no_other_method_is_served(as_ana: Any, numbers: Any) -> None:
    others = [(path, method) for path, methods in TENANT_API.items() for method in METHODS if method not in methods]
    served = {(path, method): _open(as_ana, path, method, numbers) for path, method in others}

    assert {door: status for door, status in served.items() if status not in (403, 405)} == {}


def test_no_door_of_a_business_is_on_the_public_host(public: Any, as_ana: Any, numbers: Any) -> None:
    public.token = as_ana.token
    opened = {(path, method): _open(public, path, method, numbers) for path, method, _ in DOORS}

    assert set(opened.values()) == {404}


def test_empty_bodies_are_never_our_error(as_ana: Any, numbers: Any) -> None:
    for body in ({}, [], None, "x", 7, {"name": {}}, {"hours": "x"}, {"start": "x"}):
        for path, method, _ in DOORS:
            if method in ("POST", "PUT", "PATCH"):
                answer = as_ana._send(method, f"/api/v1/{path.format(**numbers)}", body=body)
                assert answer.status_code < 500, (path, method, body)


@pytest.mark.parametrize("who", ["nobody", "celia"])
def test_no_screen_opens_for_a_stranger(world: Any, browser_at: Any, browser_for: Any, numbers: Any, who: str) -> None:
    browser = browser_at(hosts.host_of(world.tenant))
    if who == "celia":  # her own session, carried to our host
        browser.cookies = browser_for(world.celia, world.rival).cookies
    for path, needed in SCREENS.items():
        if needed != OPEN:
            answers = [
                browser.get(f"/{path.format(**numbers)}"),
                browser.post(f"/{path.format(**numbers)}", {"content": "x"}),
            ]
            assert {answer.status_code for answer in answers} <= {302, 403, 405}, path
            assert all(
                answer.headers["Location"].startswith("/entrar") for answer in answers if answer.status_code == 302
            )
