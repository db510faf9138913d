"""`/api/v1/agents/budget`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.access import Permission, TenantView
from apps.agents import examples, spending
from apps.agents.models import Budget


@examples.BUDGET
class BudgetSerializer(serializers.Serializer[Any]):
    """`monthly_limit_brl` null: no limit. `spent_brl` is this calendar month's, calls on their way at the most
    they can cost; near the limit a call that might pass it is not made, so a few cents may be left over."""

    monthly_limit_brl = serializers.DecimalField(max_digits=10, decimal_places=2, min_value=Decimal(0), allow_null=True)
    when_spent = serializers.ChoiceField(choices=Budget.WhenSpent.choices)
    spent_brl = serializers.DecimalField(max_digits=12, decimal_places=2, read_only=True)
    percent = serializers.IntegerField(read_only=True, allow_null=True, help_text="Of the limit, rounded down.")
    month = serializers.DateField(read_only=True, help_text="Its first day, in the business's zone.")
    usd_brl = serializers.DecimalField(max_digits=8, decimal_places=4, read_only=True)


class BudgetView(TenantView):
    """What the agents may spend on AI providers in a month, and what happens when it is spent."""

    read_permission = Permission.MANAGE_BUSINESS
    write_permission = Permission.MANAGE_BUSINESS

    @extend_schema(responses=BudgetSerializer)
    def get(self, request: Request) -> Response:
        return Response(_told())

    @extend_schema(request=BudgetSerializer, responses=BudgetSerializer)
    def put(self, request: Request) -> Response:
        """Replaces both; it holds from the next call on."""
        serializer = BudgetSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        wished = serializer.validated_data
        spending.set_budget(
            monthly_limit=wished["monthly_limit_brl"], when_spent=wished["when_spent"], by=self.member.user
        )
        return Response(_told())


def _told() -> Any:
    now = spending.standing()
    told = {
        "monthly_limit_brl": now.budget.monthly_limit,
        "when_spent": now.budget.when_spent,
        "spent_brl": now.month.spent,
        "percent": now.percent,
        "month": now.month.first_day,
        "usd_brl": settings.USD_BRL,
    }
    return BudgetSerializer(told).data
