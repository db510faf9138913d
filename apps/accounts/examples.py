"""What accounts' part of the API says, by example."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample

from apps.lib.openapi import shown

_SHOP = {"slug": "barbearia-do-ze", "name": "Barbearia do Zé"}
_SHOP |= {"host": "barbearia-do-ze.example.com", "url": "https://barbearia-do-ze.example.com"}
_SIGN_UP = {
    "name": "José Santos",
    "email": "jose@example.com",
    "password": "uma-senha-boa-123",
    "business_name": "Barbearia do Zé",
    "business_type": "barbearia",
    "timezone": "America/Sao_Paulo",
}
_SESSION = {
    "tenant": _SHOP,
    "user": {"id": 1, "name": "José Santos", "email": "jose@example.com"},
    "access": "eyJhbGciOi…",
    "refresh": "eyJhbGciOi…",
}
_SEVERAL = {"code": "choose_business", "detail": "You belong to several businesses: say which one.", "tenants": [_SHOP]}
SIGN_UP = [
    OpenApiExample("A barbershop signs up", value=_SIGN_UP, request_only=True),
    OpenApiExample("Usable at once", value=_SESSION, response_only=True, status_codes=["201"]),
]
SIGN_IN = [
    OpenApiExample("Sign in", value={"email": "jose@example.com", "password": "uma-senha-boa-123"}, request_only=True),
    OpenApiExample("Signed in", value=_SESSION, response_only=True, status_codes=["200"]),
    OpenApiExample("Several businesses", value=_SEVERAL, response_only=True, status_codes=["409"]),
]
SESSION = shown("A new pair", answered=_SESSION)
REFRESH = shown("The newest refresh token", sent={"refresh": "eyJhbGciOi…"})
ME = shown("Who I am", answered={"user": _SESSION["user"], "tenant": _SHOP, "role": "owner"})

# People
MEMBER = shown(
    "An attendant",
    answered={"id": 2, "name": "Bruno Lima", "email": "bruno@example.com", "role": "attendant", "is_active": True},
)
PERSON_CHANGE = shown("Give somebody a role", sent={"role": "supervisor"})
