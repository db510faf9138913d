"""From a customer's message to the reply at Graph: latency at 17 a second, and how many a second hold.

More and more are offered, in small steps, until replies no longer keep up.

The AI is a loopback OpenAI that answers at once, debounce 0; everything runs on this machine's cores,
the load generator too. Statuses of our sends come back as webhooks and are not counted.
"""

from __future__ import annotations

import itertools
import os
import time

import psycopg

from benchmarks._stack import (
    SECRET,
    Business,
    drip,
    message_body,
    milliseconds,
    percentile,
    request_bytes,
    result,
    stack,
)
from simulators.graph import GraphSimulator
from simulators.openai import OpenAISimulator

OFFERED = (42, 45, 48, 52, 56, 60, 70, 80)  # messages a second
_phones = itertools.count(5511900000000)


def requests(count: int, phones: list[str] | None = None) -> tuple[list[str], list[bytes]]:
    """Customers, new ones unless given, and a message of each."""
    phones = phones[:count] if phones else [str(next(_phones)) for _ in range(count)]
    return phones, [request_bytes(message_body(phone, "oi, tudo bem?")) for phone in phones]


def answered(graph: GraphSimulator, phones: list[str], *, timeout: float, after: int = 0) -> dict[str, float]:
    """Unix times at which each customer's reply reached Graph; `after` so many messages were there before."""
    wanted, deadline = set(phones), time.time() + timeout
    while time.time() < deadline:
        times = {message.to: message.at for message in graph.messages[after:] if message.to in wanted}
        if len(times) == len(wanted):
            return times
        time.sleep(0.05)
    raise RuntimeError(f"{len(wanted) - len(times)} of {len(wanted)} replies missing after {timeout} s")


def latency(port: int, graph: GraphSimulator, *, count: int, per_second: float) -> list[float]:
    phones, prepared = requests(count)
    sent, _acknowledged = drip(port, prepared, per_second=per_second)
    times = answered(graph, phones, timeout=60)
    return [times[phone] - at for phone, at in zip(phones, sent, strict=True)]


def turns(count: int) -> list[float]:
    """Milliseconds that the latest turns took, from their opening to the queued reply, what the model took left out."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as database:
        [schema] = database.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 't\\_%'").fetchone() or [""]
        rows = database.execute(
            f"SELECT EXTRACT(epoch FROM ended_at - started_at)::float8 * 1000, trace FROM {schema}.agents_turn"
            f" WHERE ended_at IS NOT NULL ORDER BY id DESC LIMIT {count}"
        )
        return [took - sum(entry["ms"] for entry in trace) for took, trace in rows]


def sustained(
    port: int, graph: GraphSimulator, customers: list[str], *, per_second: float, seconds: float
) -> tuple[float, float]:
    """(replies a second, from first message to last reply; seconds from the last message to the last reply)."""
    phones, prepared = requests(int(per_second * seconds), customers)
    before = len(graph.messages)
    sent, _acknowledged = drip(port, prepared, per_second=per_second)
    times = answered(graph, phones, timeout=120, after=before)
    last = max(times.values())
    return len(phones) / (last - sent[0]), last - sent[-1]


def main() -> None:
    graph = GraphSimulator(app_secret=SECRET, permissive=True, waba_id="999888777666555")
    with graph, OpenAISimulator(text="Olá! Sou a assistente virtual daqui. Como posso ajudar?") as ai:
        environ = {"WHATSAPP_GRAPH_URL": graph.url, "OPENAI_BASE_URL": ai.base_url, "OPENAI_API_KEY": "bench"}
        with stack(**environ) as ours:
            ours.start_web()
            graph.webhook_url = ours.webhook
            Business.register(ours)
            ours.start_workers()
            latency(ours.port, graph, count=40, per_second=10)  # warm
            quiet = latency(ours.port, graph, count=340, per_second=17)
            print(f"at 17 a second: {milliseconds(quiet)}")
            own = turns(340)
            customers, prepared = requests(800)
            drip(ours.port, prepared, per_second=25)
            answered(graph, customers, timeout=120)  # conversations under way: each customer writes again
            best = 0.0
            for per_second in OFFERED:
                rate, lag = sustained(ours.port, graph, customers, per_second=per_second, seconds=10)
                print(f"offered {per_second}/s: {rate:.1f} replies/s, the last one {lag:.1f} s after the last message")
                best = max(best, rate)
                if rate < per_second * 0.9:
                    break
    result("message in, reply at Graph: p95 at 17/s", percentile(quiet, 0.95) * 1000, "ms", promise=300)
    result("a turn without its model, p95 at 17/s", percentile(own, 0.95), "ms", promise=60)
    result("replies sustained", best, "/s", promise=40, better="more")


if __name__ == "__main__":
    main()
