"""The inbox with 50,000 messages in 5,000 conversations: what a page costs the server, and how many statements."""

from __future__ import annotations

import os
import statistics
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("LOG_LEVEL", "ERROR")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from apps.accounts import hosts, signin, signup  # noqa: E402
from apps.chat.models import Channel, Conversation  # noqa: E402
from apps.lib.tenancy import tenant_context  # noqa: E402
from benchmarks._stack import percentile, result  # noqa: E402

CONVERSATIONS, MESSAGES, LONG_THREAD = 5_000, 50_000, 5_000
ROUNDS = 40
PROMISE_MILLISECONDS = 150

FILL = (
    """
    INSERT INTO chat_contact (name, phone, email, search, created_at)
    SELECT 'Cliente ' || n, '55119' || lpad(n::text, 8, '0'), '', 'cliente ' || n, now()
    FROM generate_series(1, {talks}) n
    """,
    """
    INSERT INTO chat_contactidentity
        (contact_id, channel_id, kind, value, canonical, is_reachable, last_inbound_at, created_at)
    SELECT id, {channel}, 'wa_id', phone, phone, true, now(), now() FROM chat_contact
    """,
    """
    INSERT INTO chat_conversation
        (identity_id, channel_id, status, is_ai_active, awaits_ai, needs_human_reason, priority, tags, unread, snippet,
         snippet_sender, last_message_at, created_at, updated_at, needs_human_since)
    SELECT id, {channel}, CASE WHEN id % 3 = 0 THEN 'resolved' ELSE 'active' END, id % 50 <> 1, false, '', 'normal',
        CASE WHEN id % 10 = 0 THEN '["vip"]' ELSE '[]' END::jsonb, id % 4, 'Quero marcar um corte amanhã cedo',
        'customer', now() - id * interval '1 minute', now(), now(), CASE WHEN id % 50 = 1 THEN now() END
    FROM chat_contactidentity
    """,
    """
    INSERT INTO chat_message
        (conversation_id, channel_id, sender, message_type, content, data, status, error, attempt, maybe_duplicate,
         provider_ts, received_at, updated_at, provider_id)
    SELECT (SELECT min(id) FROM chat_conversation) + CASE WHEN n <= {long} THEN 0 ELSE n % {talks} END,
        {channel}, CASE WHEN n % 2 = 0 THEN 'customer' ELSE 'ai' END, 'text',
        'Mensagem ' || n || ': tem horário na ' || (ARRAY['segunda', 'terça', 'quarta'])[n % 3 + 1] || '?',
        '{{}}', 'read', '', 1, false, now() - n * interval '1 second', now(), now(), 'wamid.' || n
    FROM generate_series(1, {messages}) n
    """,
    "ANALYZE chat_contact",
    "ANALYZE chat_contactidentity",
    "ANALYZE chat_conversation",
    "ANALYZE chat_message",
)


def fill() -> None:
    channel = Channel.objects.create(kind="whatsapp_cloud", name="WhatsApp", external_id="1", status="active")
    values = {"channel": channel.pk, "talks": CONVERSATIONS, "messages": MESSAGES, "long": LONG_THREAD}
    with connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement.format(**values))


def measure(browser: Client, path: str) -> tuple[float, int]:
    """(p95 in milliseconds, statements) of a page, warm."""
    for _ in range(5):
        browser.get(path)
    taken, worked = [], time.process_time()
    for _ in range(ROUNDS):
        started = time.perf_counter()
        answer = browser.get(path)
        taken.append((time.perf_counter() - started) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")
    worked = (time.process_time() - worked) * 1000 / ROUNDS
    with CaptureQueriesContext(connection) as statements:
        browser.get(path)
    p50, p95 = statistics.median(taken), percentile(taken, 0.95)
    print(
        f"{path:40} p50 {p50:6.1f} ms, p95 {p95:6.1f} ms, {worked:5.1f} ms of processor, {len(statements)} statements"
    )
    return p95, len(statements)


def main() -> None:
    call_command("migrate_schemas", shared=True, verbosity=0)
    tenant, ana = signup.register(
        signup.SignUp(
            name="Ana Souza",
            email="ana@example.com",
            password="senha-boa-123",
            business_name="Bench",
            business_type="barbearia",
        )
    )
    browser = Client(HTTP_HOST=hosts.host_of(tenant))
    browser.get("/entrar/" + signin.open_door(ana, tenant).rpartition("/")[2])
    with tenant_context(tenant):
        fill()
        first = Conversation.objects.order_by("id").values_list("pk", flat=True)[0]
    for what, path in (
        ("inbox, the list", "/conversas"),
        ("inbox, a thread of 5,000", f"/conversas/{first}"),
        ("inbox, a refresh of the list", "/conversas/lista"),
        ("inbox, a search", "/conversas/lista?q=terca"),
        ("inbox, a rare word", "/conversas/lista?q=mensagem%2049999"),
    ):
        milliseconds, statements = measure(browser, path)
        result(f"{what}, p95", milliseconds, "ms", promise=PROMISE_MILLISECONDS)
        result(f"{what}, statements", statements, "", promise=26)


if __name__ == "__main__":
    main()
