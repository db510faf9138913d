"""The inbox's socket: who may listen, from where, and that a business hears only itself."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels.testing import WebsocketCommunicator
from django.db import connection, transaction

from apps.accounts import hosts, people, tokens
from apps.accounts.models import Membership, Tenant, User
from apps.chat import consumers, live
from apps.chat.models import Conversation
from apps.lib.tenancy import tenant_context
from config.asgi import application

pytestmark = pytest.mark.committed
Step = Callable[..., Awaitable[Any]]


class Socket:
    """A socket on a business's host, opened by a browser (its cookie) or a program (a token)."""

    def __init__(self, tenant: Tenant, *, cookie: str = "", origin: str | None = None, host: str = "") -> None:
        host = host or f"{hosts.host_of(tenant)}:8000"
        headers = [(b"host", host.encode())]
        if cookie:
            headers.append((b"cookie", f"session={cookie}".encode()))
        if origin is not None:
            headers.append((b"origin", origin.encode()))
        self.wire = WebsocketCommunicator(application, "/ws/inbox", headers=headers)

    async def opened(self) -> bool:
        return bool((await self.wire.connect(timeout=5))[0])

    async def says(self, frame: Any) -> None:
        await self.wire.send_to(json.dumps(frame))

    async def hears(self, *, within: float = 5) -> Any:
        """The next frame; "closed" with its code when that comes instead; None for silence."""
        try:
            event = await self.wire.receive_output(timeout=within)
        except asyncio.TimeoutError:  # noqa: UP041  (its own class before 3.11)
            return None
        if event["type"] == "websocket.close":
            return "closed", event.get("code")
        return json.loads(event["text"])

    async def ready(self) -> bool:
        heard = await self.hears()
        return isinstance(heard, dict) and heard["type"] == "ready"


@pytest.fixture
def play(world: Any) -> Callable[[Callable[[], Awaitable[Any]]], Any]:
    """Run a scene of sockets; the listener and open sockets end with it."""

    def run(scene: Callable[[], Awaitable[Any]]) -> Any:
        async def whole() -> Any:
            try:
                return await scene()
            finally:
                others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
                for task in others:
                    task.cancel()
                await asyncio.gather(*others, return_exceptions=True)

        return async_to_sync(whole)()

    return run


@pytest.fixture
def cookie_of(browser_for: Any) -> Callable[[User, Tenant], str]:
    return lambda user, tenant: browser_for(user, tenant).cookies["session"].value


def _origin(tenant: Tenant) -> str:
    return f"http://{hosts.host_of(tenant)}:8000"


def _announce(tenant: Tenant, pk: int) -> None:
    with tenant_context(tenant), transaction.atomic():
        live.conversation_changed(Conversation(pk=pk))


# Who may listen ------------------------------------------------------------------------------------


def test_a_browser_with_its_cookie_and_origin_listens(world: Any, play: Any, cookie_of: Any) -> None:
    socket = Socket(world.tenant, cookie=cookie_of(world.bruno, world.tenant), origin=_origin(world.tenant))

    async def scene() -> Any:
        return await socket.opened(), await socket.ready()

    assert play(scene) == (True, True)


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "",
        "http://barbearia-do-ze.localhost:8001",
        "http://x.barbearia-do-ze.localhost:8000",
    ],
)
def test_a_foreign_origin_is_refused(world: Any, play: Any, cookie_of: Any, origin: str, monkeypatch: Any) -> None:
    monkeypatch.setattr(consumers, "AUTH_SECONDS", 0.1)
    socket = Socket(world.tenant, cookie=cookie_of(world.bruno, world.tenant), origin=origin)

    async def scene() -> Any:
        return await socket.opened() and await socket.ready()

    assert play(scene) is False


def test_a_business_is_a_foreign_origin_to_another(world: Any, play: Any, cookie_of: Any) -> None:
    socket = Socket(world.tenant, cookie=cookie_of(world.bruno, world.tenant), origin=_origin(world.rival))

    assert play(socket.opened) is False


def test_a_cookie_without_an_origin_counts_for_nothing(world: Any, play: Any, cookie_of: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(consumers, "AUTH_SECONDS", 0.1)
    socket = Socket(world.tenant, cookie=cookie_of(world.bruno, world.tenant))

    async def scene() -> Any:
        return await socket.opened(), await socket.hears()

    assert play(scene) == (True, ("closed", consumers.UNAUTHENTICATED))


def test_a_cookie_of_another_business_counts_for_nothing(
    world: Any, play: Any, cookie_of: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(consumers, "AUTH_SECONDS", 0.1)
    Membership.objects.create(user=world.bruno, tenant=world.rival, role="owner")
    socket = Socket(world.rival, cookie=cookie_of(world.bruno, world.tenant), origin=_origin(world.rival))

    async def scene() -> Any:
        return await socket.opened(), await socket.hears()

    assert play(scene) == (True, ("closed", consumers.UNAUTHENTICATED))


def test_a_token_as_first_frame_listens(world: Any, play: Any) -> None:
    socket = Socket(world.tenant)

    async def scene() -> Any:
        await socket.opened()
        await socket.says({"type": "auth", "token": tokens.access_token(world.bruno, world.tenant)})
        return await socket.ready()

    assert play(scene)


@pytest.mark.parametrize(
    "whose", ["another business", "a stranger", "refresh", "garbage", "surrogate", "none", "inactive", "professional"]
)
def test_a_wrong_token_is_refused(world: Any, play: Any, whose: str) -> None:
    Membership.objects.create(user=world.ana, tenant=world.rival, role="owner")
    if whose == "inactive":
        User.objects.filter(pk=world.bruno.pk).update(is_active=False)
    if whose == "professional":
        Membership.objects.filter(user=world.bruno).update(role="professional")
    token = {
        "another business": tokens.access_token(world.ana, world.rival),
        "a stranger": tokens.access_token(world.celia, world.tenant),
        "refresh": tokens.issue(world.bruno, world.tenant)["refresh"],
        "garbage": "é.b.c",
        "surrogate": "\ud800",
        "none": None,
    }.get(whose, tokens.access_token(world.bruno, world.tenant))
    socket = Socket(world.tenant)

    async def scene() -> Any:
        await socket.opened()
        await socket.says({"type": "auth", "token": token})
        return await socket.hears()

    assert play(scene) == ("closed", consumers.UNAUTHENTICATED)


@pytest.mark.parametrize("frame", [[], "auth", None, {"type": "auth"}, {"type": "subscribe", "group": "x"}, {}])
def test_who_says_something_else_hears_nothing(world: Any, play: Any, frame: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(consumers, "AUTH_SECONDS", 0.2)
    socket = Socket(world.tenant)

    async def scene() -> Any:
        await socket.opened()
        await socket.says(frame)
        await sync_to_async(_announce)(world.tenant, 1)
        return await socket.hears()

    assert play(scene) == ("closed", consumers.UNAUTHENTICATED)


@pytest.mark.parametrize("data", [{"text": "{"}, {"text": "[" * 50_000}, {"text": '"\\ud800"'}, {"bytes": b"\x00\xff"}])
def test_an_unreadable_frame_harms_nobody(world: Any, play: Any, data: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(consumers, "AUTH_SECONDS", 0.2)
    socket = Socket(world.tenant)

    async def scene() -> Any:
        await socket.opened()
        await socket.wire.send_input({"type": "websocket.receive", **data})
        await asyncio.sleep(0.1)
        return socket.wire.future.done(), await socket.hears()

    assert play(scene) == (False, ("closed", consumers.UNAUTHENTICATED))


@pytest.mark.parametrize("host", ["nobody.localhost", "localhost", "admin.localhost", ""])
def test_there_is_no_socket_on_other_hosts(world: Any, play: Any, host: str) -> None:
    assert play(Socket(world.tenant, host=host or "127.0.0.1:8000").opened) is False


# Who hears what ------------------------------------------------------------------------------------


def test_two_businesses_never_hear_each_other(world: Any, play: Any) -> None:
    ours, theirs = Socket(world.tenant), Socket(world.rival)

    async def scene() -> Any:
        for socket, user, tenant in ((ours, world.bruno, world.tenant), (theirs, world.celia, world.rival)):
            await socket.opened()
            await socket.says({"type": "auth", "token": tokens.access_token(user, tenant)})
            assert await socket.ready()
        await asyncio.sleep(0.3)  # the listener connects
        for number in range(1, 6):
            await sync_to_async(_announce)(world.tenant, number)
            await sync_to_async(_announce)(world.rival, 100 + number)
        heard = [[(await socket.hears())["id"] for _ in range(5)] for socket in (ours, theirs)]
        return heard, await ours.hears(within=0.3), await theirs.hears(within=0.3)

    assert play(scene) == ([[1, 2, 3, 4, 5], [101, 102, 103, 104, 105]], None, None)


def test_sockets_opened_at_once_read_their_own_business(world: Any, play: Any) -> None:
    people = [(world.bruno, world.tenant), (world.celia, world.rival)] * 8
    sockets = [(Socket(tenant), user, tenant) for user, tenant in people]

    async def enter(socket: Socket, user: User, tenant: Tenant) -> bool:
        await socket.opened()
        await socket.says({"type": "auth", "token": tokens.access_token(user, tenant)})
        return await socket.ready()

    async def scene() -> Any:
        return await asyncio.gather(*[enter(*each) for each in sockets])

    assert play(scene) == [True] * 16
    assert connection.schema_name == "public"


def test_a_frame_comes_after_commit_and_never_after_rollback(world: Any, play: Any) -> None:
    socket, committed = Socket(world.tenant), threading.Event()

    def slowly() -> None:
        with tenant_context(world.tenant), transaction.atomic():
            live.conversation_changed(Conversation(pk=2))
            committed.wait(timeout=5)

    def undone() -> None:
        with tenant_context(world.tenant), transaction.atomic():
            live.conversation_changed(Conversation(pk=1))
            transaction.set_rollback(True)

    async def scene() -> Any:
        await socket.opened()
        await socket.says({"type": "auth", "token": tokens.access_token(world.bruno, world.tenant)})
        assert await socket.ready()
        await asyncio.sleep(0.3)
        await sync_to_async(undone)()
        thread = threading.Thread(target=lambda: (slowly(), connection.close()))
        thread.start()
        is_silent = await socket.wire.receive_nothing(timeout=0.5)
        committed.set()
        return is_silent, (await socket.hears())["id"]

    assert play(scene) == (True, 2)


def test_a_frame_carries_ids_and_no_words(world: Any, play: Any) -> None:
    socket = Socket(world.tenant)

    async def scene() -> Any:
        await socket.opened()
        await socket.says({"type": "auth", "token": tokens.access_token(world.bruno, world.tenant)})
        assert await socket.ready()
        await asyncio.sleep(0.3)
        await sync_to_async(_announce)(world.tenant, 7)
        return await socket.hears()

    frame = play(scene)
    assert frame.pop("updated_at") and frame == {"type": "conversation.updated", "id": 7, "conversation_id": 7}


# Heartbeats ----------------------------------------------------------------------------------------


@pytest.fixture
def quick_heart(monkeypatch: Any) -> None:
    monkeypatch.setattr(consumers, "HEARTBEAT_SECONDS", 0.2)


async def _listening(socket: Socket, user: User, tenant: Tenant) -> None:
    await socket.opened()
    await socket.says({"type": "auth", "token": tokens.access_token(user, tenant)})
    assert await socket.ready()


def test_a_heartbeat_carries_the_cursor(world: Any, play: Any, quick_heart: None) -> None:
    socket = Socket(world.tenant)

    async def scene() -> Any:
        await _listening(socket, world.bruno, world.tenant)
        return await socket.hears(within=2)

    beat = play(scene)
    assert beat["type"] == "heartbeat" and beat["updated_at"]


@pytest.mark.parametrize("why", ["removed", "inactive", "professional"])
def test_who_may_no_longer_listen_is_cut_off_at_the_next_heartbeat(
    world: Any, play: Any, quick_heart: None, why: str
) -> None:
    socket = Socket(world.tenant)

    def lose() -> None:
        mine = Membership.objects.filter(user=world.bruno)
        if why == "removed":
            mine.delete()
        elif why == "inactive":
            User.objects.filter(pk=world.bruno.pk).update(is_active=False)
        else:
            mine.update(role="professional")

    async def scene() -> Any:
        await _listening(socket, world.bruno, world.tenant)
        await sync_to_async(lose)()
        while isinstance(heard := await socket.hears(within=2), dict):
            pass  # a heartbeat from before
        return heard

    assert play(scene) == ("closed", consumers.FORBIDDEN)


@pytest.mark.parametrize("why", ["signed out", "new password"])
def test_a_browser_that_signed_out_is_cut_off_at_the_next_heartbeat(
    world: Any, play: Any, browser_for: Any, quick_heart: None, why: str
) -> None:
    browser = browser_for(world.bruno, world.tenant)
    socket = Socket(world.tenant, cookie=browser.cookies["session"].value, origin=_origin(world.tenant))

    def leave() -> None:
        if why == "signed out":
            browser.session.flush()
        else:
            bruno = User.objects.get(pk=world.bruno.pk)
            bruno.set_password("outra-senha-boa-123")
            bruno.save()

    async def scene() -> Any:
        await socket.opened()
        assert await socket.ready()
        await sync_to_async(leave)()
        while isinstance(heard := await socket.hears(within=2), dict):
            pass  # a heartbeat from before
        return heard

    assert play(scene) == ("closed", consumers.UNAUTHENTICATED)


def test_a_new_password_ends_the_socket_its_token_opened(world: Any, play: Any, quick_heart: None) -> None:
    socket, bruno = Socket(world.tenant), User.objects.get(pk=world.bruno.pk)

    async def scene() -> Any:
        await _listening(socket, bruno, world.tenant)
        await sync_to_async(people.change_password)(bruno, "outra-senha-boa-123")
        while isinstance(heard := await socket.hears(within=2), dict):
            pass  # a heartbeat from before
        return heard

    assert play(scene) == ("closed", consumers.UNAUTHENTICATED)


@pytest.mark.parametrize("path", ["/ws/outra", "/ws/inbox/x", "/"])
def test_a_path_nobody_knows_is_closed(world: Any, play: Any, path: str) -> None:
    socket = Socket(world.tenant)
    socket.wire.scope["path"] = path

    async def scene() -> Any:
        return await socket.wire.connect(timeout=5)

    assert play(scene) == (False, consumers.GONE)
