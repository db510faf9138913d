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
    POST /_control/media      {content: base64, mime_type}: a customer's file; answers {id}
    POST /_control/settings   any of statuses, status_delay, status_copies, enforce_window, permissive
    POST /_control/reset      forgets messages, read marks, windows and faults
"""

from __future__ import annotations

import argparse
import base64
import os
import re
import threading
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Self

from simulators import media, templates, whatsapp
from simulators.control import control
from simulators.faults import Fault, FaultQueue
from simulators.graph_rules import INVALID_PARAMETER, MEDIA, TITLES, GraphError, check
from simulators.media import Media
from simulators.notifier import Notifier, Target
from simulators.registry import INVENTED_DISPLAY, INVENTED_NAME, Line, Registry, bad_token, unknown_object
from simulators.sent import HasPhone, SentLog, SentMessage
from simulators.server import Dropped, LoopbackServer, Request, Response, json_response
from simulators.whatsapp import Answer, Customer, Number

Json = dict[str, Any]

WINDOW_SECONDS = 24 * 3600
URL_SECONDS = 300
TEMPLATES_A_PAGE = 100
INVENTED_WABA = "209000000000001"
PHONE_DEFAULTS = {
    "display_phone_number",
    "verified_name",
    "quality_rating",
    "code_verification_status",
    "platform_type",
}


class GraphSimulator(LoopbackServer):
    """See the module's docstring. Everything public may be called from any thread.

    `permissive` and `waba_id` are explained in `registry.Registry`. `statuses` are posted `status_delay`
    seconds apart, in the order given, `status_copies` times each; `()` posts none.
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
        self.statuses = tuple(statuses)
        self.status_delay = status_delay
        self.status_copies = status_copies
        self.enforce_window = enforce_window
        self.subscribed: set[str] = set()  # WABAs whose webhooks were asked for
        self.registry = Registry(permissive=permissive, waba_id=waba_id)
        self.sent = SentLog()
        self.notifier = Notifier()
        self._faults = FaultQueue()
        self.url_seconds = URL_SECONDS  # how long a file's URL is good
        self.media_calls: list[str] = []  # the ids looked up, oldest first
        self.templates: dict[str, list[Json]] = {}  # by WABA; an account without any accepts every template
        self._media: dict[str, Media] = {}
        self._uploads = 0
        self._told: dict[str, Json] = {}  # what a look-up says otherwise than the truth
        self._reads: list[Json] = []
        self._inbound_at: dict[tuple[str, str], float] = {}
        self._guard_reads = threading.Lock()

    def start(self) -> Self:
        self.notifier.start()
        self.sent.open()
        return super().start()

    def stop(self) -> None:
        super().stop()
        self.sent.close()
        self.notifier.stop()

    # Set-up

    def add_number(
        self,
        phone_number_id: str,
        *,
        token: str,
        waba_id: str = INVENTED_WABA,
        display_phone_number: str = INVENTED_DISPLAY,
        verified_name: str = INVENTED_NAME,
        webhook_url: str = "",
        webhook_host: str = "",
        app_secret: str = "",
    ) -> Number:
        """Register a number; with `webhook_url` its webhooks go there, signed with `app_secret` if given."""
        number = Number(phone_number_id, waba_id=waba_id, display_phone_number=display_phone_number)
        secret = app_secret or self.app_secret
        target = Target(webhook_url, secret, webhook_host or self.webhook_host) if webhook_url else None
        self.registry.add(Line(number, token, verified_name, target))
        return number

    def add_media(self, content: bytes, *, mime_type: str, media_id: str = "") -> str:
        """A file a customer sent: its id, to put into `whatsapp.image(…)` and the like."""
        found = Media(media_id or media.new_id(), content, mime_type)
        self._media[found.id] = found
        return found.id

    @property
    def uploads(self) -> int:
        """How many files the business handed over."""
        return self._uploads

    def content_of(self, media_id: str) -> bytes:
        return self._media[media_id].content

    def forget_media(self, media_id: str) -> None:
        """The file is too old: Graph knows it no more."""
        self._media.pop(media_id, None)

    def tell_of_media(self, media_id: str, **fields: Any) -> None:
        """What a look-up of this file says otherwise than the truth: `url`, `file_size`, `sha256`…"""
        self._told[media_id] = fields

    def add_template(self, name: str, *, body: str, waba_id: str = INVENTED_WABA, **fields: Any) -> Json:
        """A message template of an account, approved unless `status` says otherwise."""
        template = templates.template(name, body=body, **fields)
        self.templates.setdefault(waba_id, []).append(template)
        return template

    def script(self, *faults: Fault) -> None:
        """Add faults to the queue."""
        self._faults.add(*faults)
        if any(fault.kind == "refuse" for fault in faults):
            self.close_idle()

    def reset(self) -> None:
        """Forget messages, read marks, windows, faults and templates; numbers, files and settings stay."""
        self.templates.clear()
        self.media_calls.clear()
        self._uploads = 0
        self._told.clear()
        self.url_seconds = URL_SECONDS
        self._faults.clear()
        self.sent.clear()
        self._inbound_at.clear()
        with self._guard_reads:
            self._reads.clear()

    # What was sent

    @property
    def messages(self) -> list[SentMessage]:
        return self.sent.to(None)

    @property
    def reads(self) -> list[Json]:
        """The read marks received, oldest first."""
        with self._guard_reads:
            return list(self._reads)

    def messages_to(self, to: str | HasPhone) -> list[SentMessage]:
        return self.sent.to(to)

    def wait_for(self, at_least: int = 1, *, to: str | HasPhone = "", timeout: float = 10) -> list[SentMessage]:
        """The messages once there are that many. Raises TimeoutError."""
        return self.sent.wait_for(at_least, to or None, timeout)

    def wait_quiet(self, seconds: float = 0.5, *, timeout: float = 10) -> bool:
        """Wait until nothing was sent for `seconds`, counted from now. Whether that happened in time."""
        return self.sent.wait_quiet(seconds, timeout)

    # Webhooks

    def customer_says(self, phone_number_id: str, customer: Customer, *contents: Json) -> Answer:
        """Post a customer's messages to the webhook, signed, and open the 24-hour window."""
        line = self.registry.line(phone_number_id)
        target = self._target(line)
        if target is None:
            raise ValueError("no webhook_url to post to")
        self.saw_inbound(phone_number_id, customer.wa_id or customer.user_id)
        payload = whatsapp.inbound(_reportable(line.number), customer, *contents)
        return whatsapp.post(target.url, payload, target.secret, host=target.host)

    def saw_inbound(self, phone_number_id: str, wa_id: str, *, at: float | None = None) -> None:
        """The customer wrote to that number at the Unix time `at` (now): the window is open for 24 hours."""
        self._inbound_at[phone_number_id, wa_id] = time.time() if at is None else at

    def post_status(self, message: SentMessage, state: str, *, code: int = 0, delay: float = 0.0) -> None:
        """Post one more status of a message in the background; `failed` wants a `code`."""
        line = self.registry.line(message.phone_number_id)
        target = self._target(line)
        if target is None:
            return
        errors = [whatsapp.failure(code, TITLES.get(code, "Error"))] if code else None
        category = "utility" if message.type == "template" else "service"
        item = whatsapp.status(
            message.id, state, to=message.to, callback=message.callback, errors=errors, category=category
        )
        body = whatsapp.encode(whatsapp.statuses(_reportable(line.number), item))
        self.notifier.schedule(target, body, key=message.to, delay=delay)

    def flush(self, timeout: float = 10) -> bool:
        """Wait until all webhooks were answered 200 or given up. Whether that happened in time."""
        return self.notifier.flush(timeout)

    def _post_statuses(self, message: SentMessage, fault: Fault | None) -> None:
        if fault and not fault.statuses:
            return
        code = fault.code if fault and fault.kind == "failed" else self._window_problem(message)
        for position, state in enumerate(["failed"] if code else self.statuses, start=1):
            for _ in range(self.status_copies):
                self.post_status(message, state, code=code, delay=position * self.status_delay)

    def _window_problem(self, message: SentMessage) -> int:
        if not self.enforce_window or message.type == "template":
            return 0
        opened_at = self._inbound_at.get((message.phone_number_id, message.to), 0.0)
        return 131047 if time.time() - opened_at > WINDOW_SECONDS else 0

    def _target(self, line: Line) -> Target | None:
        if line.target or not self.webhook_url:
            return line.target
        return Target(self.webhook_url, self.app_secret, self.webhook_host)

    # Graph

    def admits(self) -> bool:
        return self._faults.take_refusal() is None

    def respond(self, request: Request) -> Response:
        if request.path.startswith("/_control/"):
            return control(self, request)
        try:
            return self._route(request)
        except GraphError as error:
            return _error_response(error)

    def _route(self, request: Request) -> Response:
        parts = [part for part in request.path.split("/") if part]
        if parts and re.fullmatch(r"v\d+\.\d+", parts[0]):
            parts = parts[1:]
        match request.method, *parts:
            case "POST", phone_number_id, "messages":
                return self._messages_edge(request, phone_number_id)
            case "POST", phone_number_id, "media":
                return self._upload(request, phone_number_id)
            case "GET", "_media", media_id if media_id in self._media:
                return self._download(request, self._media[media_id])
            case "GET", media_id if media_id in self._media:
                return self._media_node(request, self._media[media_id])
            case "GET", phone_number_id:
                return self._node(request, phone_number_id)
            case "GET", waba_id, "message_templates":
                return self._message_templates(request, waba_id)
            case "GET", waba_id, "phone_numbers":
                return self._phone_numbers(request, waba_id)
            case ("GET" | "POST" | "DELETE") as method, waba_id, "subscribed_apps":
                return self._subscribed_apps(request, method, waba_id)
        raise unknown_object("/".join(parts), request.method)

    def _node(self, request: Request, phone_number_id: str) -> Response:
        node = self.registry.open(phone_number_id, request.bearer, method=request.method).as_node()
        names = _field_names(request.query.get("fields", "")) or PHONE_DEFAULTS
        if unknown := names - node.keys() - {"whatsapp_business_account"}:
            what = f"field ({min(unknown)}) on node type (WhatsAppBusinessPhoneNumber)"
            raise GraphError(INVALID_PARAMETER, message=f"(#100) Tried accessing nonexisting {what}")
        answer = {name: value for name, value in node.items() if name in names or name == "id"}
        fault = self._faults.take(edge="node", phone_number_id=phone_number_id)
        return self._through(fault, json_response(answer))

    def _phone_numbers(self, request: Request, waba_id: str) -> Response:
        lines = self.registry.of_waba(waba_id, request.bearer, method=request.method)
        fault = self._faults.take(edge="phone_numbers", phone_number_id="")
        data = [line.as_node() for line in lines]
        for node in data:
            node.pop("whatsapp_business_account", None)
        return self._through(fault, json_response({"data": data}))

    def _message_templates(self, request: Request, waba_id: str) -> Response:
        self.registry.of_waba(waba_id, request.bearer, method=request.method)
        fault = self._faults.take(edge="message_templates", phone_number_id="")
        limit = min(int(request.query.get("limit", 25)), TEMPLATES_A_PAGE)
        return self._through(fault, json_response(templates.page(self.templates.get(waba_id, []), request, limit)))

    def _subscribed_apps(self, request: Request, method: str, waba_id: str) -> Response:
        self.registry.of_waba(waba_id, request.bearer, method=method)
        fault = self._faults.take(edge="subscribed_apps", phone_number_id="")
        if method == "GET":
            app = {"whatsapp_business_api_data": {"id": "309000000000001", "name": "IA-ATT"}}
            return self._through(fault, json_response({"data": [app] if waba_id in self.subscribed else []}))
        if fault is None or fault.accepts:
            (self.subscribed.add if method == "POST" else self.subscribed.discard)(waba_id)
        return self._through(fault, json_response({"success": True}))

    def _messages_edge(self, request: Request, phone_number_id: str) -> Response:
        self.registry.open(phone_number_id, request.bearer, method=request.method)
        payload = request.json()
        check(payload)
        if payload.get("type") == "template":
            templates.check(payload["template"], self.templates.get(self.registry.line(phone_number_id).number.waba_id))
        if (
            media_id := str((payload.get(payload.get("type", "")) or {}).get("id") or "")
            if payload.get("type") in MEDIA
            else ""
        ):
            self._check_media_is_known(media_id)
        if "status" in payload:
            return self._mark_read(phone_number_id, payload)
        to = str(payload.get("to") or "")
        recipient = re.sub(r"\D", "", to) or str(payload["recipient"])
        fault = self._faults.take(edge="messages", phone_number_id=phone_number_id, to=recipient, payload=payload)
        if fault and not fault.accepts:
            return self._through(fault, Response())
        message = self.sent.add(phone_number_id=phone_number_id, to=recipient, payload=payload)
        self._post_statuses(message, fault)
        ids = {"wa_id": recipient} if to else {"user_id": recipient}
        answer = {
            "messaging_product": "whatsapp",
            "contacts": [{"input": to or recipient, **ids}],
            "messages": [{"id": message.id}],
        }
        return self._through(fault, json_response(answer))

    def _check_media_is_known(self, media_id: str) -> None:
        if media_id not in self._media:
            raise GraphError(INVALID_PARAMETER, f"Media ID {media_id} not found")

    def _mark_read(self, phone_number_id: str, payload: Json) -> Response:
        fault = self._faults.take(edge="read", phone_number_id=phone_number_id, payload=payload)
        if fault is None or fault.accepts:
            with self._guard_reads:
                self._reads.append({"phone_number_id": phone_number_id, **payload})
        return self._through(fault, json_response({"success": True}))

    def _upload(self, request: Request, phone_number_id: str) -> Response:
        self.registry.open(phone_number_id, request.bearer, method=request.method)
        found = media.uploaded(request)
        fault = self._faults.take(edge="media", phone_number_id=phone_number_id)
        if fault is None or fault.accepts:
            self._media[found.id] = found
            self._uploads += 1
        return self._through(fault, json_response({"id": found.id}))

    def _media_node(self, request: Request, found: Media) -> Response:
        if not self.registry.knows(request.bearer):
            raise bad_token()
        self.media_calls.append(found.id)
        fault = self._faults.take(edge="media", phone_number_id="")
        node = found.as_node(self.url, until=time.time() + self.url_seconds) | self._told.get(found.id, {})
        return self._through(fault, json_response(node))

    def _download(self, request: Request, found: Media) -> Response:
        if not self.registry.knows(request.bearer):
            return Response(status=401)
        if float(request.query.get("until", 0)) <= time.time():
            return Response(status=404)
        fault = self._faults.take(edge="download", phone_number_id="")
        return self._through(fault, Response(found.content, 200, {"Content-Type": found.mime_type}))

    def _through(self, fault: Fault | None, response: Response) -> Response:
        """The answer as the fault lets it through."""
        if fault is None or fault.kind == "failed":
            return response
        if fault.kind == "error":
            error = GraphError(fault.code, fault.details, subcode=fault.subcode, status=fault.status)
            return _error_response(error, retry_after=fault.retry_after)
        if fault.kind == "malformed":
            return Response(b"<!DOCTYPE html><title>Error</title>", 200, {"Content-Type": "text/html"})
        if fault.kind == "hang":
            self.stopping.wait(fault.seconds)
            if fault.accepts and not self.stopping.is_set():
                return response
        raise Dropped


def _reportable(number: Number) -> Number:
    """Webhooks always name a WABA, even when a permissive simulator was never told it."""
    return number if number.waba_id else replace(number, waba_id=INVENTED_WABA)


def _field_names(fields: str) -> set[str]:
    """The names in Graph's `fields`, without what is asked of their own fields: `a,b{c,d}` is a and b."""
    return {name.strip() for name in re.sub(r"\{[^}]*\}", "", fields).split(",")} - {""}


def _error_response(error: GraphError, *, retry_after: float | None = None) -> Response:
    trace = "A" + base64.urlsafe_b64encode(os.urandom(16)).decode().rstrip("=")
    wait = {} if retry_after is None else {"Retry-After": f"{retry_after:g}"}
    return json_response(error.as_json(trace), error.status, wait)


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
