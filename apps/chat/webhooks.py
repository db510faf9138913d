"""Where Meta knocks: verify, store, answer. No parsing, no AI, no Redis here.

Body limit 8 MB. A wrong signature is 403 and stores nothing; an unreachable database is 503, never
a false 200 and never 4xx (some senders don't retry those).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from apps.accounts import addresses
from apps.lib.crypto import same
from apps.lib.database import UNAVAILABLE, forget_lost_connections
from apps.work import inbox

log = structlog.get_logger(__name__)

KIND = "whatsapp"


def _plain(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _problem(code: str, detail: str, status: int) -> HttpResponse:
    return JsonResponse({"code": code, "detail": detail}, status=status)


def _503_when_down(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    def guarded(request: HttpRequest, token: str = "") -> HttpResponse:
        try:
            return view(request, token)
        except UNAVAILABLE as error:
            forget_lost_connections()
            log.warning("webhook not stored: database unavailable", error=type(error).__name__)
            return _problem("unavailable", "The database is unreachable.", 503)

    return guarded


@csrf_exempt
@require_http_methods(["GET", "POST"])
@_503_when_down
def whatsapp(request: HttpRequest, token: str = "") -> HttpResponse:
    """Meta's verification (GET) and events (POST), at the platform's URL or a business's own."""
    address = addresses.by_token(token) if token else None
    if token and address is None:
        return _problem("not_found", "Unknown address.", 404)
    if request.method == "GET":
        return _verify(request, address)
    try:
        body = request.body
    except RequestDataTooBig:
        return _problem("too_large", "At most 8 MB.", 413)
    except UnreadablePostError:
        return _problem("malformed", "The body could not be read.", 400)
    if not is_signed(body, request.headers.get("X-Hub-Signature-256", ""), address):
        return _problem("bad_signature", "The signature is missing or wrong.", 403)
    inbox.store(KIND, body, address_id=address.id if address else None)
    return _plain("ok")


def _verify(request: HttpRequest, address: addresses.Address | None) -> HttpResponse:
    expected = (address.verify_token if address else "") or settings.WHATSAPP_VERIFY_TOKEN
    given = request.GET.get("hub.verify_token", "")
    if request.GET.get("hub.mode") == "subscribe" and same(given, expected):
        return _plain(request.GET.get("hub.challenge", ""))
    return _problem("forbidden", "Wrong mode or verification token.", 403)


def is_signed(body: bytes, header: str, address: addresses.Address | None) -> bool:
    """HMAC over the raw body: the business's own app secret, else the platform's."""
    secret = (address.secret if address else "") or settings.WHATSAPP_APP_SECRET
    expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), header.encode())
