"""Teaching on a screen."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.agents.knowledge import entries
from apps.agents.models import KnowledgeEntry
from apps.lib.fields import PlainField

KIND = KnowledgeEntry.Kind


class EntryForm(forms.Form):
    """What a text and a question with its answer have in common; `kind` says how the fields are called."""

    title = PlainField(max_length=200)
    content = PlainField(max_length=entries.TEXT_LIMIT)
    category = PlainField(max_length=60, required=False, label=gettext_lazy("Category"))
    tags = PlainField(max_length=400, required=False, label=gettext_lazy("Tags"))
    is_active = forms.BooleanField(required=False, label=gettext_lazy("The AI may use it"))

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_question = kind == KIND.QA
        self.fields["title"].label = _("Question") if is_question else _("Title")
        self.fields["content"].label = _("Answer") if is_question else _("Text")
        if not is_question:
            self.fields["content"].help_text = _(
                "Put a heading on a line of its own above each subject; the passages follow it."
            )

    @classmethod
    def of(cls, entry: KnowledgeEntry, data: Any = None) -> EntryForm:
        initial = {
            "title": entry.title,
            "content": entry.content,
            "category": entry.category,
            "tags": ", ".join(entry.tags),
            "is_active": entry.is_active,
        }
        return cls(data, kind=entry.kind, initial=initial)

    def clean_tags(self) -> list[str]:
        tags = entries.tidy_tags(self.cleaned_data["tags"].split(","))
        if len([tag for tag in self.cleaned_data["tags"].split(",") if tag.strip()]) > entries.TAGS:
            raise forms.ValidationError(_("At most %(limit)d tags.") % {"limit": entries.TAGS})
        return tags


class TeachForm(forms.Form):
    answer = PlainField(max_length=entries.ANSWER_LIMIT)
    tell_customers = forms.BooleanField(required=False)
