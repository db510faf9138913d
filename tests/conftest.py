"""The cast and their world: real PostgreSQL, real schemas, whole requests.

Ana owns the barbershop, Bruno answers there, Célia owns the rival salon and must see nothing, Davi is
a customer. Tests roll back; those marked `committed` (threads, processes, notifications) commit, and
the world is put back afterwards.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import setup_databases
from xdist.scheduler.loadscope import LoadScopeScheduling

from apps.accounts import addresses, hosts, provision, signin, signup, tokens
from apps.accounts.models import Domain, Membership, Tenant, User
from apps.chat import pace
from apps.lib.tenancy import tenant_context
from apps.work import runner
from apps.work.models import DueWork
from simulators import whatsapp
from simulators.graph import GraphSimulator

# A Redis database for each worker: clearing one's cache must not clear the other's.
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
settings.CACHES["default"]["LOCATION"] = f"{settings.REDIS_URL.rpartition('/')[0]}/{8 + _worker % 8}"

settings.MEDIA_ROOT = tempfile.mkdtemp(prefix="ia-att-media-")

settings.FACTS_CACHE_SECONDS = 0  # tests change a catalogue and ask at once

PASSWORD = "senha-boa-123"
SHARE_PROCESSES = {"tests/promises", "tests/journeys", "tests/deploy"}
CAST_TABLES = {
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "accounts_tenant",
    "accounts_domain",
    "accounts_user",
    "accounts_membership",
    "accounts_schemascript",
}


@pytest.fixture(scope="session", autouse=True)
def media_root() -> Iterator[None]:
    """Files of messages, gone with the tests."""
    yield
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


class FoldersTogether(LoadScopeScheduling):
    """Tests that share whole processes run in one worker, all others where there is room.

    xdist's own groups don't work with pytest 9.2 (pytest-xdist #1386).
    """

    def _split_scope(self, nodeid: str) -> str:
        folder = "/".join(nodeid.split("/")[:2])
        return folder if folder in SHARE_PROCESSES else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FoldersTogether:
    return FoldersTogether(config, log)


@dataclass(frozen=True)
class Cast:
    tenant: Tenant
    rival: Tenant
    ana: User
    bruno: User
    celia: User


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: Any
) -> Iterator[None]:
    """A database per worker, whatever markers its tests carry."""
    with django_db_blocker.unblock():
        setup_databases(verbosity=0, interactive=False, aliases={"default"}, serialized_aliases=set())
    yield
    with django_db_blocker.unblock():
        drop_database()


def drop_database() -> None:
    """By force: pools and listeners of this process reconnect as long as they live."""
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.close_pool()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def cast(django_db_setup: None, django_db_blocker: Any) -> Cast:
    """Two businesses with their schemas, made once per worker."""
    with django_db_blocker.unblock():
        tenant, ana = signup.register(_wish("Ana Souza", "ana@example.com", "Barbearia do Zé", "barbearia"))
        rival, celia = signup.register(_wish("Célia Prado", "celia@example.com", "Salão da Célia", "salao"))
        bruno = User.objects.create_user("bruno@example.com", PASSWORD, name="Bruno Lima")
        Membership.objects.create(user=bruno, tenant=tenant, role=Membership.Role.ATTENDANT)
        return Cast(tenant, rival, ana, bruno, celia)


def _wish(name: str, email: str, business: str, kind: str) -> signup.SignUp:
    return signup.SignUp(name=name, email=email, password=PASSWORD, business_name=business, business_type=kind)


@pytest.fixture
def world(cast: Cast, request: pytest.FixtureRequest) -> Iterator[Cast]:
    """The cast, with the database open; what a test does to it is undone."""
    forget_caches()
    if request.node.get_closest_marker("committed"):
        with request.getfixturevalue("django_db_blocker").unblock():
            yield cast
            connection.set_schema_to_public()
            put_back(cast)
    else:
        request.getfixturevalue("db")
        yield cast
        connection.set_schema_to_public()
    forget_caches()


def forget_caches() -> None:
    hosts.forget()
    addresses.forget()
    pace.forget()
    cache.clear()


def put_back(cast: Cast) -> None:
    """Empty every table but the cast's, drop businesses that are not the cast's, give theirs back."""
    keep = {cast.tenant.pk, cast.rival.pk}
    for other in Tenant.objects.exclude(pk__in=keep):
        signup.delete_tenant(other)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%I.%I', schemaname, tablename), schemaname, tablename FROM pg_tables "
            "WHERE schemaname = 'public' OR schemaname LIKE 't\\_%'"
        )
        tables = [
            name
            for name, schema, table in cursor.fetchall()
            if table != "django_migrations" and not (schema == "public" and table in CAST_TABLES)
        ]
        cursor.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
    User.objects.exclude(pk__in=[cast.ana.pk, cast.bruno.pk, cast.celia.pk]).delete()
    for tenant in (cast.tenant, cast.rival):
        tenant.save(force_update=True)
        with tenant_context(tenant), transaction.atomic():
            provision.run(tenant)
    Membership.objects.all().delete()
    for user, tenant, role in (
        (cast.ana, cast.tenant, "owner"),
        (cast.bruno, cast.tenant, "attendant"),
        (cast.celia, cast.rival, "owner"),
    ):
        user.save(force_update=True)
        Membership.objects.create(user=user, tenant=tenant, role=role)
        Domain.objects.get_or_create(domain=hosts.host_of(tenant), defaults={"tenant": tenant, "is_primary": True})


@pytest.fixture
def tenant(world: Cast) -> Iterator[Tenant]:
    """The barbershop; the test's own queries run inside it."""
    with tenant_context(world.tenant):
        yield world.tenant


@pytest.fixture
def rival(world: Cast) -> Tenant:
    return world.rival


@pytest.fixture
def ana(world: Cast) -> User:
    return world.ana


@pytest.fixture
def bruno(world: Cast) -> User:
    return world.bruno


@pytest.fixture
def celia(world: Cast) -> User:
    return world.celia


class Api:
    """JSON requests to one host, as somebody or nobody.

    The test's own schema is the same before and after each request.
    """

    def __init__(self, host: str, *, token: str = "", raise_errors: bool = True) -> None:
        self.host, self.token = host, token
        self.client = Client(raise_request_exception=raise_errors)

    def get(self, path: str, **query: Any) -> Any:
        return self._send("GET", path, query=query)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._send("POST", path, body=body, headers=headers)

    def upload(self, path: str, file: Any, **headers: str) -> Any:
        """A form with a file, as a browser sends it."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        before = connection.tenant
        try:
            return self.client.post(
                path,
                {"file": file},
                headers=sent | {"Authorization": f"Bearer {self.token}"},
                HTTP_HOST=self.host,
            )
        finally:
            connection.set_tenant(before)

    def put(self, path: str, body: Any = None) -> Any:
        return self._send("PUT", path, body=body)

    def patch(self, path: str, body: Any = None) -> Any:
        return self._send("PATCH", path, body=body)

    def delete(self, path: str) -> Any:
        return self._send("DELETE", path)

    def _send(self, method: str, path: str, *, query: Any = None, body: Any = None, headers: Any = None) -> Any:
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        sent |= {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        before = connection.tenant
        try:
            return self.client.generic(
                method,
                path,
                data=json.dumps(body) if body is not None else b"",
                content_type="application/json",
                query_params=query or None,
                headers=sent,
                HTTP_HOST=self.host,
            )
        finally:
            connection.set_tenant(before)


@pytest.fixture
def api_for() -> Callable[[User, Tenant], Api]:
    """`api_for(user, tenant)`: the API of a business as a person with a token for it."""
    return lambda user, tenant: Api(hosts.host_of(tenant), token=tokens.access_token(user, tenant))


@pytest.fixture
def as_ana(world: Cast, api_for: Any) -> Api:
    return api_for(world.ana, world.tenant)


@pytest.fixture
def as_bruno(world: Cast, api_for: Any) -> Api:
    return api_for(world.bruno, world.tenant)


@pytest.fixture
def as_celia(world: Cast, api_for: Any) -> Api:
    """The rival's owner, on her own host."""
    return api_for(world.celia, world.rival)


@pytest.fixture
def public(world: Cast) -> Api:
    """Anybody, on the public host."""
    return Api("localhost")


@pytest.fixture
def contact(tenant: Tenant) -> Any:
    from apps.chat.contacts import contact_by_phone

    return contact_by_phone(phone="+5511988776655", name="Davi Rocha")


class Work:
    """Performs due work in the test's own thread."""

    def run(self, *, ahead: bool = True, kinds: str = "") -> int:
        """Perform what is due, and what that makes due, until nothing is; how many runs it took.

        `ahead` also performs what is due later, such as debounced turns (a row that asks to be
        called later is not called twice).
        """
        runs, seen = 0, set()
        while (row := self._next(ahead=ahead, seen=seen, kinds=kinds)) is not None:
            seen.add((row.pk, row.generation))
            if ahead:
                DueWork.objects.filter(pk=row.pk, state="waiting").update(due_at=row.first_at)
            before = connection.tenant
            runner.run(row.pk)
            connection.set_tenant(before)
            runs += 1
        return runs

    def _next(self, *, ahead: bool, seen: set[Any], kinds: str) -> DueWork | None:
        from django.db.models.functions import Now

        rows = DueWork.objects.filter(state="waiting", kind__startswith=kinds).order_by("id")
        if not ahead:
            rows = rows.filter(due_at__lte=Now())
        return next((row for row in rows if (row.pk, row.generation) not in seen), None)


@pytest.fixture
def work(world: Cast) -> Work:
    return Work()


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls at once, in threads that start at one barrier; their results in order."""
    barrier, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(position: int, call: Callable[[], Any]) -> None:
        try:
            barrier.wait(timeout=30)
            results[position] = call()
        except Exception as error:
            results[position] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


@pytest.fixture(name="together")
def together_fixture() -> Callable[..., list[Any]]:
    return together


# Channels, customers and the wire ------------------------------------------------------------------

PHONE_NUMBER_ID, WABA_ID, DAVI = "111222333444555", "999888777666555", "5511988776655"


@pytest.fixture(scope="session")
def graph_server() -> Iterator[GraphSimulator]:
    """One loopback Graph API per worker; it posts no statuses by itself (see `graph.post_status`)."""
    with GraphSimulator(statuses=(), status_delay=0) as simulator:
        yield simulator


@pytest.fixture
def graph(graph_server: GraphSimulator, settings: Any) -> GraphSimulator:
    """Meta's Graph API on loopback, knowing the barbershop's number."""
    graph_server.reset()
    graph_server.add_number(PHONE_NUMBER_ID, token="good-token", waba_id=WABA_ID)
    settings.WHATSAPP_GRAPH_URL = graph_server.url
    settings.WHATSAPP_GRAPH_URL_IS_EXPLICIT = True
    return graph_server


@pytest.fixture
def channel(tenant: Tenant, graph: GraphSimulator) -> Any:
    """The barbershop's WhatsApp number, connected and served by its first agent."""
    from apps.chat import channels

    number = channels.WhatsAppNumber("WhatsApp", PHONE_NUMBER_ID, WABA_ID, access_token="good-token")
    channel = channels.connect_whatsapp(number, by=None)
    assert channel.status == "active", channel.status_reason
    return channel


class Customer:
    """Davi, writing on WhatsApp: each call is a signed webhook, then the work it makes due."""

    def __init__(
        self, channel: Any, graph: GraphSimulator, work: Work, *, phone: str = DAVI, name: str = "Davi"
    ) -> None:
        self.channel, self.graph, self.work, self.phone, self.name = channel, graph, work, phone, name
        self.number = whatsapp.Number(channel.external_id, channel.parent_id, "551130001000")
        self.client = Client()

    def sends(self, *contents: Any) -> Any:
        """Post contents of simulators.whatsapp as one webhook, and do no work yet."""
        payload = whatsapp.inbound(self.number, whatsapp.Customer(self.phone, self.name), *contents)
        return post_webhook(self.client, payload)

    def says(self, *texts: str) -> list[str]:
        """Say something, let everybody work, and hear what was answered."""
        heard = len(self.graph.messages_to(self.phone))
        for text in texts:
            assert self.sends(whatsapp.text(text)).status_code == 200
        self.work.run()
        return [message.text for message in self.graph.messages_to(self.phone)[heard:]]

    @property
    def conversation(self) -> Any:
        from apps.chat.models import Conversation

        return Conversation.objects.filter(identity__value=self.phone).latest("id")


def post_webhook(client: Client, payload: Any, *, path: str = "", secret: str = "", raw: bytes | None = None) -> Any:
    """A signed POST to the platform's webhook, or to a business's own `path`."""

    body = raw if raw is not None else whatsapp.encode(payload)
    before = connection.tenant
    try:
        return client.generic(
            "POST",
            path or "/api/v1/webhooks/whatsapp",
            data=body,
            content_type="application/json",
            headers={"X-Hub-Signature-256": whatsapp.sign(body, secret or settings.WHATSAPP_APP_SECRET)},
            HTTP_HOST="localhost",
        )
    finally:
        connection.set_tenant(before)


@pytest.fixture
def customer(channel: Any, graph: GraphSimulator, work: Work) -> Customer:
    return Customer(channel, graph, work)


@pytest.fixture
def asked(customer: Customer, work: Work) -> Any:
    """Davi's conversation after one message, which nobody has answered yet."""
    customer.sends(whatsapp.text("Oi, tem horário hoje?"))
    work.run(kinds="webhook")
    return customer.conversation


@pytest.fixture
def shop(tenant: Tenant) -> Any:
    """Three services, three professionals, Monday to Saturday 9 to 20 (Saturday to 18)."""
    from apps.barbearia import demo

    with transaction.atomic():
        demo.furnish()
    return tenant


# Browsers ------------------------------------------------------------------------------------------


class Browser(Client):
    """A browser on one host. Requests leave the test's own schema as it was."""

    def __init__(self, host: str, **options: Any) -> None:
        super().__init__(HTTP_HOST=host, **options)
        self.host = host

    def request(self, **request: Any) -> Any:
        before = connection.tenant
        try:
            return super().request(**request)
        finally:
            connection.set_tenant(before)


@pytest.fixture
def browser_at() -> Callable[..., Browser]:
    """`browser_at(host)`: nobody's browser."""
    return Browser


@pytest.fixture
def browser_for() -> Callable[[User, Tenant], Browser]:
    """`browser_for(user, tenant)`: a browser signed in on the host of a business, as a link does it."""

    def signed_in(user: User, tenant: Tenant) -> Browser:
        browser = Browser(hosts.host_of(tenant))
        link = signin.open_door(user, tenant)
        assert browser.get("/entrar/" + link.rpartition("/")[2]).status_code == 302
        return browser

    return signed_in
