"""The public site: what this is, and making a business in the browser."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts import signin, signup, start, zones
from apps.accounts.errors import EmailTaken
from apps.accounts.models import MAX_SLUG, Tenant, User
from apps.accounts.views.policy import leads_to_a_business
from apps.lib.errors import DomainError
from apps.lib.fields import show_refusal
from apps.work import idempotency

MALFORMED = gettext_lazy("Use small letters and numbers, with single hyphens between them.")
TAKEN = gettext_lazy("This address is already taken.")


class ZoneField(forms.ChoiceField):
    """A time zone under any of the names browsers have for it."""

    def to_python(self, value: Any) -> str:
        return zones.known(str(value))


class SignUpForm(forms.Form):
    """`key` is drawn with the form: sent twice, it makes one business."""

    name = forms.CharField(label=gettext_lazy("Your name"), max_length=120)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=200,
        strip=False,
        help_text=gettext_lazy("At least 8 characters."),
        widget=forms.PasswordInput,
    )
    business_name = forms.CharField(label=gettext_lazy("Name of the business"), max_length=120)
    slug = forms.CharField(
        label=gettext_lazy("Address of your panel"),
        max_length=MAX_SLUG,
        required=False,
    )
    business_type = forms.ChoiceField(
        label=gettext_lazy("Kind of business"), choices=Tenant.Type.choices, initial=Tenant.Type.BARBEARIA
    )
    timezone = ZoneField(label=gettext_lazy("Time zone"), choices=zones.choices, initial=zones.DEFAULT, required=False)
    key = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"]).lower()
        if slug and not signup.is_well_formed(slug):
            raise ValidationError(MALFORMED)
        if slug and not signup.is_free(slug):
            raise ValidationError(TAKEN)
        return slug

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("password"):
            try:
                validate_password(data["password"], User(email=data.get("email", ""), name=data.get("name", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return data

    def wish(self) -> signup.SignUp:
        return signup.SignUp(**{name: value for name, value in self.cleaned_data.items() if name != "key"})


@never_cache
@sensitive_post_parameters("password")
@leads_to_a_business
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _form(request, SignUpForm(initial={"key": secrets.token_urlsafe(24)}))
    form = SignUpForm(request.POST)
    if not form.is_valid():
        return _form(request, form, status=422)
    try:
        tenant, user = _register(request, form)
    except DomainError as error:
        show_refusal(form, error)
        return _form(request, form, status=error.status, headers=getattr(error, "headers", None))
    return HttpResponseRedirect(signin.open_door(user, tenant))


def _register(request: HttpRequest, form: SignUpForm) -> tuple[Tenant, User]:
    """The business that this very form made, or a new one. Raises EmailTaken, SlugTaken and the errors of limits."""
    wish, key, ip = form.wish(), form.cleaned_data["key"], signin.client_ip(request)
    with signin.attempt(request, email=wish.email):
        if not key:
            return _make(wish, ip=ip)

        def act() -> tuple[int, Any]:
            tenant, user = _make(wish, ip=ip)
            return 201, {"tenant": tenant.pk, "user": user.pk}

        body = f"{wish.email.lower()}\n{wish.business_name}".encode()
        _status, made, replayed = idempotency.once(actor="sign-up form", key=key, body=body, act=act)
        user = User.objects.get(pk=made["user"])
        if replayed and not user.check_password(wish.password):
            raise EmailTaken
        return Tenant.objects.get(pk=made["tenant"]), user


def _make(wish: signup.SignUp, *, ip: str) -> tuple[Tenant, User]:
    with transaction.atomic():
        tenant, user = signup.register(wish, ip=ip)
        start.begin(tenant)
    return tenant, user


def _form(
    request: HttpRequest, form: SignUpForm, *, status: int = 200, headers: dict[str, str] | None = None
) -> HttpResponse:
    slug = form["slug"].value() or ""
    context = {"form": form, **_address(slug, is_own=bool(slug)), "problem": " ".join(map(str, form["slug"].errors))}
    page = render(request, "accounts/sign_up.html", context, status=status)
    for name, value in (headers or {}).items():
        page[name] = value
    return page


@never_cache
@require_safe
def address(request: HttpRequest) -> HttpResponse:
    """The address that a business's name proposes, or whether the one the person wrote is free."""
    slug = request.GET.get("slug", "").strip().lower()[:MAX_SLUG]
    is_own = bool(slug) and request.GET.get("own") == "1"
    if not is_own:
        name = request.GET.get("business_name", "").replace("\x00", "").strip()
        slug = signup.free_slug(name[:120]) if name else ""
    part = "_address_state" if request.GET.get("part") == "state" else "_address"
    return render(request, f"accounts/{part}.html", _address(slug, is_own=is_own))


def _address(slug: str, *, is_own: bool) -> dict[str, Any]:
    """What _address.html shows."""
    shown: dict[str, Any] = {"slug": slug, "is_own": is_own, "base_domain": settings.BASE_DOMAIN}
    if not slug:
        return shown
    if not signup.is_well_formed(slug):
        return shown | {"problem": MALFORMED}
    if not signup.is_free(slug):
        return shown | {"problem": TAKEN, "suggestion": signup.free_slug(slug)}
    return shown | {"is_free": True}
