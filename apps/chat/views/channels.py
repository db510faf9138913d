"""The channels screen: connecting a number, what to paste where, and how it is doing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import Permission, TenantRequest, permission
from apps.chat import channels, responders
from apps.chat.errors import CredentialsRefused, NumberTaken
from apps.chat.models import Channel

ID = r"^[0-9]{1,80}\Z"
ID_REFUSED = {"invalid": gettext_lazy("Use only what Meta shows: digits, without spaces.")}
TOKEN_REFUSED = {"invalid": gettext_lazy("A token has no spaces, accents or line breaks: copy it again.")}


class _AgentForm(forms.Form):
    """What both forms ask: a name and who answers."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, initial="WhatsApp")
    agent = forms.TypedChoiceField(label=gettext_lazy("Who answers"), coerce=int, required=False, empty_value=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agent"].choices = responders.current().agents()  # type: ignore[attr-defined]


class ConnectForm(_AgentForm):
    phone_number_id = forms.RegexField(ID, label=gettext_lazy("Phone number ID"), error_messages=ID_REFUSED)
    waba_id = forms.RegexField(ID, label=gettext_lazy("WhatsApp Business account ID"), error_messages=ID_REFUSED)
    access_token = forms.RegexField(
        channels.HEADER_SAFE,
        label=gettext_lazy("Access token"),
        help_text=gettext_lazy("Kept encrypted and never shown again."),
        error_messages=TOKEN_REFUSED,
    )
    app_secret = forms.CharField(
        label=gettext_lazy("App secret"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Proves that a message came from Meta. Empty only if you use the platform’s own app."),
    )
    verify_token = forms.CharField(
        label=gettext_lazy("Verify token"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("A word of your choice that Meta asks back. Empty: we make one."),
    )


class ChangeForm(_AgentForm):
    access_token = forms.RegexField(
        channels.HEADER_SAFE,
        label=gettext_lazy("New access token"),
        required=False,
        help_text=gettext_lazy("Empty keeps the one in use."),
        error_messages=TOKEN_REFUSED,
    )
    app_secret = forms.CharField(
        label=gettext_lazy("New app secret"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Empty keeps the one in use."),
    )


@require_safe
@permission(Permission.MANAGE_BUSINESS)
def index(request: TenantRequest) -> HttpResponse:
    rows = [{"channel": channel, "agent": responders.current().name(channel.pk)} for channel in channels.connected()]
    return render(request, "chat/channels.html", {"rows": rows})


@never_cache
@sensitive_post_parameters("access_token", "app_secret", "verify_token")
@require_http_methods(["GET", "HEAD", "POST"])
@permission(Permission.MANAGE_BUSINESS)
def connect(request: TenantRequest) -> HttpResponse:
    """Ask for a number's credentials; what Graph refuses comes back beside its field, and nothing is stored."""
    form = ConnectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        number = channels.WhatsAppNumber(**{k: v for k, v in form.cleaned_data.items() if k != "agent"})
        try:
            channel = channels.connect_checked(number, by=request.user, agent_id=form.cleaned_data["agent"])
            return redirect("chat:channel", pk=channel.pk)
        except (CredentialsRefused, NumberTaken) as error:
            form.add_error(next(iter(error.fields)), error.message)
    return render(request, "chat/channel_connect.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@sensitive_post_parameters("access_token", "app_secret")
@require_http_methods(["GET", "HEAD", "POST"])
@permission(Permission.MANAGE_BUSINESS)
def show(request: TenantRequest, pk: int) -> HttpResponse:
    """One number: its health, what to paste in Meta's console, and what may be changed."""
    channel = _channel(pk)
    form = ChangeForm(
        request.POST or None, initial={"name": channel.name, "agent": responders.current().agent_of(channel)}
    )
    if request.method == "POST" and form.is_valid():
        wanted = {k: v for k, v in form.cleaned_data.items() if v not in ("", None)}
        try:
            channels.change_checked(channel, by=request.user, **wanted)
            messages.success(request, _("Saved."))
            return redirect("chat:channel", pk=pk)
        except CredentialsRefused as error:
            form.add_error("access_token", error.message)
    context = {
        "channel": channel,
        "form": form,
        "webhook_url": channels.webhook_url(channel),
        "verify_token": channel.reveal("verify_token"),
        "last_heard_at": channels.last_heard_at(channel),
    }
    return render(request, "chat/channel.html", context, status=422 if form.errors else 200)


@require_POST
@permission(Permission.MANAGE_BUSINESS)
def check(request: TenantRequest, pk: int) -> HttpResponse:
    channel = channels.check(_channel(pk))
    if channel.is_active:
        messages.success(request, _("WhatsApp answered: %(name)s is working.") % {"name": channel.name})
    return redirect("chat:channel", pk=pk)


@require_POST
@permission(Permission.MANAGE_BUSINESS)
def disconnect(request: TenantRequest, pk: int) -> HttpResponse:
    channel = _channel(pk)
    channels.disconnect(channel, by=request.user)
    messages.success(request, _("%(name)s is disconnected. What was said stays.") % {"name": channel.name})
    return redirect("chat:channels")


def _channel(pk: int) -> Channel:
    return get_object_or_404(channels.connected(), pk=pk)
