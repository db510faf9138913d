"""The back office over businesses and people. Only shared models: a tenant's would be a 500 here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from unfold.admin import ModelAdmin, TabularInline
from unfold.forms import AuthenticationForm

from apps.accounts import hosts, signin
from apps.accounts.errors import BadCredentials, TooManyAttempts
from apps.accounts.models import Domain, InboundAddress, Membership, Tenant, User
from apps.audit import trail


class StaffSignInForm(AuthenticationForm):
    """Counts refusals like every other door: the limits of `signin` hold for the staff too."""

    def clean(self) -> dict[str, Any]:
        email, password = self.cleaned_data.get("username", ""), self.cleaned_data.get("password", "")
        try:
            self.user_cache = signin.check_password(self.request, email=email, password=password)
        except (BadCredentials, TooManyAttempts) as error:
            raise ValidationError(error.message) from None
        self.confirm_login_allowed(self.user_cache)
        return self.cleaned_data


admin.site.login_form = StaffSignInForm
for unused in (Group, StaticDevice, TOTPDevice):  # second factors come with their screens
    admin.site.unregister(unused)


class MembershipInline(TabularInline):
    model = Membership
    autocomplete_fields = ["user"]
    extra = 0


class DomainInline(TabularInline):
    model = Domain
    extra = 0


@admin.register(Tenant)
class TenantAdmin(ModelAdmin):
    list_display = ["name", "slug", "business_type", "status", "created_at"]
    list_filter = ["status", "business_type"]
    search_fields = ["name", "slug"]
    fields = ["name", "slug", "schema_name", "business_type", "timezone", "language", "address", "status"]
    readonly_fields = ["schema_name"]
    inlines = [DomainInline, MembershipInline]
    actions = ["suspend", "reactivate"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # a business comes with its schema: `manage.py create_tenant` or sign-up

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Tenant, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        trail.record("tenant.changed", on=obj, by=request.user, fields=form.changed_data)
        hosts.forget()

    @admin.action(description=_("Suspend: messages are kept, nothing is answered or sent"), permissions=["change"])
    def suspend(self, request: HttpRequest, queryset: QuerySet[Tenant]) -> None:
        self._set(request, queryset, Tenant.Status.SUSPENDED)

    @admin.action(description=_("Reactivate"), permissions=["change"])
    def reactivate(self, request: HttpRequest, queryset: QuerySet[Tenant]) -> None:
        self._set(request, queryset, Tenant.Status.ACTIVE)

    def _set(self, request: HttpRequest, queryset: QuerySet[Tenant], status: str) -> None:
        for tenant in queryset:
            tenant.status = status
            tenant.save(update_fields=["status"])
            trail.record(f"tenant.{status}", on=tenant, by=request.user)
        hosts.forget()


@admin.register(User)
class UserAdmin(ModelAdmin):
    list_display = ["email", "name", "is_active", "is_staff", "date_joined"]
    search_fields = ["email", "name"]
    fields = ["email", "name", "language", "is_active", "is_staff", "is_superuser", "last_login"]
    readonly_fields = ["last_login"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # people are anonymised, never deleted


@admin.register(InboundAddress)
class InboundAddressAdmin(ModelAdmin):
    list_display = ["kind", "external_id", "parent_id", "tenant", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["external_id", "tenant__name"]
    fields = ["kind", "external_id", "parent_id", "tenant", "channel_id", "is_active"]
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
