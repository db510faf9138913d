"""An agent as its page edits it, and what agents may spend."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.agents.models import Agent, Budget, Deployment
from apps.chat.models import Channel
from apps.lib.fields import ReaisField, say_ranges


class AgentForm(forms.ModelForm):
    """Everything but the switch. `channels`: those it serves; each tells who serves it now."""

    channels = forms.ModelMultipleChoiceField(
        Channel.objects.order_by("name"), label=gettext_lazy("Channels served"), required=False
    )

    class Meta:
        model = Agent
        fields = [
            "name",
            "description",
            "objective",
            "personality",
            "system_prompt",
            "ai_provider",
            "model",
            "temperature",
            "max_tokens",
            "debounce_seconds",
            "debounce_cap_seconds",
        ]
        labels = {
            "name": gettext_lazy("Name"),
            "description": gettext_lazy("Description"),
            "objective": gettext_lazy("Objective"),
            "personality": gettext_lazy("Personality"),
            "system_prompt": gettext_lazy("Instructions"),
            "ai_provider": gettext_lazy("Provider"),
            "model": gettext_lazy("Model"),
            "temperature": gettext_lazy("Temperature"),
            "max_tokens": gettext_lazy("Longest answer"),
            "debounce_seconds": gettext_lazy("Quiet before answering"),
            "debounce_cap_seconds": gettext_lazy("Waits at most"),
        }
        help_texts = {
            "name": gettext_lazy("Customers see it."),
            "description": gettext_lazy("Only your team sees it."),
            "objective": gettext_lazy("What it should achieve, in one sentence."),
            "system_prompt": gettext_lazy(
                "Prices, times and address come from your registers; no need to repeat them here."
            ),
            "model": gettext_lazy("Empty for the provider’s usual one."),
            "temperature": gettext_lazy("0 keeps to the point, 2 is freer."),
            "debounce_seconds": gettext_lazy("Waits for the customer to finish writing."),
            "debounce_cap_seconds": gettext_lazy("Even if the customer goes on writing."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seconds = _("seconds")
        units = {"temperature": "", "max_tokens": "tokens", "debounce_seconds": seconds}
        say_ranges(self, units | {"debounce_cap_seconds": seconds})
        if self.instance.pk and not self.is_bound:
            served = Deployment.objects.filter(agent=self.instance).values_list("channel_id", flat=True)
            self.initial["channels"] = list(served)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        quiet, cap = cleaned.get("debounce_seconds"), cleaned.get("debounce_cap_seconds")
        if quiet is not None and cap is not None and cap < quiet:
            told = _("Must not be less than “%(field)s”.") % {"field": self.fields["debounce_seconds"].label}
            self.add_error("debounce_cap_seconds", told)
        return cleaned

    def channel_choices(self) -> list[dict[str, Any]]:
        """[{channel, is_chosen, other}], `other` being the agent who has the channel now."""
        chosen = {str(getattr(value, "pk", value)) for value in self["channels"].value() or ()}
        holders = dict(Deployment.objects.exclude(agent=self.instance.pk).values_list("channel", "agent__name"))
        return [
            {"channel": channel, "is_chosen": str(channel.pk) in chosen, "other": holders.get(channel.pk, "")}
            for channel in Channel.objects.order_by("name")
        ]


class BudgetForm(forms.ModelForm):
    monthly_limit = ReaisField(
        label=gettext_lazy("Monthly limit"),
        help_text=gettext_lazy("Empty: no limit. With 0 no paid provider is asked."),
        required=False,
        min_value=0,
        max_digits=10,
        decimal_places=2,
    )

    class Meta:
        model = Budget
        fields = ["monthly_limit", "when_spent"]
        labels = {"when_spent": gettext_lazy("When it is spent")}
        help_texts = {
            "when_spent": gettext_lazy(
                "The offline agent goes on booking, in simpler words; "
                "with people, customers are told that one will answer."
            ),
        }
