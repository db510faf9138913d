"""How long a new business waits: whole sign-ups, over HTTP, after a deploy; alone, and four at once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from benchmarks._stack import Stack, result, stack

PROMISE_SECONDS = 5
ALONE, TOGETHER = 8, 4


def main() -> None:
    with stack() as made:
        made.start_web()
        first = _sign_up(made, 0)
        alone = [_sign_up(made, number) for number in range(1, ALONE)]
        with ThreadPoolExecutor(TOGETHER) as people:
            together = list(people.map(lambda number: _sign_up(made, number), range(ALONE, ALONE + TOGETHER)))
    result("sign-up, the first after a deploy", first, "s", promise=PROMISE_SECONDS)
    result("sign-up, slowest alone", max(alone), "s", promise=PROMISE_SECONDS)
    result("sign-up, slowest of four at once", max(together), "s", promise=PROMISE_SECONDS)


def _sign_up(made: Stack, number: int) -> float:
    """Seconds."""
    wish = {
        "name": "Ana Souza",
        "email": f"ana{number}@example.com",
        "password": "senha-boa-123",
        "business_name": f"Barbearia {number}",
    }
    started = time.perf_counter()
    made.call("POST", "/api/v1/auth/register", wish)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
