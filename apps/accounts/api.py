"""`/api/v1/auth/…`: sign-up, sign-in and tokens, on the public host and on a business's."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts import examples, hosts, people, presence, signin, signup, tokens
from apps.accounts.access import TenantViewSet
from apps.accounts.errors import ChooseBusiness, MayNotManage, NotAMember
from apps.accounts.middleware import membership
from apps.accounts.models import MAX_SLUG, SLUG, Membership, Tenant, User
from apps.lib.rest import InputSerializer, PlainText, ProblemSerializer
from apps.work import idempotency


class RegisterSerializer(InputSerializer):
    name = PlainText(max_length=120)
    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=200, write_only=True, trim_whitespace=False)
    business_name = PlainText(max_length=120)
    slug = serializers.RegexField(SLUG, max_length=MAX_SLUG, required=False, allow_blank=True)
    business_type = serializers.ChoiceField(Tenant.Type.choices, default=Tenant.Type.OUTRO)
    timezone = serializers.CharField(max_length=40, default="America/Sao_Paulo")

    def validate_timezone(self, value: str) -> str:
        if value not in available_timezones():
            raise serializers.ValidationError(_("There is no such time zone."))
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        try:
            validate_password(attrs["password"], User(email=attrs["email"], name=attrs["name"]))
        except DjangoValidationError as error:
            raise serializers.ValidationError({"password": list(error.messages)}) from None
        return attrs


class LoginSerializer(InputSerializer):
    email = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=200, trim_whitespace=False)
    tenant = serializers.SlugField(required=False, allow_blank=True, default="")


@examples.REFRESH
class RefreshSerializer(InputSerializer):
    refresh = serializers.CharField()


class UserSerializer(serializers.Serializer[User]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.EmailField()


class TenantSerializer(serializers.Serializer[Tenant]):
    slug = serializers.CharField()
    name = serializers.CharField()
    host = serializers.CharField()
    url = serializers.CharField()


class ChooseBusinessSerializer(ProblemSerializer):
    tenants = TenantSerializer(many=True)


@examples.SESSION
class SessionSerializer(serializers.Serializer[Any]):
    access = serializers.CharField()
    refresh = serializers.CharField()
    user = UserSerializer()
    tenant = TenantSerializer(allow_null=True)


@examples.ME
class MeSerializer(serializers.Serializer[Any]):
    user = UserSerializer()
    tenant = TenantSerializer(allow_null=True)
    role = serializers.CharField(allow_null=True)


def user_json(user: User) -> dict[str, Any]:
    return {"id": user.pk, "name": user.name, "email": user.email}


def tenant_json(tenant: Tenant | None) -> dict[str, Any] | None:
    if tenant is None:
        return None
    host = hosts.host_of(tenant)
    return {"slug": tenant.slug, "name": tenant.name, "host": host, "url": hosts.url_of(host)}


class AuthView(APIView):
    permission_classes = [AllowAny]
    authentication_classes: Any = []

    @property
    def host_tenant(self) -> Tenant | None:
        return self.request._request.tenant  # type: ignore[attr-defined]


class RegisterView(AuthView):
    @extend_schema(
        request=RegisterSerializer,
        responses={201: SessionSerializer, 400: ProblemSerializer, 409: ProblemSerializer, 429: ProblemSerializer},
        examples=examples.SIGN_UP,
    )
    def post(self, request: Request) -> Response:
        tenant, user = self._once(request, signup.SignUp(**RegisterSerializer.parse(request.data)))
        return Response(
            {"tenant": tenant_json(tenant), "user": user_json(user), **tokens.issue(user, tenant)}, status=201
        )

    def _once(self, request: Request, wish: signup.SignUp) -> tuple[Tenant, User]:
        """The business this `Idempotency-Key` made, or a new one. Tokens are issued anew: none is kept."""
        key, ip = request.headers.get("Idempotency-Key", ""), signin.client_ip(request._request)
        if not key:
            return signup.register(wish, ip=ip)

        def act() -> tuple[int, Any]:
            tenant, user = signup.register(wish, ip=ip)
            return 201, {"tenant": tenant.pk, "user": user.pk}

        _status, made, _replayed = idempotency.once(actor="sign-up", key=key, body=request._request.body, act=act)
        return Tenant.objects.get(pk=made["tenant"]), User.objects.get(pk=made["user"])


class LoginView(AuthView):
    @extend_schema(
        request=LoginSerializer,
        responses={200: SessionSerializer, 401: ProblemSerializer, 409: ChooseBusinessSerializer},
        examples=examples.SIGN_IN,
    )
    def post(self, request: Request) -> Response:
        data = LoginSerializer.parse(request.data)
        user = signin.check_password(request._request, email=data["email"], password=data["password"])
        tenant = self._tenant_for(user, slug=data["tenant"])
        return Response({**tokens.issue(user, tenant), "user": user_json(user), "tenant": tenant_json(tenant)})

    def _tenant_for(self, user: User, *, slug: str) -> Tenant | None:
        if self.host_tenant is not None:
            return signin.membership_in(user, self.host_tenant).tenant
        found = [member.tenant for member in signin.businesses_of(user) if not slug or member.tenant.slug == slug]
        if slug and not found:
            raise NotAMember
        if len(found) > 1:
            raise ChooseBusiness([data for tenant in found if (data := tenant_json(tenant))])
        return found[0] if found else None


class RefreshView(AuthView):
    @extend_schema(request=RefreshSerializer, responses={200: SessionSerializer, 401: ProblemSerializer})
    def post(self, request: Request) -> Response:
        pair, user, tenant = tokens.rotate(RefreshSerializer.parse(request.data)["refresh"], tenant=self.host_tenant)
        return Response({**pair, "user": user_json(user), "tenant": tenant_json(tenant)})


class LogoutView(AuthView):
    @extend_schema(request=RefreshSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        tokens.end(RefreshSerializer.parse(request.data)["refresh"])
        return Response(status=204)


class MeView(APIView):
    permission_classes = [AllowAny]

    @extend_schema(responses={200: MeSerializer, 401: ProblemSerializer})
    def get(self, request: Request) -> Response:
        if not request.user.is_authenticated:
            raise NotAuthenticated
        tenant, member = self._place(request)
        return Response(
            {"user": user_json(request.user), "tenant": tenant_json(tenant), "role": member.role if member else None}
        )

    def _place(self, request: Request) -> tuple[Tenant | None, Membership | None]:
        tenant = request._request.tenant  # type: ignore[attr-defined]
        token: Any = request.auth
        if tenant is None and token is not None and token.get("tid"):
            tenant = Tenant.objects.filter(pk=token["tid"]).first()
        if tenant is None:
            return None, None
        return tenant, membership(request.user, tenant)


@examples.MEMBER
class MemberSerializer(serializers.ModelSerializer[Membership]):
    id = serializers.IntegerField(source="user.pk")
    name = serializers.CharField(source="user.name")
    email = serializers.CharField(source="user.email")

    class Meta:
        model = Membership
        fields = ["id", "name", "email", "role", "is_active"]


@examples.PERSON_CHANGE
class PersonChangeSerializer(InputSerializer):
    """Of oneself: `name`, `language` and `password`; of others: `role` and `is_active`."""

    name = PlainText(max_length=120, required=False)
    language = serializers.ChoiceField(settings.LANGUAGES, required=False, allow_blank=True)
    password = serializers.CharField(max_length=200, required=False, trim_whitespace=False)
    current_password = serializers.CharField(max_length=200, required=False, trim_whitespace=False)
    role = serializers.ChoiceField(Membership.Role.choices, required=False)
    is_active = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "password" in attrs and "current_password" not in attrs:
            raise serializers.ValidationError({"current_password": _("Give the current password too.")})
        return attrs


class UserViewSet(TenantViewSet):
    """The people of this business."""

    serializer_class = MemberSerializer
    lookup_field = "user_id"
    lookup_url_kwarg = "pk"

    def get_queryset(self) -> Any:
        return Membership.objects.filter(tenant=self.tenant).select_related("user")

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(MemberSerializer(page, many=True).data)

    @extend_schema(responses=MemberSerializer(many=True))
    def online(self, request: Request) -> Response:
        """Who is there now: a page or a live socket in the last two minutes."""
        page = self.paginate_queryset(presence.online(self.tenant))
        return self.get_paginated_response(MemberSerializer(page, many=True).data)

    def retrieve(self, request: Request, pk: int) -> Response:
        return Response(MemberSerializer(self.get_object()).data)

    @extend_schema(
        request=PersonChangeSerializer,
        responses={200: MemberSerializer, 403: ProblemSerializer, 409: ProblemSerializer, 422: ProblemSerializer},
    )
    def partial_update(self, request: Request, pk: int) -> Response:
        """Oneself: name, language, password (with `current_password`). Owners and administrators: others' places."""
        member, data = self.get_object(), PersonChangeSerializer.parse(request.data)
        own = {name: data[name] for name in ("name", "language") if name in data}
        if (own or "password" in data) and member.user_id != self.member.user_id:
            raise MayNotManage
        if "password" in data:
            people.prove(request._request, member.user, password=data["current_password"])
        with transaction.atomic():
            if "role" in data or "is_active" in data:
                member = people.place(member, by=self.member, role=data.get("role"), is_active=data.get("is_active"))
            people.describe(member.user, **own)
            if "password" in data:
                people.change_password(member.user, data["password"])
        return Response(MemberSerializer(member).data)
