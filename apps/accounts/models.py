"""Businesses, people and the addresses from which messages reach a business. All in `public`."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin

from apps.lib import crypto

SLUG = r"^[a-z0-9](-?[a-z0-9])*\Z"
MAX_SLUG = 40


def new_schema_name() -> str:
    return f"t_{secrets.token_hex(6)}"


class Tenant(TenantMixin):
    """A business. Its schema is named by chance, never by the slug, so the slug may change."""

    class Type(models.TextChoices):
        BARBEARIA = "barbearia", _("Barbershop")
        SALAO = "salao", _("Beauty salon")
        CLINICA = "clinica", _("Clinic")
        OFICINA = "oficina", _("Workshop")
        RESTAURANTE = "restaurante", _("Restaurant")
        OUTRO = "outro", _("Other")

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("short name"), max_length=MAX_SLUG, unique=True, validators=[RegexValidator(SLUG)])
    business_type = models.CharField(_("type of business"), max_length=12, choices=Type, default=Type.OUTRO)
    timezone = models.CharField(_("time zone"), max_length=40, default="America/Sao_Paulo")
    language = models.CharField(_("language"), max_length=8, default="pt-br")
    address = models.CharField(_("address"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE)
    crypto_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=now)

    auto_create_schema = False
    auto_drop_schema = False

    class Meta:
        verbose_name = _("business")
        verbose_name_plural = _("businesses")
        constraints = [
            models.CheckConstraint(
                condition=Q(schema_name__regex=r"^t_[0-9a-f]{12}$"), name="schema_has_a_random_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def whereabouts(self) -> str:
        """Where customers find the business, as an agent says it: the address, the phone, or both."""
        phone = f"telefone {self.phone}" if self.phone else ""
        return ", ".join(part for part in (self.address.strip().rstrip("."), phone) if part)

    @property
    def is_suspended(self) -> bool:
        return self.status == self.Status.SUSPENDED


class Domain(DomainMixin):
    """A host that belongs to a business, without port."""


class Start(models.Model):
    """How far a business made in the browser came in its first steps; businesses made otherwise have none."""

    tenant = models.OneToOneField(Tenant, on_delete=models.CASCADE, primary_key=True, related_name="start")
    done = models.JSONField(default=list)  # keys of the steps that were saved
    skipped = models.JSONField(default=list)
    ended_at = models.DateTimeField(null=True, blank=True)  # from then on signing in leads to the inbox
    dismissed_at = models.DateTimeField(null=True, blank=True)  # the checklist was put away

    def __str__(self) -> str:
        return f"start of {self.tenant}"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in with an e-mail. Anonymised when they leave, never deleted."""

    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=8, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("platform staff"), default=False)
    date_joined = models.DateTimeField(_("joined at"), default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [models.CheckConstraint(condition=Q(email=Lower("email")), name="email_in_lower_case")]

    def __str__(self) -> str:
        return self.email

    @property
    def short_name(self) -> str:
        return self.name.split()[0] if self.name.strip() else self.email.split("@")[0]

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.short_name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> MembershipQuerySet:
        """The places that open something: neither they nor the person are closed."""
        return self.filter(is_active=True, user__is_active=True)


class Membership(models.Model):
    """A person's place in a business."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        ADMIN = "admin", _("Administrator")
        SUPERVISOR = "supervisor", _("Supervisor")
        ATTENDANT = "attendant", _("Attendant")
        PROFESSIONAL = "professional", _("Professional")

    user = models.ForeignKey(User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="memberships")
    tenant = models.ForeignKey(Tenant, verbose_name=_("business"), on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.ATTENDANT)
    is_active = models.BooleanField(_("active"), default=True)
    seen_at = models.DateTimeField(_("last seen at"), null=True, blank=True)  # kept by `presence`
    created_at = models.DateTimeField(_("created at"), default=timezone.now)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint("user", "tenant", name="one_membership_per_business")]

    def __str__(self) -> str:
        return f"{self.user} · {self.tenant} ({self.role})"


class Entrance(models.Model):
    """A single-use, 60-second link that opens a session on a business's host."""

    token_hash = models.BinaryField(max_length=32, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE)
    expires_at = models.DateTimeField()


class RefreshFamily(models.Model):
    """A chain of refresh tokens: only the newest is good, using an older one ends the whole chain."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, null=True)
    current_jti = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index("expires_at", name="refresh_age")]


class InboundAddress(models.Model):
    """Where messages for a business come in: a number or page id, and perhaps a URL of its own.

    One active owner per (kind, external id). `token_hash` finds the address of a business's own URL;
    `secret` (sealed) is the app secret that signs events there, empty for the platform's app.
    """

    kind = models.CharField(_("kind"), max_length=20)
    external_id = models.CharField(_("number"), max_length=80)
    parent_id = models.CharField(_("account"), max_length=80, blank=True)  # WABA
    token_hash = models.BinaryField(max_length=32, null=True, unique=True)
    secret = models.TextField(blank=True)
    verify_token = models.TextField(blank=True)
    tenant = models.ForeignKey(Tenant, verbose_name=_("business"), on_delete=models.CASCADE, related_name="addresses")
    channel_id = models.BigIntegerField(_("channel"))
    is_active = models.BooleanField(_("active"), default=False)

    class Meta:
        verbose_name = _("inbound address")
        verbose_name_plural = _("inbound addresses")
        constraints = [
            models.UniqueConstraint(
                "kind", "external_id", condition=Q(is_active=True), name="one_business_per_external_id"
            ),
            models.UniqueConstraint("tenant", "kind", "channel_id", name="one_address_per_channel"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.external_id}"

    def place(self, column: str) -> str:
        return f"accounts.inboundaddress.{column}:{self.tenant.crypto_id}"

    def seal(self, *, secret: str, verify_token: str) -> None:
        self.secret = crypto.seal(secret, place=self.place("secret"))
        self.verify_token = crypto.seal(verify_token, place=self.place("verify_token"))


class SignInFailure(models.Model):
    """A refused sign-in, counted for a quarter of an hour."""

    email_hash = models.BinaryField(max_length=32)
    ip = models.GenericIPAddressField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["email_hash", "ip", "-at"], name="failures_of_account_and_ip")]


class SchemaScript(models.Model):
    """The SQL that makes a new business's schema, for one version of the code (see `schemas`)."""

    version = models.CharField(max_length=64, primary_key=True)
    sql = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)


class RecentSignUp(models.Model):
    """A business made from an address in the last hour; counted to refuse the next ones."""

    ip = models.GenericIPAddressField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["ip", "at"], name="sign_ups_of_address")]
