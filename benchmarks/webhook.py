"""Webhooks accepted by gunicorn against a bare Starlette service doing the same statements.

Three interleaved rounds of each, the median ratio; then the latency at 50 requests a second.
"""

from __future__ import annotations

import itertools
import os
import statistics
import subprocess
import time
from urllib.request import urlopen

from benchmarks._stack import (
    Stack,
    drip,
    flood,
    free_port,
    message_body,
    milliseconds,
    percentile,
    request_bytes,
    result,
    stack,
)

ROUNDS, REQUESTS = 3, 6000
_unique = itertools.count()


def requests(count: int) -> list[bytes]:
    return [request_bytes(message_body("5511988776655", f"oi {next(_unique)}")) for _ in range(count)]


def start_bare(stack: Stack) -> int:
    port = free_port()
    quiet = ("--log-level", "error", "--no-access-log")
    stack.start("bare", "uvicorn", "benchmarks._bare:app", "--port", str(port), "--workers", "2", *quiet)
    for _ in range(100):
        try:
            urlopen(f"http://127.0.0.1:{port}/", timeout=1)
        except OSError as error:
            if getattr(error, "code", None) == 404:
                return port
            time.sleep(0.1)
    raise RuntimeError("the yardstick did not start")


def rate(port: int, count: int = REQUESTS) -> float:
    seconds, _latencies, bad = flood(port, requests(count))
    if bad:
        raise RuntimeError(f"{bad} answers were not 200")
    return count / seconds


def insert_limit() -> float:
    """Transactions a second of the bare statement, by pgbench where there is one."""
    url = os.environ["DATABASE_URL"]
    script = "/tmp/ia_att_insert.sql"
    with open(script, "w") as file:
        file.write(
            "\\set n random(1, 1000000000000)\n"
            "INSERT INTO work_inboundevent (kind, body, digest, received_at, state, note) "
            "VALUES ('bench', '\\x00', decode(md5(:n::text), 'hex'), now(), 'done', '');\n"
        )
    try:
        told = subprocess.run(
            ["pgbench", "-n", "-c", "16", "-j", "2", "-T", "5", "-f", script, url], capture_output=True, text=True
        )
    except FileNotFoundError:
        return 0
    found = [line for line in told.stdout.splitlines() if line.startswith("tps")]
    return float(found[0].split()[2]) if found else 0


def main() -> None:
    with stack() as ours:
        ours.start_web()
        bare = start_bare(ours)
        rate(ours.port, 500), rate(bare, 500)  # warm
        pairs = [(rate(ours.port), rate(bare)) for _ in range(ROUNDS)]
        for mine, theirs in pairs:
            print(f"ours {mine:.0f}/s, bare Starlette {theirs:.0f}/s, ratio {mine / theirs:.2f}")
        if limit := insert_limit():
            print(f"one bare insert by pgbench: {limit:.0f}/s (the database's limit)")
        _sent, latencies = drip(ours.port, requests(500), per_second=50)
        print(f"at 50 requests a second: {milliseconds(latencies)}")
    result("webhook, of bare Starlette", statistics.median(m / t for m, t in pairs), "x", promise=0.35, better="more")
    result("webhook p95 at 50/s", percentile(latencies, 0.95) * 1000, "ms", promise=200)


if __name__ == "__main__":
    main()
