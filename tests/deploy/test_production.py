"""The production-shaped stack at work: gunicorn, daphne, dispatcher, worker and beat behind nginx, over TLS."""

from __future__ import annotations

import json
import re
import ssl
import urllib.parse
from typing import Any

import psycopg
import pytest

from simulators import whatsapp
from tests.deploy.conftest import SECRETS, Production, compose
from tests.promises.stack import wait_until

pytestmark = pytest.mark.promise
BUSINESS = "ze.localhost"


def _rows(production: Production, query: str) -> list[tuple[Any, ...]]:
    url = production.database.url.replace("postgres://", "postgresql://")
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(query).fetchall()


def _post_form(production: Production, path: str, data: dict[str, str], **headers: str) -> tuple[int, Any, bytes]:
    _status, page, _body = production.ask("GET", path, host=BUSINESS)
    token = re.search(r"__Host-csrf=([^;]+)", page["cookies"])
    assert token
    origin = f"https://{BUSINESS}:{production.ports['https']}"
    form = urllib.parse.urlencode(data | {"csrfmiddlewaretoken": token[1]}).encode()
    sent = {
        "Cookie": f"__Host-csrf={token[1]}",
        "Origin": origin,
        "Content-Type": "application/x-www-form-urlencoded",
        **headers,
    }
    return production.ask("POST", path, host=BUSINESS, body=form, headers=sent)


def test_a_person_signs_in_over_tls(production: Production) -> None:
    status, headers, _body = _post_form(production, "/entrar", {"email": "ze@example.com", "password": "senha-boa-123"})

    assert status == 302 and "strict-transport-security" in headers
    assert re.search(r"__Host-session=[^;]+;.*Secure", headers["cookies"])


def test_what_a_client_says_of_its_address_is_not_believed(production: Production) -> None:
    _post_form(
        production, "/entrar", {"email": "x@example.com", "password": "errada"}, **{"X-Forwarded-For": "6.6.6.6"}
    )

    assert {str(ip) for (ip,) in _rows(production, "SELECT host(ip) FROM accounts_signinfailure")} == {"127.0.0.1"}


def test_a_socket_opens_through_the_edge(production: Production) -> None:
    lines = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Origin": f"https://{BUSINESS}:{production.ports['https']}",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    status, headers, _body = production.ask("GET", "/ws/inbox", host=BUSINESS, headers=lines)

    assert (status, headers["upgrade"].lower()) == (101, "websocket")


def test_a_signed_webhook_is_stored_and_worked_on(production: Production) -> None:
    number = whatsapp.Number("999000999", "888000888", "551130001000")
    body = whatsapp.encode(whatsapp.inbound(number, whatsapp.Customer("5511988776655", "Davi"), whatsapp.text("oi")))
    signed = {"X-Hub-Signature-256": whatsapp.sign(body, SECRETS["whatsapp_app_secret"])}
    status, _headers, _body = production.ask("POST", "/api/v1/webhooks/whatsapp", body=body, headers=signed)

    assert status == 200
    # nobody's number: dispatcher and worker took it up and put it aside
    wait_until(
        lambda: _rows(production, "SELECT 1 FROM work_inboundevent WHERE state <> 'received'"),
        seconds=30,
        what="the event's reception",
    )


def test_a_webhook_is_at_most_8_mb_and_an_upload_26(production: Production) -> None:
    assert production.ask("POST", "/api/v1/webhooks/whatsapp", body=b"x" * 9_000_000)[0] == 413
    assert production.ask("POST", "/api/v1/media", host=BUSINESS, body=b"x" * 9_000_000)[0] != 413
    assert production.ask("POST", "/api/v1/media", host=BUSINESS, body=b"x" * 28_000_000)[0] == 413


def test_static_files_are_small_and_kept_for_ever(production: Production) -> None:
    page = production.ask("GET", "/entrar")[2].decode()
    [style] = re.findall(r'href="(/static/css/app\.[0-9a-f]{12}\.css)"', page)
    status, headers, _body = production.ask("GET", style, headers={"Accept-Encoding": "gzip"})

    assert status == 200 and headers["content-encoding"] == "gzip" and "immutable" in headers["cache-control"]
    [sprite] = set(re.findall(r'href="(/static/icons/sprite\.[0-9a-f]{12}\.svg)#', page))
    assert production.ask("GET", sprite)[0] == 200


def test_a_host_that_is_none_of_ours_gets_no_certificate(production: Production) -> None:
    with pytest.raises((ssl.SSLError, OSError)):
        production.connect("elsewhere.example")
    assert production.ask("GET", "/", host="nobody.localhost")[0] == 404


@pytest.mark.parametrize("service", ["web", "worker"])
def test_the_health_checks_hold(production: Production, service: str) -> None:
    kind, *words = compose()["services"][service]["healthcheck"]["test"]
    if kind == "CMD-SHELL":
        words = ["sh", "-c", words[0].replace("$$", "$")]
    production.run(*(word.replace(":8000/", f":{production.ports['web']}/") for word in words))


def test_every_line_of_every_log_is_json(production: Production) -> None:
    production.ask("GET", "/nada-aqui", host=BUSINESS)
    lines = [
        (name, line)
        for name in ("web", "live", "dispatcher", "worker", "beat")
        for line in production.log(name).splitlines()
    ]
    missing = [json.loads(line) for name, line in lines if name == "web" and "nada-aqui" in line]

    assert [line for line in lines if not line[1].startswith("{")] == []
    assert missing and all(line["tenant"].startswith("t_") and line["request_id"] for line in missing)


def test_nothing_secret_is_in_any_log(production: Production) -> None:
    said = "".join(production.log(name) for name in ("web", "live", "dispatcher", "worker", "beat", "nginx"))

    assert [name for name, value in SECRETS.items() if value in said] == [] and "senha-boa-123" not in said
    assert all(each.poll() is None for each in production.running.values())
