"""Minha conta: one's own name, language and password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts import people
from apps.accounts.access import permission
from apps.accounts.models import User
from apps.lib.errors import DomainError
from apps.lib.fields import show_refusal


class PersonForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Your name"), max_length=120)
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the screens"),
        choices=[("", gettext_lazy("As the business")), *settings.SCREEN_LANGUAGES],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(settings.SCREEN_LANGUAGES) == 1:
            del self.fields["language"]  # nothing to choose


class PasswordForm(forms.Form):
    current_password = forms.CharField(label=gettext_lazy("Current password"), max_length=200, strip=False)
    password = forms.CharField(
        label=gettext_lazy("New password"),
        max_length=200,
        strip=False,
        help_text=gettext_lazy("At least 8 characters."),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission(None)
def edit(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request)
    form = PersonForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    people.describe(_me(request), **form.cleaned_data)
    with translation.override(form.cleaned_data.get("language") or request.tenant.language):  # type: ignore[attr-defined]
        messages.success(request, _("Your account was saved."))
    return redirect("accounts:account")


@never_cache
@sensitive_post_parameters()
@require_POST
@permission(None)
def change_password(request: HttpRequest) -> HttpResponse:
    form, status = PasswordForm(request.POST), 422
    if form.is_valid():
        try:
            people.prove(request, _me(request), password=form.cleaned_data["current_password"])
            people.change_password(_me(request), form.cleaned_data["password"])
        except DomainError as error:
            show_refusal(form, error)
            status = error.status
        else:
            update_session_auth_hash(request, _me(request))
            messages.success(request, _("Your password was changed, and every other session has ended."))
            return redirect("accounts:account")
    return _page(request, password=form, status=status)


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _page(request: HttpRequest, *, status: int = 200, form: Any = None, password: Any = None) -> HttpResponse:
    me = _me(request)
    own = {"name": me.name, "language": me.language}
    context = {"form": form or PersonForm(initial=own), "password": password or PasswordForm()}
    return render(request, "accounts/account.html", context, status=status)
