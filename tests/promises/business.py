"""A business registered through the API, and its customers, who write through signed webhooks."""

from __future__ import annotations

import itertools
import json
from typing import Any

from simulators import whatsapp
from simulators.sent import SentMessage

from .stack import Stack

_numbers = itertools.count(1)


class Business:
    """Registered, with one agent on one WhatsApp number; `api` speaks as its owner."""

    def __init__(self, stack: Stack, *, provider: str, debounce: tuple[float, float]) -> None:
        self.stack, self.index = stack, next(_numbers)
        self._register()
        self._set_agent(provider, debounce)
        self._connect()

    def _register(self) -> None:
        body = {
            "name": "Ana Souza",
            "email": f"ana{self.index}@example.com",
            "password": "senha-boa-123",
            "business_name": f"Barbearia {self.index}",
            "business_type": "barbearia",
        }
        status, answer = self.stack.request("POST", "/api/v1/auth/register", body)
        assert status == 201, answer
        self.token, self.host = answer["access"], answer["tenant"]["host"]
        [(self.schema,)] = self.stack.rows(
            "SELECT schema_name FROM public.accounts_tenant WHERE slug = %s", answer["tenant"]["slug"]
        )

    def _set_agent(self, provider: str, debounce: tuple[float, float]) -> None:
        self.agent = self.api("GET", "/agents")["results"][0]["id"]
        quiet, cap = debounce
        wish = {"ai_provider": provider, "debounce_seconds": quiet, "debounce_cap_seconds": cap}
        self.api("PATCH", f"/agents/{self.agent}", wish)

    def _connect(self) -> None:
        self.number = whatsapp.Number(f"1090000{self.index:08d}", waba_id=f"2090000{self.index:08d}")
        token = f"token-{self.index}"
        self.stack.graph.add_number(self.number.phone_number_id, token=token, waba_id=self.number.waba_id)
        body = {
            "kind": "whatsapp_cloud",
            "name": "WhatsApp",
            "phone_number_id": self.number.phone_number_id,
            "waba_id": self.number.waba_id,
            "access_token": token,
        }
        channel = self.api("POST", "/channels", body)
        assert channel["status"] == "active", channel

    def api(self, method: str, path: str, body: Any = None) -> Any:
        """The answer's JSON. Anything but success fails the test."""
        status, answer = self.stack.request(method, f"/api/v1{path}", body, host=self.host, token=self.token)
        assert status < 300, (method, path, status, answer)
        return answer

    def open_shop(self) -> int:
        """A service and somebody who does it; the service's id."""
        service = {"name": "Corte", "price": "45.00", "duration_minutes": 30}
        created = self.api("POST", "/barbearia/services", service)["id"]
        self.api("POST", "/barbearia/professionals", {"name": "Carlos", "services": [created]})
        return created

    def customer(self, name: str = "Davi") -> Customer:
        return Customer(self, self.stack.next_phone(), name)

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Straight from the business's tables; write them as `{schema}.table`."""
        return self.stack.rows(query.replace("{schema}", self.schema), *values)

    def statuses(self) -> dict[str, int]:
        """How many of our messages stand where."""
        query = "SELECT status, count(*) FROM {schema}.chat_message WHERE sender = 'ai' GROUP BY status"
        return dict(self.rows(query))


class Customer:
    def __init__(self, business: Business, phone: str, name: str) -> None:
        self.business, self.stack, self.phone, self.name = business, business.stack, phone, name

    def webhook(self, *texts: str) -> bytes:
        """The body of a webhook with these messages, each with an id of its own."""
        contents = [whatsapp.text(text) for text in texts]
        customer = whatsapp.Customer(self.phone, self.name)
        return whatsapp.encode(whatsapp.inbound(self.business.number, customer, *contents))

    def says(self, *texts: str) -> int:
        return self.stack.post_webhook(self.webhook(*texts))

    @property
    def heard(self) -> list[SentMessage]:
        return self.stack.graph.messages_to(self.phone)

    def hears(self, at_least: int = 1, *, seconds: float = 15) -> list[str]:
        found = self.stack.graph.wait_for(at_least, to=self.phone, timeout=seconds)
        return [message.text for message in found]

    @property
    def conversation(self) -> dict[str, Any]:
        return self.business.api("GET", f"/conversations?q={self.phone[-11:]}")["results"][0]

    @property
    def thread(self) -> list[dict[str, Any]]:
        """The conversation's messages, oldest first."""
        listed = self.business.api("GET", f"/messages?conversation_id={self.conversation['id']}&limit=100")["results"]
        return sorted(listed, key=lambda message: message["id"])


def echo(request: dict[str, Any]) -> str:
    """A model that repeats everything the customer said since the last answer."""
    said: list[str] = []
    for message in request["messages"]:
        if message["role"] == "user":
            said.append(str(message["content"]))
        elif message["role"] == "assistant":
            said = []
    return "Entendi: " + " / ".join(said)


def result_of(request: dict[str, Any], tool: str) -> dict[str, Any]:
    """What a tool last answered, as the model sees it."""
    names = {call["id"]: call["function"]["name"] for m in request["messages"] for call in m.get("tool_calls") or []}
    found = [m for m in request["messages"] if m["role"] == "tool" and names.get(m["tool_call_id"]) == tool]
    return dict(json.loads(found[-1]["content"])) if found else {}
