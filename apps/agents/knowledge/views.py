"""The screen of what the AI knows: entries, a question to try, and what nobody taught it yet."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import Permission, allows, permission
from apps.agents.knowledge import entries, gaps, search
from apps.agents.knowledge.forms import EntryForm, TeachForm
from apps.agents.knowledge.listing import STATUS, categories, matching
from apps.agents.knowledge.marking import marked
from apps.agents.models import KnowledgeEntry, KnowledgeGap
from apps.lib.errors import DomainError
from apps.lib.text import storable
from apps.lib.untrusted import an_id

PAGE, TRIED = 30, 4
GAPS = 20


@require_safe
@permission(Permission.VIEW_INBOX)
def knowledge(request: HttpRequest) -> HttpResponse:
    """`?q=&categoria=&situacao=&mostrar=` choose entries; `?pergunta=` tries a question."""
    return _page(request)


def _page(request: HttpRequest, *, teaching: int | None = None, form: TeachForm | None = None) -> HttpResponse:
    """The whole screen; with `teaching`, that gap's form as it was refused."""
    asked = request.GET if request.method in ("GET", "HEAD") else QueryDict()
    context = {
        "can_teach": allows(request.member, Permission.MANAGE_BUSINESS),  # type: ignore[attr-defined]
        **_entries(asked),
        **_tried(asked.get("pergunta", "")),
        **_gaps(request, teaching, form),
        "taught": _taught(asked.get("ensinada", "")),
    }
    return render(request, "agents/knowledge.html", context, status=422 if form else 200)


def _entries(asked: QueryDict) -> dict[str, Any]:
    status = asked.get("situacao", "")
    status = status if status in KnowledgeEntry.Status.values else ""
    q, category = storable(asked.get("q", ""))[:200], storable(asked.get("categoria", ""))[:60]
    wanted = asked.get("mostrar", "")
    shown = int(wanted[:6]) if wanted.isascii() and wanted.isdigit() else PAGE
    shown = min(max(shown, PAGE), entries.ENTRIES)
    found = matching(q=q, category=category, status=status).order_by("-updated_at", "-id")
    rows = list(found[: shown + 1])
    return {
        "q": q,
        "category": category,
        "status": status,
        "categories": categories(),
        "entries": rows[:shown],
        "segments": _segments(asked, status),
        "more_url": _url(asked, mostrar=str(shown + PAGE)) if len(rows) > shown else "",
    }


def _segments(asked: QueryDict, status: str) -> list[dict[str, Any]]:
    """Each status with how many entries have it; one that none has is left out."""
    counts = KnowledgeEntry.objects.aggregate(
        all=Count("pk"),
        **{status.value: Count("pk", filter=found) for status, found in STATUS.items()},
    )
    return [
        {
            "value": value,
            "count": counts[value or "all"],
            "url": _url(asked, situacao=value),
            "current": value == status,
        }
        for value in ("", *KnowledgeEntry.Status.values)
        if counts[value or "all"] or value in ("", status)
    ]


def _url(asked: QueryDict, **changed: str) -> str:
    kept = {name: asked.get(name, "") for name in ("q", "categoria", "situacao")}
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in (kept | changed).items() if value})
    return f"{reverse('knowledge:list')}?{query.urlencode()}"


def _tried(question: str) -> dict[str, Any]:
    """The passages a question finds, as the AI would be given them, and those that fall short."""
    question = storable(question).strip()[:500]
    hits = search.search(question, limit=TRIED) if question else []
    passages = [
        {"hit": hit, "percent": round(hit.score * 100), "parts": marked(hit.content, hit.matched)} for hit in hits
    ]
    return {
        "question": question,
        "passages": passages,
        "is_answered": any(hit.answers for hit in hits),
        "threshold": search.ANSWERS_FROM,
    }


def _gaps(request: HttpRequest, teaching: int | None, form: TeachForm | None) -> dict[str, Any]:
    opened = gaps.counted().filter(state=KnowledgeGap.State.OPEN)
    shown = list(opened[:GAPS])
    return {
        "gaps": [
            {
                "gap": gap,
                "reachable": gaps.reachable(gap, by=request.user),  # type: ignore[arg-type]
                "is_open": gap.pk == teaching if teaching else position == 0,
                "form": form if gap.pk == teaching else None,
            }
            for position, gap in enumerate(shown)
        ],
        "gaps_count": opened.count() if len(shown) == GAPS else len(shown),
    }


def _taught(pk: str) -> KnowledgeEntry | None:
    """What was taught a moment ago, said at the top."""
    return KnowledgeEntry.objects.filter(pk=an_id(pk) or 0).first()


# Unanswered questions ---------------------------------------------------------------------------------


@require_POST
@permission(Permission.MANAGE_BUSINESS)
def teach(request: HttpRequest, pk: int) -> HttpResponse:
    gap = get_object_or_404(KnowledgeGap, pk=pk)
    form = TeachForm(request.POST)
    if form.is_valid():
        try:
            entry = gaps.teach(gap, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except DomainError as error:
            form.add_error("answer", error.message)
        else:
            return redirect(f"{reverse('knowledge:list')}?ensinada={entry.pk}")
    return _page(request, teaching=pk, form=form)


@require_POST
@permission(Permission.MANAGE_BUSINESS)
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    gaps.dismiss(get_object_or_404(KnowledgeGap, pk=pk), by=request.user)  # type: ignore[arg-type]
    return redirect("knowledge:list")


# Entries ----------------------------------------------------------------------------------------------


@require_safe
@permission(Permission.VIEW_INBOX)
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """An entry as it stands, for those who may not change it."""
    entry = get_object_or_404(KnowledgeEntry, pk=pk)
    can_teach = allows(request.member, Permission.MANAGE_BUSINESS)  # type: ignore[attr-defined]
    return render(request, "agents/knowledge_reading.html", {"entry": entry, "can_teach": can_teach})


@require_http_methods(["GET", "HEAD", "POST"])
@permission(Permission.MANAGE_BUSINESS)
def new(request: HttpRequest) -> HttpResponse:
    """`?tipo=qa` for a question and its answer, else a text."""
    kind = KnowledgeEntry.Kind.TEXT if request.GET.get("tipo") == "text" else KnowledgeEntry.Kind.QA
    return _edit(request, KnowledgeEntry(kind=kind))


@require_http_methods(["GET", "HEAD", "POST"])
@permission(Permission.MANAGE_BUSINESS)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(KnowledgeEntry, pk=pk))


def _edit(request: HttpRequest, entry: KnowledgeEntry) -> HttpResponse:
    form = EntryForm.of(entry, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        for name, value in form.cleaned_data.items():
            setattr(entry, name, value)
        try:
            entries.save(entry, by=request.user)
        except DomainError as error:
            form.add_error("content" if "content" in error.fields else None, error.message)
        else:
            return redirect("knowledge:list")
    context = {"form": form, "entry": entry, "categories": categories()}
    return render(request, "agents/knowledge_entry.html", context, status=422 if form.errors else 200)


@require_POST
@permission(Permission.MANAGE_BUSINESS)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    entries.remove(get_object_or_404(KnowledgeEntry, pk=pk), by=request.user)
    return redirect("knowledge:list")
