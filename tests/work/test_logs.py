"""What a line of the log tells: whose it is, and never a secret."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from apps.accounts import hosts
from config.logs import logging_config


@pytest.fixture
def lines() -> Iterator[Any]:
    """`lines()`: what was logged, as production writes it."""
    written = io.StringIO()
    line = dict(logging_config(json=True, level="DEBUG")["formatters"]["line"])
    handler = logging.StreamHandler(written)
    handler.setFormatter(line.pop("()")(**line))
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: [json.loads(each) for each in written.getvalue().splitlines()]
    root.removeHandler(handler)


def test_a_line_of_a_request_names_the_request_and_the_business(world: Any, browser_at: Any, lines: Any) -> None:
    answer = browser_at(hosts.host_of(world.tenant)).get("/nada-aqui")

    [line] = [line for line in lines() if "nada-aqui" in line["event"]]
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert line["tenant"] == world.tenant.schema_name and line["level"] == "warning" and line["timestamp"]


def test_a_line_of_a_job_names_the_job_and_the_business(tenant: Any, deeds: Any, lines: Any) -> None:
    def act(job: Any) -> None:
        structlog.get_logger("apps.test").warning("inside")
        raise ValueError("no good")

    deeds.next = [act]
    row = deeds.wake()
    deeds.run()

    inside, failed = (next(line for line in lines() if line["event"] == said) for said in ("inside", "work failed"))
    for line in (inside, failed):
        assert (line["work"], line["kind"], line["attempt"]) == (row.pk, row.kind, 1)
        assert line["tenant"] == tenant.schema_name
    assert "no good" in failed["exception"]


def test_no_secret_reaches_a_line(world: Any, public: Any, as_ana: Any, graph: Any, lines: Any) -> None:
    public.post("/api/v1/auth/login", {"email": "ana@example.com", "password": "segredo-da-ana"})
    number = {"kind": "whatsapp_cloud", "name": "W", "phone_number_id": "1", "waba_id": "2"}
    as_ana.post("/api/v1/channels", number | {"access_token": "segredo-do-canal"})
    as_ana.get("/api/v1/nada-aqui")

    said = json.dumps(lines())
    assert said != "[]" and "segredo" not in said and as_ana.token not in said
