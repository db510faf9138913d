"""Blocking a professional's time, and freeing it again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import Permission, permission
from apps.barbearia import blocks
from apps.barbearia.errors import TimeInUse
from apps.barbearia.models import Block, Professional
from apps.barbearia.views import page
from apps.barbearia.views.place import Place
from apps.lib.untrusted import EARLIEST, LATEST

PANEL, SHOW_PANEL = "barbearia/_panel_block.html", "barbearia/_panel_blocked.html"


class BlockForm(forms.Form):
    professional = forms.ModelChoiceField(
        Professional.objects.none(), label=gettext_lazy("Professional"), empty_label=None
    )
    date = forms.DateField(label=gettext_lazy("Day"))
    start = forms.TimeField(label=gettext_lazy("From"))
    end = forms.TimeField(label=gettext_lazy("To"))
    reason = forms.CharField(label=gettext_lazy("Reason (optional)"), max_length=80, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["professional"].queryset = Professional.objects.offered().order_by("name")  # type: ignore[attr-defined]

    def clean_date(self) -> Any:
        day = self.cleaned_data["date"]
        if not EARLIEST < day < LATEST:
            raise forms.ValidationError(_("This date is out of range."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("start") and data.get("end") and data["end"] <= data["start"]:
            self.add_error("end", _("The end must be after the start."))
        return data

    def at(self, name: str) -> datetime:
        return timezone.make_aware(datetime.combine(self.cleaned_data["date"], self.cleaned_data[name]))


@require_http_methods(["GET", "POST"])
@permission(Permission.BOOK)
def new(request: HttpRequest) -> HttpResponse:
    place = Place.of(request.GET)
    if request.method == "GET":
        form = BlockForm(initial={"professional": place.professional, "date": place.day.isoformat()})
        return page.show(request, place, panel=PANEL, context={"form": form})
    form = BlockForm(request.POST)
    if form.is_valid():
        try:
            return _block(request, place, form)
        except TimeInUse as error:
            form.add_error("start", error.message)
    return page.show(request, place, panel=PANEL, context={"form": form}, status=422)


def _block(request: HttpRequest, place: Place, form: BlockForm) -> HttpResponse:
    who, reason = form.cleaned_data["professional"], form.cleaned_data["reason"]
    made = blocks.block(who, start=form.at("start"), end=form.at("end"), reason=reason, by=request.user)
    words = {"name": who.name, "start": f"{form.at('start'):%H:%M}", "end": f"{form.at('end'):%H:%M}"}
    return page.done(
        request,
        _("%(name)s: blocked from %(start)s to %(end)s.") % words,
        back=place.url(day=form.cleaned_data["date"]),
        undo=place.at("unblock", made.pk),
    )


@require_safe
@permission(Permission.VIEW_AGENDA)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    block = get_object_or_404(Block.objects.select_related("professional"), pk=pk)
    return page.show(request, Place.of(request.GET), panel=SHOW_PANEL, context={"blocked": block})


@require_POST
@permission(Permission.BOOK)
def unblock(request: HttpRequest, pk: int) -> HttpResponse:
    place, block = Place.of(request.GET), get_object_or_404(Block, pk=pk)
    blocks.unblock(block, by=request.user)
    back = place.url(day=timezone.localdate(block.start))
    return page.done(request, _("The time is free again."), back=back)
