"""The inbox: three panes, the same fragments for the first paint and for every refresh."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import Permission, TenantRequest, allows, permission
from apps.chat import attachments, fetching, handoff, inbox, outbound
from apps.chat import conversations as deeds
from apps.chat.errors import FileRefused, TextTooLong
from apps.chat.models import Conversation, Message
from apps.lib.errors import Conflict, DomainError
from apps.lib.untrusted import an_id


@require_safe
@permission(Permission.VIEW_INBOX)
def show(request: TenantRequest, pk: int | None = None) -> HttpResponse:
    """The list, and one conversation when its number is in the URL."""
    context = _list(request)
    if pk is None:
        return render(request, "chat/inbox.html", context | {"conversation": None})
    conversation = _conversation(pk)
    deeds.read(conversation)
    return render(request, "chat/inbox.html", context | _thread(request, conversation) | _beside(conversation))


@require_safe
@permission(Permission.VIEW_INBOX)
def list_fragment(request: TenantRequest) -> HttpResponse:
    """The list as it is now; with `depois`, only the page after that place."""
    only_more = "depois" in request.GET
    return render(request, "chat/_list_page.html" if only_more else "chat/_list.html", _list(request))


@require_safe
@permission(Permission.VIEW_INBOX)
def conversation_fragment(request: TenantRequest, pk: int) -> HttpResponse:
    conversation = _conversation(pk)
    deeds.read(conversation)
    return render(request, "chat/_conversation.html", _thread(request, conversation) | _beside(conversation))


@require_safe
@permission(Permission.VIEW_INBOX)
def earlier_fragment(request: TenantRequest, pk: int) -> HttpResponse:
    """The page of messages before `antes`, to stand above those already shown."""
    conversation = _conversation(pk)
    found = inbox.timeline(conversation, before=inbox.read_thread_key(request.GET.get("antes", "")))
    context = {"conversation": conversation, "timeline": found, "agent_name": inbox.agent_name(conversation)}
    return render(request, "chat/_earlier.html", context | {"refusal": inbox.refusal(conversation)})


@require_POST
@permission(Permission.ANSWER)
def take_over(request: TenantRequest, pk: int) -> HttpResponse:
    """From a colleague only when the form names them: what was seen is what is taken."""
    instead_of = an_id(request.POST.get("instead_of", ""))
    return _answer(request, handoff.take_over(_conversation(pk), by=request.user, instead_of=instead_of))


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
    upload = request.FILES.get("file")
    if not text and upload is None:
        return _answer(request, conversation, error=_("Write something first."), content="")
    try:
        file = attachments.take(upload, by=request.user) if upload is not None else None
        outbound.reply(conversation, by=request.user, text=text, reply_to=_quoted(request, conversation), media=file)
    except (TextTooLong, FileRefused) as error:
        return _answer(request, conversation, error=error.message, content=text)
    return _answer(request, _conversation(pk))


@require_POST
@permission(Permission.ANSWER)
def send_template(request: TenantRequest, pk: int) -> HttpResponse:
    """Send an approved template; what was filled in stays when it is refused."""
    conversation = _conversation(pk)
    found = inbox.templates_of(conversation).filter(pk=an_id(request.POST.get("template", "")) or 0).first()
    if found is None:
        return _answer(request, conversation, error=_("Choose a template."))
    values = {name: request.POST.get(f"value-{found.pk}-{name}", "").replace("\x00", "") for name in found.variables}
    try:
        outbound.send_template(conversation, by=request.user, template=found, values=values)
    except DomainError as error:
        if isinstance(error, Conflict):
            raise
        return _answer(request, conversation, error=error.message, chosen=found.pk, values=values)
    return _answer(request, _conversation(pk))


@require_POST
@permission(Permission.ANSWER)
def retry(request: TenantRequest, pk: int) -> HttpResponse:
    message = get_object_or_404(Message, pk=pk)
    outbound.retry(message, by=request.user)
    return _answer(request, _conversation(message.conversation_id))


@require_POST
@permission(Permission.ANSWER)
def fetch_file(request: TenantRequest, pk: int) -> HttpResponse:
    """Ask once more for a customer's file that could not be fetched."""
    message = get_object_or_404(Message, pk=pk, media__isnull=False)
    fetching.ask_again(message.media, by=request.user)
    return _answer(request, _conversation(message.conversation_id))


def _quoted(request: HttpRequest, conversation: Conversation) -> Message | None:
    """The message being answered; None when it is none of this conversation's."""
    pk = an_id(request.POST.get("reply_to", ""))
    return conversation.messages.filter(pk=pk, provider_id__isnull=False).first() if pk else None


def _conversation(pk: int) -> Conversation:
    return get_object_or_404(Conversation.objects.select_related("identity__contact", "channel", "assignee"), pk=pk)


def _answer(
    request: TenantRequest,
    conversation: Conversation,
    *,
    error: str = "",
    content: str = "",
    chosen: int | None = None,
    values: dict[str, str] | None = None,
) -> HttpResponse:
    if not request.htmx and not error:
        return redirect("chat:conversation", pk=conversation.pk)
    conversation = _conversation(conversation.pk)
    context = _thread(request, conversation) | {"error": error, "content": content}
    if chosen is not None and values is not None:
        context["templates"] = inbox.templates_to_choose(conversation, chosen=chosen, values=values)
    if request.htmx:
        return render(request, "chat/_thread.html", context, status=422 if error else 200)
    page = _list(request) | _beside(conversation) | context
    return render(request, "chat/inbox.html", page, status=422)


def _list(request: TenantRequest) -> dict[str, Any]:
    wish = _wish(request)
    found, more = inbox.conversations(
        wish,
        after=inbox.read_key(request.GET.get("depois", "")),
        down_to=inbox.read_key(request.GET.get("ate", "")),
    )
    counts = inbox.counts(wish.user)
    channels = inbox.channels_in_use()
    filters = _filters(wish)
    return {
        "list_tabs": [_tab(key, label, counts[key], wish, filters) for key, label in inbox.TABS],
        "tab": wish.tab,
        "q": wish.query,
        "wish": wish,
        "filters": filters,
        "conversations": found,
        "next_page": more,
        "waiting": counts["queue"],
        "tags": inbox.tags_in_use(),
        "channels": channels,
        "has_number": any(channel.external_id for channel in channels),
        "statuses": Conversation.Status.choices,
        "down": inbox.channels_down(),
        "may_manage": allows(request.member, Permission.MANAGE_BUSINESS),
    }


def _wish(request: TenantRequest) -> inbox.Wish:
    asked = {name: str(value).replace("\x00", "")[:100].strip() for name, value in request.GET.items()}
    status = asked.get("situacao", "")
    return inbox.Wish(
        user=request.user,
        tab=asked.get("tab") or "open",
        query=asked.get("q", ""),
        status=status if status in (*Conversation.Status.values, "all") else "",
        is_unassigned=asked.get("livre") == "1",
        channel=an_id(asked.get("canal", "")),
        tag=asked.get("etiqueta", ""),
    )


def _filters(wish: inbox.Wish) -> str:
    """What narrows the tab down, as a query string; "" when nothing does."""
    chosen = {
        "situacao": wish.status,
        "livre": "1" if wish.is_unassigned else "",
        "canal": wish.channel or "",
        "etiqueta": wish.tag,
    }
    return urlencode({name: value for name, value in chosen.items() if value})


def _tab(key: str, label: Any, count: int, wish: inbox.Wish, filters: str) -> dict[str, Any]:
    query = f"tab={key}" + (f"&{filters}" if filters else "")
    return {"key": key, "label": label, "count": count, "current": key == wish.tab, "query": query}


def _thread(request: TenantRequest, conversation: Conversation) -> dict[str, Any]:
    """What the thread shows: from the place its reader came to (`desde`), or a page before another (`antes`)."""
    asked = request.POST if request.method == "POST" else request.GET
    needs_template = inbox.needs_template(conversation)
    return {
        "conversation": conversation,
        "timeline": inbox.timeline(
            conversation,
            before=inbox.read_thread_key(asked.get("antes", "")),
            since=inbox.read_thread_key(asked.get("desde", "")),
        ),
        "agent_name": inbox.agent_name(conversation),
        "window_closes_at": inbox.closes_at(conversation),
        "window_is_closed": inbox.window_is_closed(conversation),
        "refusal": inbox.refusal(conversation),
        "colleague": inbox.colleague(conversation, user=request.user),
        "may_release": handoff.may_release(conversation, member=request.member),
        "content": "",
        "error": "",
        "templates": inbox.templates_to_choose(conversation) if needs_template else [],
        "needs_template": needs_template,
    }


def _beside(conversation: Conversation) -> dict[str, Any]:
    found = inbox.beside(conversation)
    return {"appointments": found.appointments, "summary": found.summary, "facts": found.facts}
