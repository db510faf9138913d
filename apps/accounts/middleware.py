"""From host to tenant, from person to membership, from error to answer."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from apps.accounts import hosts, presence
from apps.accounts.models import Membership
from apps.accounts.views import problems
from apps.lib.database import UNAVAILABLE, forget_lost_connections
from apps.lib.errors import DomainError
from apps.lib.tenancy import connection

Handler = Callable[[HttpRequest], HttpResponse]
log = structlog.get_logger(__name__)

ANY_HOST = ("/health/", "/api/health", "/static/")
WEBHOOKS = ("/api/v1/webhooks/", "/api/webhooks/")
SESSION_TENANT = "tenant"  # the business a session was opened for


class RequestIdMiddleware:
    """Every line logged and every trail entry written during a request carries its id."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex[:16]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response


class HostMiddleware:
    """Choose schema, URLs, time zone and language by host. Unknown hosts are 404."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        connection.set_schema_to_public()
        request.tenant = None  # type: ignore[attr-defined]
        try:
            return self._answer(request)
        except UNAVAILABLE as error:
            return unavailable(error)
        finally:
            connection.set_schema_to_public()

    def _answer(self, request: HttpRequest) -> HttpResponse:
        host = request.get_host().rpartition(":")[0] or request.get_host()
        host = host.lower().removesuffix(".") if not host.startswith("[") else host
        if hosts.is_public(host) or request.path.startswith(ANY_HOST):
            request.urlconf = "config.urls.public"
            return self.get_response(request)
        if hosts.is_back_office(host):
            request.urlconf = "config.urls.back_office"
            return self.get_response(request)
        tenant = hosts.tenant_of(host)
        if tenant is None:
            return problems.no_business(request)
        request.tenant = tenant  # type: ignore[attr-defined]
        request.urlconf = "config.urls.tenant"
        connection.set_tenant(tenant)
        structlog.contextvars.bind_contextvars(tenant=tenant.schema_name)
        with timezone.override(ZoneInfo(tenant.timezone)), translation.override(tenant.language):
            return self.get_response(request)


def unavailable(error: Exception) -> HttpResponse:
    """503: the database can't be reached. Never a false 200."""
    forget_lost_connections()
    log.warning("database unavailable", error=type(error).__name__)
    return JsonResponse(
        {"code": "unavailable", "detail": _("Try again in a moment.")}, status=503, headers={"Retry-After": "5"}
    )


class WebhookMiddleware:
    """A webhook is proved by its signature and shows nobody a page: all that follows here is not for it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(WEBHOOKS) or request.urlconf != "config.urls.public":
            return self.get_response(request)
        try:
            found = resolve(request.path, request.urlconf)
        except Resolver404:
            return self.get_response(request)
        return found.func(request, *found.args, **found.kwargs)


class BackOfficePolicyMiddleware:
    """The back office's theme evaluates expressions and sets styles: allowed there, and only there."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "urlconf", "") == "config.urls.back_office":
            response._csp_update = {  # type: ignore[attr-defined]
                "script-src": ["'unsafe-eval'"],
                "style-src": ["'unsafe-inline'"],
            }
        return response


class MembershipMiddleware:
    """`request.member` is the signed-in person's membership in this host's business, checked every time.

    A session opened for another business counts for nothing, even for a person who belongs to both.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.member = None  # type: ignore[attr-defined]
        tenant = request.tenant  # type: ignore[attr-defined]
        if tenant is not None and request.session.get(SESSION_TENANT) == tenant.pk and request.user.is_authenticated:
            request.member = membership(request.user, tenant)  # type: ignore[attr-defined]
            if request.member is not None:  # type: ignore[attr-defined]
                presence.seen(request.member)  # type: ignore[attr-defined]
            if request.user.language and _speaks(request.user.language, request):
                translation.activate(request.user.language)
        return self.get_response(request)


def _speaks(language: str, request: HttpRequest) -> bool:
    """The API speaks every language, screens those that are complete."""
    return request.path.startswith("/api/") or language in dict(settings.SCREEN_LANGUAGES)


def membership(user: object, tenant: object) -> Membership | None:
    """The person's current place in the business; None when there is none, or it or the person is inactive."""
    return (
        Membership.objects.active()
        .select_related("user")
        .filter(user=user, tenant=tenant)  # type: ignore[misc]
        .first()
    )


class InPlaceMiddleware:
    """A form that scripts sent in place and that leads elsewhere: the browser goes there itself, as it would have."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.htmx.boosted or "Location" not in response:  # type: ignore[attr-defined]
            return response
        leaving = HttpResponse(status=204, headers={"HX-Redirect": response["Location"]})
        leaving.cookies = response.cookies
        return leaving


class DomainErrorMiddleware:
    """A refused deed on a screen: a toast for htmx, otherwise a message and the page it came from."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, UNAVAILABLE):
            return unavailable(error)
        if not isinstance(error, DomainError) or isinstance(error, Http404):
            return None
        if request.path.startswith("/api/"):
            return JsonResponse(error.payload(), status=error.status)
        if getattr(request, "htmx", False):
            response = render(request, "_toast.html", {"message": error.message, "tone": "bad"}, status=error.status)
            response["HX-Retarget"] = "#toasts"
            response["HX-Reswap"] = "beforeend"
            response["HX-Reselect"] = "[data-toast]"
            return response
        messages.error(request, error.message)
        back = request.META.get("HTTP_REFERER", "")
        if url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
            return HttpResponseRedirect(back)
        return render(request, "error.html", {"message": error.message}, status=error.status)
