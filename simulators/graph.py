"""Meta's Graph API for WhatsApp Cloud, on the loopback.

Embedded, for tests and benchmarks:

    with GraphSimulator(webhook_url=url, app_secret="…") as graph:
        graph.add_number("109…", token="EAA…", waba_id="209…")
        graph.script(Fault.error(131056, to="5541…"))
        graph.wait_for(1, to="5541…")
        graph.messages_to("5541…")[0].text

Alone, for `make run`: `python -m simulators.graph --port 8090 --webhook-url … --app-secret …`, controlled
over HTTP (bodies and answers are JSON):

    GET  /_control/messages?to=&after=SEQ&wait=SECONDS   what was sent after SEQ; waits for the first one
    POST /_control/script     a fault or a list of them (fields of faults.Fault)
    POST /_control/numbers    {phone_number_id, token, waba_id, …}: what add_number takes
    POST /_control/inbound    {phone_number_id, wa_id, waba_id?}: the customer has just written
    POST /_control/settings   any of statuses, status_delay, status_copies, enforce_window, permissive
    POST /_control/reset      forgets messages and faults
"""

from __future__ import annotations

import argparse
import base64
import os
import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from itertools import count
from typing import Any, Protocol, Self

from simulators import reading, whatsapp
from simulators.faults import Fault, FaultQueue
from simulators.graph_rules import INVALID_PARAMETER, TITLES, GraphError, check
from simulators.notifier import Notifier, Target
from simulators.server import Dropped, LoopbackServer, Request, Response, json_response
from simulators.whatsapp import Answer, Customer, Number

Json = dict[str, Any]

WINDOW_SECONDS = 24 * 3600
INVENTED_WABA = "209000000000001"
REFUSED_TOKENS = ("bad", "revoked")  # what a permissive simulator still turns away
PHONE_DEFAULTS = {
    "display_phone_number",
    "verified_name",
    "quality_rating",
    "code_verification_status",
    "platform_type",
}


class HasPhone(Protocol):
    @property
    def phone(self) -> str: ...


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message the simulator accepted. `to` is digits, or a BSUID; `at` is a Unix time."""

    seq: int
    id: str
    phone_number_id: str
    to: str
    payload: Json
    at: float

    @property
    def type(self) -> str:
        return str(self.payload.get("type", "text"))

    @property
    def text(self) -> str:
        return reading.text_of(self.payload)

    @property
    def options(self) -> list[reading.Option]:
        return reading.options_of(self.payload)

    @property
    def callback(self) -> str:
        """Our own id, as given in biz_opaque_callback_data."""
        return str(self.payload.get("biz_opaque_callback_data", ""))


@dataclass(frozen=True, slots=True)
class Line:
    """A number the simulator knows, whose token opens it and where its webhooks go."""

    number: Number
    token: str
    verified_name: str = "Barbearia do Zé"
    target: Target | None = None

    def as_node(self) -> Json:
        number = self.number
        account = {"whatsapp_business_account": {"id": number.waba_id}} if number.waba_id else {}
        return {
            "id": number.phone_number_id,
            "display_phone_number": number.display_phone_number,
            "verified_name": self.verified_name,
            "quality_rating": "GREEN",
            "code_verification_status": "VERIFIED",
            "name_status": "APPROVED",
            "platform_type": "CLOUD_API",
            "throughput": {"level": "STANDARD"},
            "status": "CONNECTED",
            "account_mode": "LIVE",
            "messaging_limit_tier": "TIER_250",
            "is_official_business_account": False,
            "webhook_configuration": {},
            **account,
        }


class GraphSimulator(LoopbackServer):
    """See the module's docstring. Everything public may be called from any thread.

    `permissive` answers for any phone_number_id and any token that doesn't contain "bad" or "revoked"; the
    WABA is the one that number or token was last seen with, else `waba_id`, else left out. Registered
    numbers (`add_number`) always want their own token. `statuses` are posted `status_delay` seconds apart,
    in the order given, `status_copies` times each; `()` posts none.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        host: str = "127.0.0.1",
        webhook_url: str = "",
        webhook_host: str = "",
        app_secret: str = "",
        permissive: bool = False,
        waba_id: str = "",
        statuses: Iterable[str] = ("sent", "delivered"),
        status_delay: float = 0.05,
        status_copies: int = 1,
        enforce_window: bool = False,
    ) -> None:
        super().__init__(port, host=host)
        self.webhook_url = webhook_url
        self.webhook_host = webhook_host
        self.app_secret = app_secret
        self.permissive = permissive
        self.waba_id = waba_id
        self.statuses = tuple(statuses)
        self.status_delay = status_delay
        self.status_copies = status_copies
        self.enforce_window = enforce_window
        self.subscribed: set[str] = set()  # WABAs whose webhooks were asked for
        self.notifier = Notifier()
        self._faults = FaultQueue()
        self._lines: dict[str, Line] = {}
        self._waba_seen: dict[str, str] = {}  # permissive: phone_number_id or token → WABA
        self._phones_seen: dict[str, set[str]] = defaultdict(set)  # permissive: token → phone_number_ids
        self._inbound_at: dict[tuple[str, str], float] = {}
        self._arrived = threading.Condition()
        self._seqs = count(1)
        self._messages: list[SentMessage] = []
        self._by_recipient: dict[str, list[SentMessage]] = defaultdict(list)
        self._reads: list[Json] = []
        self._last_arrival = time.monotonic()

    def start(self) -> Self:
        self.notifier.start()
        return super().start()

    def stop(self) -> None:
        super().stop()
        with self._arrived:
            self._arrived.notify_all()
        self.notifier.stop()

    # Set-up

    def add_number(
        self,
        phone_number_id: str,
        *,
        token: str,
        waba_id: str = INVENTED_WABA,
        display_phone_number: str = "+55 41 3333-0000",
        verified_name: str = "Barbearia do Zé",
        webhook_url: str = "",
        webhook_host: str = "",
        app_secret: str = "",
    ) -> Number:
        """Register a number; with `webhook_url` its webhooks go there, signed with `app_secret` if given."""
        number = Number(phone_number_id, waba_id=waba_id, display_phone_number=display_phone_number)
        secret = app_secret or self.app_secret
        target = Target(webhook_url, secret, webhook_host or self.webhook_host) if webhook_url else None
        self._lines[phone_number_id] = Line(number, token, verified_name, target)
        return number

    def script(self, *faults: Fault) -> None:
        """Add faults to the queue."""
        self._faults.add(*faults)
        if any(fault.kind == "refuse" for fault in faults):
            self.close_idle()

    def reset(self) -> None:
        """Forget messages, read marks, windows and faults; numbers and settings stay."""
        self._faults.clear()
        with self._arrived:
            self._messages.clear()
            self._by_recipient.clear()
            self._reads.clear()
            self._inbound_at.clear()

    # What was sent

    @property
    def messages(self) -> list[SentMessage]:
        with self._arrived:
            return list(self._messages)

    @property
    def reads(self) -> list[Json]:
        """The read marks received, oldest first."""
        with self._arrived:
            return list(self._reads)

    def messages_to(self, to: str | HasPhone) -> list[SentMessage]:
        with self._arrived:
            return list(self._by_recipient.get(_recipient(to), ()))

    def wait_for(self, at_least: int = 1, *, to: str | HasPhone = "", timeout: float = 10) -> list[SentMessage]:
        """The messages once there are that many. Raises TimeoutError."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self._sent(to)) >= at_least, timeout):
                raise TimeoutError(f"{len(self._sent(to))} of {at_least} messages arrived in {timeout} s")
            return list(self._sent(to))

    def wait_quiet(self, seconds: float = 0.5, *, timeout: float = 10) -> bool:
        """Wait until nothing was sent for `seconds`. False when that did not happen within `timeout`."""
        deadline = time.monotonic() + timeout
        quiet_since = time.monotonic()
        while (now := time.monotonic()) < deadline:
            with self._arrived:
                remaining = max(quiet_since, self._last_arrival) + seconds - now
                if remaining <= 0:
                    return True
                self._arrived.wait(min(remaining, deadline - now))
        return False

    def _sent(self, to: str | HasPhone) -> list[SentMessage]:
        return self._by_recipient.get(_recipient(to), []) if to else self._messages

    # Webhooks

    def customer_says(self, phone_number_id: str, customer: Customer, *contents: Json) -> Answer:
        """Post a customer's messages to the webhook, signed, and open the 24-hour window."""
        line = self._lines[phone_number_id]
        self.saw_inbound(phone_number_id, customer.wa_id or customer.user_id)
        target = self._target(line)
        if target is None:
            raise ValueError("no webhook_url to post to")
        return whatsapp.post(
            target.url, whatsapp.inbound(line.number, customer, *contents), target.secret, host=target.host
        )

    def saw_inbound(self, phone_number_id: str, wa_id: str, *, at: float | None = None) -> None:
        """The customer wrote to that number at the Unix time `at` (now): the window is open for 24 hours."""
        with self._arrived:
            self._inbound_at[phone_number_id, wa_id] = time.time() if at is None else at

    def post_status(self, message: SentMessage, state: str, *, code: int = 0, delay: float = 0.0) -> None:
        """Post one more status of a message in the background; `failed` wants a `code`."""
        self._schedule_status(self._line_of(message), message, state, code=code, delay=delay)

    def flush(self, timeout: float = 10) -> bool:
        """Wait until all webhooks were answered 200 or given up. Whether that happened in time."""
        return self.notifier.flush(timeout)

    def _line_of(self, message: SentMessage) -> Line:
        return self._lines.get(message.phone_number_id) or self._invented(message.phone_number_id, "")

    def _schedule_statuses(self, line: Line, message: SentMessage, fault: Fault | None) -> None:
        if fault and not fault.statuses:
            return
        code = fault.code if fault and fault.kind == "failed" else self._window_problem(line, message)
        for position, state in enumerate(["failed"] if code else self.statuses, start=1):
            for _ in range(self.status_copies):
                self._schedule_status(line, message, state, code=code, delay=position * self.status_delay)

    def _window_problem(self, line: Line, message: SentMessage) -> int:
        if not self.enforce_window or message.type == "template":
            return 0
        opened_at = self._inbound_at.get((line.number.phone_number_id, message.to), 0.0)
        return 131047 if time.time() - opened_at > WINDOW_SECONDS else 0

    def _schedule_status(self, line: Line, message: SentMessage, state: str, *, code: int, delay: float) -> None:
        target = self._target(line)
        if target is None:
            return
        errors = [whatsapp.failure(code, TITLES.get(code, "Error"))] if code else None
        category = "utility" if message.type == "template" else "service"
        item = whatsapp.status(
            message.id, state, to=message.to, callback=message.callback, errors=errors, category=category
        )
        number = line.number if line.number.waba_id else Number(line.number.phone_number_id, waba_id=INVENTED_WABA)
        body = whatsapp.encode(whatsapp.statuses(number, item))
        self.notifier.schedule(target, body, key=message.to, delay=delay)

    def _target(self, line: Line) -> Target | None:
        if line.target or not self.webhook_url:
            return line.target
        return Target(self.webhook_url, self.app_secret, self.webhook_host)

    # Graph

    def admits(self) -> bool:
        return self._faults.take_refusal() is None

    def respond(self, request: Request) -> Response:
        if request.path.startswith("/_control/"):
            return self._control(request)
        try:
            return self._route(request)
        except GraphError as error:
            return json_response(error.as_json(_trace()), error.status)

    def _route(self, request: Request) -> Response:
        parts = [part for part in request.path.split("/") if part]
        if parts and re.fullmatch(r"v\d+\.\d+", parts[0]):
            parts = parts[1:]
        match request.method, *parts:
            case "POST", phone_number_id, "messages":
                return self._messages_edge(request, phone_number_id)
            case "GET", phone_number_id:
                return self._node(request, phone_number_id)
            case "GET", waba_id, "phone_numbers":
                return self._phone_numbers(request, waba_id)
            case ("GET" | "POST" | "DELETE") as method, waba_id, "subscribed_apps":
                return self._subscribed_apps(request, method, waba_id)
        raise _unknown_object("/".join(parts), request.method)

    def _node(self, request: Request, phone_number_id: str) -> Response:
        line = self._open(phone_number_id, request)
        node = line.as_node()
        wanted = [
            re.sub(r"\{.*", "", name).strip() for name in re.split(r",(?![^{]*\})", request.query.get("fields", ""))
        ]
        names = set(filter(None, wanted)) or PHONE_DEFAULTS
        if unknown := names - node.keys() - {"whatsapp_business_account"}:
            message = (
                f"(#100) Tried accessing nonexisting field ({min(unknown)}) on node type (WhatsAppBusinessPhoneNumber)"
            )
            raise GraphError(INVALID_PARAMETER, message=message)
        answer = {name: value for name, value in node.items() if name in names or name == "id"}
        fault = self._faults.take(edge="node", phone_number_id=phone_number_id)
        return self._through(fault, json_response(answer))

    def _phone_numbers(self, request: Request, waba_id: str) -> Response:
        lines = self._lines_of(waba_id, request)
        fault = self._faults.take(edge="phone_numbers", phone_number_id="")
        hidden = {"whatsapp_business_account"}
        data = [{name: value for name, value in line.as_node().items() if name not in hidden} for line in lines]
        return self._through(fault, json_response({"data": data}))

    def _subscribed_apps(self, request: Request, method: str, waba_id: str) -> Response:
        self._lines_of(waba_id, request)
        fault = self._faults.take(edge="subscribed_apps", phone_number_id="")
        if method == "GET":
            app = {"whatsapp_business_api_data": {"id": "309000000000001", "name": "IA-ATT"}}
            return self._through(fault, json_response({"data": [app] if waba_id in self.subscribed else []}))
        if fault is None or fault.accepts:
            (self.subscribed.add if method == "POST" else self.subscribed.discard)(waba_id)
        return self._through(fault, json_response({"success": True}))

    def _messages_edge(self, request: Request, phone_number_id: str) -> Response:
        line = self._open(phone_number_id, request)
        payload = request.json()
        check(payload)
        if "status" in payload:
            return self._mark_read(line, payload)
        to = str(payload.get("to") or "")
        recipient = re.sub(r"\D", "", to) or str(payload["recipient"])
        fault = self._faults.take(edge="messages", phone_number_id=phone_number_id, to=recipient, payload=payload)
        if fault and not fault.accepts:
            return self._through(fault, Response())
        message = self._accept(line, recipient, payload)
        self._schedule_statuses(line, message, fault)
        ids = {"wa_id": recipient} if to else {"user_id": recipient}
        answer = {
            "messaging_product": "whatsapp",
            "contacts": [{"input": to or recipient, **ids}],
            "messages": [{"id": message.id}],
        }
        return self._through(fault, json_response(answer))

    def _mark_read(self, line: Line, payload: Json) -> Response:
        phone_number_id = line.number.phone_number_id
        fault = self._faults.take(edge="read", phone_number_id=phone_number_id, payload=payload)
        if fault is None or fault.accepts:
            with self._arrived:
                self._reads.append({"phone_number_id": phone_number_id, **payload})
        return self._through(fault, json_response({"success": True}))

    def _accept(self, line: Line, to: str, payload: Json) -> SentMessage:
        with self._arrived:
            message = SentMessage(
                next(self._seqs), whatsapp.wamid(), line.number.phone_number_id, to, payload, time.time()
            )
            self._messages.append(message)
            self._by_recipient[to].append(message)
            self._last_arrival = time.monotonic()
            self._arrived.notify_all()
        return message

    def _through(self, fault: Fault | None, response: Response) -> Response:
        """The answer as the fault lets it through."""
        if fault is None or fault.kind == "failed":
            return response
        if fault.kind == "error":
            error = GraphError(fault.code, fault.details, subcode=fault.subcode, status=fault.status)
            wait = {} if fault.retry_after is None else {"Retry-After": f"{fault.retry_after:g}"}
            return json_response(error.as_json(_trace()), error.status, wait)
        if fault.kind == "malformed":
            return Response(b"<!DOCTYPE html><title>Error</title>", 200, {"Content-Type": "text/html"})
        if fault.kind == "hang":
            self.stopping.wait(fault.seconds)
            if fault.accepts and not self.stopping.is_set():
                return response
        raise Dropped

    # Who may see what

    def _open(self, phone_number_id: str, request: Request) -> Line:
        """The line that request's token opens. Raises GraphError."""
        token = request.bearer
        line = self._lines.get(phone_number_id)
        if line and line.token == token:
            return line
        if line or not self._lets_in(token):
            raise self._stranger(token, phone_number_id, request.method)
        self._phones_seen[token].add(phone_number_id)
        return self._invented(phone_number_id, token)

    def _lines_of(self, waba_id: str, request: Request) -> list[Line]:
        """The lines of a WABA that request's token opens. Raises GraphError."""
        token = request.bearer
        lines = [line for line in tuple(self._lines.values()) if line.number.waba_id == waba_id]
        opened = [line for line in lines if line.token == token]
        if opened:
            return opened
        if lines or not self._lets_in(token):
            raise self._stranger(token, waba_id, request.method)
        self._waba_seen[token] = waba_id
        return [self._invented(phone_number_id, token) for phone_number_id in sorted(self._phones_seen[token])]

    def _lets_in(self, token: str) -> bool:
        return self.permissive and bool(token) and not any(word in token.lower() for word in REFUSED_TOKENS)

    def _invented(self, phone_number_id: str, token: str) -> Line:
        seen = self._waba_seen.get(phone_number_id) or self._waba_seen.get(token)
        return Line(
            Number(phone_number_id, waba_id=seen or self.waba_id, display_phone_number="+55 41 3333-0000"), token
        )

    def _stranger(self, token: str, object_id: str, method: str) -> GraphError:
        if any(line.token == token for line in tuple(self._lines.values())):
            return _unknown_object(object_id, method)
        return GraphError(190, message=TITLES[190])

    # Control

    def _control(self, request: Request) -> Response:
        name = request.path.removeprefix("/_control/")
        if request.method == "GET" and name == "messages":
            return self._list_messages(request.query)
        deeds: dict[str, Callable[[Any], None]] = {
            "script": self._control_script,
            "numbers": lambda payload: _ignore(self.add_number(**payload)),
            "inbound": self._control_inbound,
            "settings": self._control_settings,
            "reset": lambda _: self.reset(),
        }
        if request.method != "POST" or name not in deeds:
            return json_response({"detail": "unknown control"}, 404)
        try:
            deeds[name](request.json())
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            return json_response({"detail": str(error)}, 400)
        return json_response({"ok": True})

    def _list_messages(self, query: dict[str, str]) -> Response:
        to, after = query.get("to", ""), int(query.get("after", 0))
        with self._arrived:
            self._arrived.wait_for(
                lambda: self.stopping.is_set() or self._later(to, after), float(query.get("wait", 0))
            )
            found = self._later(to, after)
            last = self._messages[-1].seq if self._messages else after
        return json_response({"messages": [asdict(message) for message in found], "last": max(last, after)})

    def _later(self, to: str, after: int) -> list[SentMessage]:
        sent = self._sent(to)
        return [message for message in sent if message.seq > after] if sent and sent[-1].seq > after else []

    def _control_script(self, payload: Any) -> None:
        self.script(*(Fault.from_json(one) for one in (payload if isinstance(payload, list) else [payload])))

    def _control_inbound(self, payload: Any) -> None:
        self.saw_inbound(payload["phone_number_id"], payload["wa_id"])
        if payload.get("waba_id"):
            self._waba_seen[payload["phone_number_id"]] = payload["waba_id"]

    def _control_settings(self, payload: Any) -> None:
        known = {"statuses", "status_delay", "status_copies", "enforce_window", "permissive"}
        if unknown := payload.keys() - known:
            raise ValueError(f"unknown settings {sorted(unknown)}; known: {sorted(known)}")
        for name, value in payload.items():
            setattr(self, name, value)


def _recipient(to: str | HasPhone) -> str:
    to = to if isinstance(to, str) else to.phone
    return to if whatsapp.is_user_id(to) else re.sub(r"\D", "", to)


def _unknown_object(object_id: str, method: str) -> GraphError:
    message = (
        f"Unsupported {method.lower()} request. Object with ID '{object_id}' does not exist, cannot be loaded "
        "due to missing permissions, or does not support this operation."
    )
    return GraphError(INVALID_PARAMETER, message=message, subcode=33, kind="GraphMethodException")


def _trace() -> str:
    return "A" + base64.urlsafe_b64encode(os.urandom(16)).decode().rstrip("=")


def _ignore(_: object) -> None:
    pass


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m simulators.graph", description="A loopback WhatsApp Graph API.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--webhook-url", default="", help="where status webhooks go")
    parser.add_argument("--webhook-host", default="", help="replaces the Host header of the webhooks")
    parser.add_argument("--app-secret", default=os.environ.get("WHATSAPP_APP_SECRET", ""))
    parser.add_argument("--waba-id", default="", help="the WABA of numbers it was not told about")
    parser.add_argument("--number", action="append", default=[], metavar="PHONE_ID:WABA:TOKEN", help="know this number")
    parser.add_argument("--strict", action="store_true", help="refuse numbers it was not told about")
    parser.add_argument("--statuses", default="sent,delivered", help="comma separated; empty for none")
    parser.add_argument("--status-delay", type=float, default=0.3)
    parser.add_argument("--enforce-window", action="store_true", help="fail free-form messages after 24 hours")
    options = parser.parse_args(arguments)
    graph = GraphSimulator(
        options.port,
        host=options.host,
        webhook_url=options.webhook_url,
        webhook_host=options.webhook_host,
        app_secret=options.app_secret,
        permissive=not options.strict,
        waba_id=options.waba_id,
        statuses=filter(None, options.statuses.split(",")),
        status_delay=options.status_delay,
        enforce_window=options.enforce_window,
    )
    for number in options.number:
        phone_number_id, waba_id, token = number.split(":", 2)
        graph.add_number(phone_number_id, waba_id=waba_id, token=token)
    graph.start()
    print(f"Graph API simulado em {graph.url}", flush=True)
    graph.wait_forever()


if __name__ == "__main__":
    main()
