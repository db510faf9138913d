"""The inbox: three panes, the same fragments for the first paint and for every refresh."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import Permission, TenantRequest, allows, permission
from apps.chat import conversations as deeds
from apps.chat import handoff, inbox, outbound
from apps.chat.errors import TextTooLong
from apps.chat.models import Conversation, Message


@require_safe
@permission(Permission.VIEW_INBOX)
def show(request: TenantRequest, pk: int | None = None) -> HttpResponse:
    """The list, and one conversation when its number is in the URL."""
    context = _list(request)
    if pk is None:
        return render(request, "chat/inbox.html", context | {"conversation": None})
    conversation = _conversation(pk)
    deeds.read(conversation)
    return render(request, "chat/inbox.html", context | _thread(conversation) | _beside(conversation))


@require_safe
@permission(Permission.VIEW_INBOX)
def list_fragment(request: TenantRequest) -> HttpResponse:
    return render(request, "chat/_list.html", _list(request))


@require_safe
@permission(Permission.VIEW_INBOX)
def conversation_fragment(request: TenantRequest, pk: int) -> HttpResponse:
    conversation = _conversation(pk)
    deeds.read(conversation)
    return render(request, "chat/_conversation.html", _thread(conversation) | _beside(conversation))


@require_POST
@permission(Permission.ANSWER)
def take_over(request: TenantRequest, pk: int) -> HttpResponse:
    return _answer(request, handoff.take_over(_conversation(pk), by=request.user))


@require_POST
@permission(Permission.ANSWER)
def release(request: TenantRequest, pk: int) -> HttpResponse:
    return _answer(request, handoff.release(_conversation(pk), by=request.user))


@require_POST
@permission(Permission.ANSWER)
def resolve(request: TenantRequest, pk: int) -> HttpResponse:
    return _answer(request, deeds.resolve(_conversation(pk), by=request.user))


@require_POST
@permission(Permission.ANSWER)
def send(request: TenantRequest, pk: int) -> HttpResponse:
    """Write to the customer; a refused text stays in the composer with the reason beside it."""
    conversation = _conversation(pk)
    text = request.POST.get("content", "").replace("\r\n", "\n").strip().replace("\x00", "")
    if not text:
        return _answer(request, conversation, error=_("Write something first."), content="")
    try:
        outbound.reply(conversation, by=request.user, text=text)
    except TextTooLong as error:
        return _answer(request, conversation, error=error.message, content=text)
    return _answer(request, _conversation(pk))


@require_POST
@permission(Permission.ANSWER)
def retry(request: TenantRequest, pk: int) -> HttpResponse:
    message = get_object_or_404(Message, pk=pk)
    outbound.retry(message, by=request.user)
    return _answer(request, _conversation(message.conversation_id))


def _conversation(pk: int) -> Conversation:
    return get_object_or_404(Conversation.objects.select_related("identity__contact", "channel", "assignee"), pk=pk)


def _answer(request: HttpRequest, conversation: Conversation, *, error: str = "", content: str = "") -> HttpResponse:
    if not request.htmx and not error:  # type: ignore[attr-defined]
        return redirect("chat:conversation", pk=conversation.pk)
    conversation = _conversation(conversation.pk)
    context = _thread(conversation) | {"error": error, "content": content}
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "chat/_thread.html", context, status=422 if error else 200)
    page = _list(request) | _beside(conversation) | context
    return render(request, "chat/inbox.html", page, status=422)


def _list(request: HttpRequest) -> dict[str, Any]:
    tab, query = request.GET.get("tab", "open"), request.GET.get("q", "").replace("\x00", "")[:100]
    user = request.user
    counts = inbox.counts(user)  # type: ignore[arg-type]
    tabs = [
        {
            "key": key,
            "label": label,
            "count": counts[key],
            "current": key == tab,
            "url": f"{reverse('chat:inbox')}?tab={key}",
        }
        for key, label in inbox.TABS
    ]
    found = inbox.conversations(tab=tab, query=query, user=user)  # type: ignore[arg-type]
    return {
        "tabs": tabs,
        "tab": tab,
        "q": query,
        "conversations": found,
        "waiting": counts["queue"],
        "down": inbox.channels_down(),
        "may_manage": allows(request.member, Permission.MANAGE_BUSINESS),  # type: ignore[attr-defined]
    }


def _thread(conversation: Conversation) -> dict[str, Any]:
    closing = inbox.closes_at(conversation)
    return {
        "conversation": conversation,
        "timeline": inbox.timeline(conversation),
        "agent_name": inbox.agent_name(conversation),
        "window_closes_at": closing,
        "window_is_closed": closing is not None and closing <= timezone.now(),
        "refusal": inbox.refusal(conversation, closing),
        "content": "",
        "error": "",
        "earlier_url": "",
    }


def _beside(conversation: Conversation) -> dict[str, Any]:
    found = inbox.beside(conversation)
    return {"appointments": found.appointments, "summary": found.summary, "facts": found.facts}
