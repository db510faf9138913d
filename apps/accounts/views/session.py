"""Signing in and out, on the public host and on a business's."""

from __future__ import annotations

from django import forms
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from apps.accounts import signin
from apps.accounts.errors import BadCredentials, NotAMember, TooManyAttempts
from apps.accounts.middleware import SESSION_TENANT
from apps.accounts.models import Tenant, User
from apps.accounts.views.policy import leads_to_a_business
from apps.lib.errors import DomainError

BACKEND = "django.contrib.auth.backends.ModelBackend"


class SignInForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


@never_cache
@sensitive_post_parameters("password")
@leads_to_a_business
def sign_in(request: HttpRequest) -> HttpResponse:
    """On a business's host: straight in. On the public host: into the person's only business, or a choice."""
    tenant: Tenant | None = request.tenant  # type: ignore[attr-defined]
    if tenant is not None and request.member is not None:  # type: ignore[attr-defined]
        return redirect(_next(request))
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                user = signin.check_password(request, **form.cleaned_data)
                return _enter(request, user, tenant)
            except (BadCredentials, TooManyAttempts, NotAMember) as error:
                form.add_error(None, error.message)
                status = error.status
        else:
            status = 422
    context = {"form": form, "next": _next(request), "signup_url": "" if tenant else reverse("accounts:sign_up")}
    return render(request, "accounts/sign_in.html", context, status=status)


def _enter(request: HttpRequest, user: User, tenant: Tenant | None) -> HttpResponse:
    if tenant is not None:
        signin.membership_in(user, tenant)
        _start_session(request, user, tenant)
        return redirect(_next(request))
    businesses = [member.tenant for member in signin.businesses_of(user)]
    if not businesses:
        raise NotAMember
    if len(businesses) == 1:
        return HttpResponseRedirect(signin.open_door(user, businesses[0]))
    doors = [{"name": business.name, "url": signin.open_door(user, business)} for business in businesses]
    return render(request, "accounts/choose_business.html", {"businesses": doors})


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else "/"


@never_cache
@require_safe
def walk_in(request: HttpRequest, token: str) -> HttpResponse:
    """Open a session from a single-use link, on the host of the business it was made for."""
    tenant: Tenant | None = request.tenant  # type: ignore[attr-defined]
    if tenant is None:
        raise Http404
    try:
        user = signin.walk_in(token, tenant=tenant)
    except DomainError:
        return redirect("accounts:sign_in")
    _start_session(request, user, tenant)
    return redirect("/")


def _start_session(request: HttpRequest, user: User, tenant: Tenant) -> None:
    """A session of this business only: a cookie carried to another host opens nothing there."""
    login(request, user, backend=BACKEND)
    request.session[SESSION_TENANT] = tenant.pk


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("accounts:sign_in")
