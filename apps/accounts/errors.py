from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.lib.errors import Conflict, DomainError, Forbidden


class EmailTaken(Conflict):
    code = "email_taken"

    def __init__(self) -> None:
        text = _("This e-mail already has an account. Sign in instead.")
        super().__init__(text, fields={"email": [text]})


class SlugTaken(Conflict):
    code = "slug_taken"

    def __init__(self) -> None:
        text = _("This address is already taken.")
        super().__init__(text, fields={"slug": [text]})


class BadCredentials(DomainError):
    code = "bad_credentials"
    status = 401

    def __init__(self) -> None:
        super().__init__(_("Wrong e-mail or password."))


class TooManyAttempts(DomainError):
    code = "too_many_attempts"
    status = 429

    def __init__(self, *, wait_seconds: int) -> None:
        super().__init__(_("Too many attempts. Try again in a few minutes."))
        self.headers = {"Retry-After": str(wait_seconds)}


class TooManySignUps(DomainError):
    code = "too_many_sign_ups"
    status = 429

    def __init__(self, *, wait_seconds: int) -> None:
        minutes = -(-wait_seconds // 60)
        text = ngettext(
            "Too many accounts were created from here. Try again in %(minutes)s minute.",
            "Too many accounts were created from here. Try again in %(minutes)s minutes.",
            minutes,
        )
        super().__init__(text % {"minutes": minutes})
        self.headers = {"Retry-After": str(wait_seconds)}


class ChooseBusiness(Conflict):
    code = "choose_business"

    def __init__(self, tenants: list[dict[str, Any]]) -> None:
        super().__init__(_("You belong to several businesses: say which one."), tenants=tenants)


class NotAMember(DomainError):
    code = "not_a_member"
    status = 403

    def __init__(self) -> None:
        super().__init__(_("You don't belong to this business."))


class BadToken(DomainError):
    code = "token_not_valid"
    status = 401

    def __init__(self) -> None:
        super().__init__(_("Sign in again."))


class MayNotManage(Forbidden):
    def __init__(self) -> None:
        super().__init__(_("You may not change this person."))


class LastOwner(Conflict):
    code = "last_owner"

    def __init__(self) -> None:
        super().__init__(_("A business needs an owner: make somebody else one first."))


class WrongPassword(DomainError):
    code = "wrong_password"

    def __init__(self) -> None:
        text = _("This is not your current password.")
        super().__init__(text, fields={"current_password": [text]})


class UnfitPassword(DomainError):
    code = "invalid"
    status = 400

    def __init__(self, messages: list[str]) -> None:
        super().__init__(" ".join(messages), fields={"password": messages})
