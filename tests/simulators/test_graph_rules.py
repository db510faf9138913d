from __future__ import annotations

import pytest

from simulators.graph_rules import GraphError, check

TO = {"messaging_product": "whatsapp", "to": "5541999990001"}


def interactive(kind="button", *, body="Confirma?", **more):
    action = more.pop("action", None) or {"buttons": [button("b1", "Sim")]}
    return {
        **TO,
        "type": "interactive",
        "interactive": {"type": kind, "body": {"text": body}, "action": action, **more},
    }


def button(id, title):
    return {"type": "reply", "reply": {"id": id, "title": title}}


def buttons(*pairs):
    return {"buttons": [button(*pair) for pair in pairs]}


def row(number, **more):
    return {"id": f"r{number}", "title": f"Horário {number}", **more}


def sections(*lists, label="Horários"):
    return {"button": label, "sections": [{"title": f"Dia {day}", "rows": rows} for day, rows in enumerate(lists)]}


@pytest.mark.parametrize("payload", [
    {**TO, "type": "text", "text": {"body": "x" * 4096}},
    {**TO, "text": {"body": "o tipo padrão é texto"}},
    {**TO, "type": "text", "text": {"body": "oi"}, "context": {"message_id": "wamid.1"}},
    {**TO, "type": "reaction", "reaction": {"message_id": "wamid.1", "emoji": ""}},
    {**TO, "type": "template", "template": {"name": "lembrete", "language": {"code": "pt_BR"}}},
    {**TO, "type": "image", "image": {"id": "1", "caption": "x" * 1024}},
    {**TO, "type": "location", "location": {"latitude": -25.4, "longitude": -49.2}},
    {"messaging_product": "whatsapp", "recipient": "BR.1502576394655843", "type": "text", "text": {"body": "oi"}},
    {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.1"},
    interactive(body="x" * 1024, header={"type": "text", "text": "x" * 60}, footer={"text": "x" * 60}),
    interactive(action=buttons(("a" * 256, "x" * 20), ("b", "y"), ("c", "z"))),
    interactive("list", body="x" * 4096, action=sections([row(n, description="x" * 72) for n in range(10)])),
])  # fmt: skip
def test_what_meta_takes_is_taken(payload):
    check(payload)


@pytest.mark.parametrize(("payload", "code"), [
    (None, 100),
    ({"to": "5541999990001", "type": "text", "text": {"body": "oi"}}, 100),
    ({"messaging_product": "whatsapp", "type": "text", "text": {"body": "oi"}}, 100),
    ({**TO, "to": "Davi", "text": {"body": "oi"}}, 131009),
    ({"messaging_product": "whatsapp", "recipient": "5541999990001", "text": {"body": "oi"}}, 131009),
    ({**TO, "type": "text", "text": {"body": "x" * 4097}}, 100),
    ({**TO, "type": "text", "text": {"body": " "}}, 100),
    ({**TO, "type": "poll", "poll": {}}, 100),
    ({**TO, "text": {"body": "oi"}, "context": {"id": "wamid.1"}}, 100),
    ({**TO, "text": {"body": "oi"}, "biz_opaque_callback_data": "x" * 513}, 100),
    ({**TO, "type": "reaction", "reaction": {"emoji": "👍"}}, 100),
    ({**TO, "type": "template", "template": {"name": "lembrete"}}, 100),
    ({**TO, "type": "image", "image": {"caption": "sem arquivo"}}, 100),
    ({"messaging_product": "whatsapp", "status": "read"}, 100),
    ({"messaging_product": "whatsapp", "status": "read", "message_id": "1", "typing_indicator": {"type": "x"}}, 100),
    (interactive(body=""), 131008),
    (interactive(body="x" * 1025), 131009),
    (interactive(footer={"text": "x" * 61}), 131009),
    (interactive(header={"type": "text", "text": "x" * 61}), 131009),
    (interactive(action=buttons(*[(f"b{n}", f"t{n}") for n in range(4)])), 131009),
    (interactive(action={"buttons": []}), 131009),
    (interactive(action=buttons(("b1", "x" * 21))), 131009),
    (interactive(action=buttons(("x" * 257, "Sim"))), 131009),
    (interactive(action=buttons(("b1", "Sim"), ("b1", "Não"))), 131009),
    (interactive("list", action=sections([row(n) for n in range(6)], [row(n) for n in range(6, 11)])), 131009),
    (interactive("list", action=sections([row(1), row(1)])), 131009),
    (interactive("list", action=sections([row(1, title="x" * 25)])), 131009),
    (interactive("list", action=sections([row(1, description="x" * 73)])), 131009),
    (interactive("list", action=sections([row(1, id="x" * 201)])), 131009),
    (interactive("list", action=sections([row(1)], label="x" * 21)), 131009),
    (interactive("list", action=sections([row(1)]), header={"type": "image"}), 131009),
])  # fmt: skip
def test_what_meta_refuses_is_refused_with_its_code(payload, code):
    with pytest.raises(GraphError) as refused:
        check(payload)

    assert refused.value.code == code
    assert refused.value.status == 400


def test_an_error_looks_like_one_of_graphs():
    error = GraphError(131009, "Button title length invalid").as_json("trace")["error"]

    assert error == {
        "message": "(#131009) Parameter value is not valid",
        "type": "OAuthException",
        "code": 131009,
        "error_data": {"messaging_product": "whatsapp", "details": "Button title length invalid"},
        "fbtrace_id": "trace",
    }
