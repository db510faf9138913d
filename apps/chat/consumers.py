"""The inbox's socket: who may listen, and what they hear.

All consumers of a process share one thread and one database connection, so a tenant is entered
inside every database call (`TenantConsumer.in_tenant`), never held. Groups carry the schema, the
Origin must be the host itself, and membership is checked again with every heartbeat.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from asgiref.sync import sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.http.cookie import parse_cookie
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from rest_framework_simplejwt.exceptions import InvalidToken, TokenError
from rest_framework_simplejwt.tokens import AccessToken

from apps.accounts import hosts, presence
from apps.accounts.access import Permission, allows
from apps.accounts.authentication import TenantJWTAuthentication
from apps.accounts.middleware import SESSION_TENANT, membership
from apps.accounts.models import Membership, Tenant, User
from apps.chat import listener
from apps.lib.tenancy import in_public, tenant_context

T = TypeVar("T")

AUTH_SECONDS = 5
HEARTBEAT_SECONDS = 25
UNAUTHENTICATED, FORBIDDEN, GONE = 4401, 4403, 4404


class TenantConsumer(AsyncJsonWebsocketConsumer):
    """Base of every socket: resolves the host's business, refuses foreign origins."""

    tenant: Tenant

    async def in_tenant(self, call: Callable[[], T]) -> T:
        """Run `call` in the shared database thread, inside this socket's business, and leave no trace."""

        def enter() -> T:
            try:
                with tenant_context(self.tenant):
                    return call()
            finally:
                connection.close()

        return await sync_to_async(enter)()

    async def connect(self) -> None:
        host = self._header(b"host").lower()
        tenant = await sync_to_async(_tenant_of)(_hostname(host))
        if tenant is None:
            await self.close(code=GONE)
            return
        self.tenant = tenant
        origin = self._header(b"origin").lower()
        if origin and urlsplit(origin).netloc.lower() != host:
            await self.close(code=FORBIDDEN)
            return
        await self.welcome()

    async def welcome(self) -> None:
        """The host and the origin are right; subclasses authenticate and accept."""
        raise NotImplementedError

    def _header(self, name: bytes) -> str:
        found = [value for key, value in self.scope["headers"] if key == name]
        return found[0].decode("latin-1") if found else ""


class NowhereConsumer(TenantConsumer):
    """Any other path: refused, as a page that isn't there."""

    async def welcome(self) -> None:
        await self.close(code=GONE)


class InboxConsumer(TenantConsumer):
    """`/ws/inbox`: session cookie, or `{"type": "auth", "token": access}` as first frame within 5 s."""

    user_id: int | None = None
    group = ""
    _token: AccessToken | None = None
    _heartbeat: asyncio.Task[None] | None = None
    _patience: asyncio.Task[None] | None = None

    async def welcome(self) -> None:
        user = await self.in_tenant(self._signed_in)
        if user is not None and not self._header(b"origin"):
            user = None  # a cookie counts only with an origin: otherwise any page could ride on it
        await self.accept()
        if user is not None and await self._may_listen(user):
            await self._listen(user)
        else:
            self._patience = asyncio.create_task(self._wait_for_token())

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        if self.user_id is not None or not isinstance(content, dict) or content.get("type") != "auth":
            return
        self._token = _token(str(content.get("token") or ""), self.tenant)
        user_id = await self.in_tenant(self._signed_in)
        if user_id is None or not await self._may_listen(user_id):
            await self.close(code=UNAUTHENTICATED)
            return
        await self._listen(user_id)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any) -> None:
        """Frames that are not JSON in text are ignored."""
        if text_data:
            await super().receive(text_data=text_data, **kwargs)

    @classmethod
    async def decode_json(cls, text_data: str) -> Any:
        try:
            return await super().decode_json(text_data)
        except (ValueError, RecursionError):
            return None

    async def disconnect(self, code: int) -> None:
        for task in (self._heartbeat, self._patience):
            if task:
                task.cancel()
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def live(self, event: dict[str, Any]) -> None:
        """A frame from the listener."""
        await self.send_json(event["frame"])

    async def _listen(self, user_id: int) -> None:
        self.user_id = user_id
        if self._patience:
            self._patience.cancel()
        self.group = listener.group(self.tenant.schema_name)
        await self.channel_layer.group_add(self.group, self.channel_name)
        listener.ensure_running()
        await self.send_json({"type": "ready", "updated_at": timezone.now().isoformat()})
        self._heartbeat = asyncio.create_task(self._beat())

    async def _wait_for_token(self) -> None:
        await asyncio.sleep(AUTH_SECONDS)
        if self.user_id is None:
            await self.close(code=UNAUTHENTICATED)

    async def _beat(self) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            while True:
                await asyncio.sleep(HEARTBEAT_SECONDS)
                if self.user_id is None or not await self._may_listen(self.user_id):
                    await self.close(code=FORBIDDEN)
                    return
                if await self.in_tenant(self._signed_in) != self.user_id:
                    await self.close(code=UNAUTHENTICATED)  # signed out, or the password was changed
                    return
                await self.send_json({"type": "heartbeat", "updated_at": timezone.now().isoformat()})

    def _signed_in(self) -> int | None:
        """By the token of the first frame, good when it was sent, or by the session; both end with the password."""
        if self._token is not None:
            return _token_user(self._token)
        return _session_user(self._header(b"cookie"), self.tenant)

    async def _may_listen(self, user_id: int) -> bool:
        member = await self.in_tenant(lambda: _member(user_id, self.tenant))
        return allows(member, Permission.VIEW_INBOX)


def _hostname(host: str) -> str:
    return host.rpartition(":")[0] or host


def _tenant_of(host: str) -> Tenant | None:
    with in_public():
        try:
            return hosts.tenant_of(host)
        finally:
            connection.close()


def _session_user(cookies: str, tenant: Tenant) -> int | None:
    """The user of a browser session opened for this business, if its cookie is good."""
    key = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME) if cookies else None
    if not key:
        return None
    session = SessionStore(key)
    user_id = session.get(SESSION_KEY)
    if not user_id or session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    if session.get(SESSION_TENANT) != tenant.pk:
        return None
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or not _same_hash(session.get(HASH_SESSION_KEY), user):
        return None
    return user.pk


def _same_hash(stored: str | None, user: User) -> bool:
    return bool(stored) and constant_time_compare(stored or "", user.get_session_auth_hash())


def _token(raw: str, tenant: Tenant) -> AccessToken | None:
    try:
        token = AccessToken(raw)  # type: ignore[arg-type]
    except (TokenError, ValueError):
        return None
    return token if token.get("tid") == tenant.pk else None


def _token_user(token: AccessToken) -> int | None:
    try:
        return int(TenantJWTAuthentication().get_user(token).pk)
    except InvalidToken:
        return None


def _member(user_id: int, tenant: Tenant) -> Membership | None:
    """Their place in the business, now; a socket that listens shows they are there."""
    member = membership(user_id, tenant)
    if member is not None:
        presence.seen(member)
    return member
