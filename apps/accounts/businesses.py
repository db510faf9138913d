"""What a business says about itself."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from apps.accounts import hosts
from apps.accounts.models import Tenant
from apps.audit import trail


def describe(tenant: Tenant, *, name: str, phone: str, address: str, by: Any) -> None:
    """Set name, phone and address; agents say them to customers."""
    with transaction.atomic():
        tenant.name, tenant.phone, tenant.address = name, phone, address
        tenant.save(update_fields=["name", "phone", "address"])
        trail.record("tenant.described", on=tenant, by=by)
    hosts.forget()


def change_type(tenant: Tenant, business_type: str, *, by: Any) -> None:
    """What kind of business it is: from it come the services it may start with."""
    with transaction.atomic():
        tenant.business_type = business_type
        tenant.save(update_fields=["business_type"])
        trail.record("tenant.described", on=tenant, by=by)
    hosts.forget()
