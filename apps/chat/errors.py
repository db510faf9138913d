from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from apps.lib.errors import Conflict, DomainError


class AlreadyTaken(Conflict):
    code = "already_taken"

    def __init__(self, *, by: Any) -> None:
        name = getattr(by, "short_name", "") or _("Someone else")
        super().__init__(_("%(name)s is already answering this conversation.") % {"name": name})


class WindowClosed(DomainError):
    code = "window_closed"

    def __init__(self) -> None:
        super().__init__(
            _("More than 24 hours have passed since the customer's last message: WhatsApp only accepts a template now.")
        )


class ConversationClosed(Conflict):
    code = "conversation_closed"

    def __init__(self) -> None:
        super().__init__(_("This conversation is closed."))


class TextTooLong(DomainError):
    code = "text_too_long"

    def __init__(self, *, limit: int) -> None:
        text = _("At most %(limit)d characters fit in one message.") % {"limit": limit}
        super().__init__(text, fields={"content": [text]})


class OptedOut(DomainError):
    code = "opted_out"

    def __init__(self) -> None:
        super().__init__(_("This customer asked to receive no notices: answer them only when they write."))


class NotRetryable(Conflict):
    code = "not_retryable"

    def __init__(self) -> None:
        super().__init__(_("Only a message that failed can be sent again."))


class AiIsSilent(Conflict):
    code = "ai_is_silent"

    def __init__(self) -> None:
        super().__init__(_("The AI doesn't speak here now: write to the customer yourself."))


class NumberTaken(Conflict):
    code = "number_taken"

    def __init__(self, text: str) -> None:
        super().__init__(text, fields={"phone_number_id": [text]})


class CredentialsRefused(DomainError):
    code = "credentials_refused"

    def __init__(self, *, field: str, reason: str) -> None:
        super().__init__(reason, fields={field: [reason]})


class UnknownTeam(DomainError):
    code = "unknown_team"

    def __init__(self) -> None:
        text = _("There are no teams here: name a person, or nobody for the queue.")
        super().__init__(text, fields={"team": [text]})


class NotAMemberHere(DomainError):
    code = "not_a_member"

    def __init__(self) -> None:
        text = _("This person doesn't belong to the business.")
        super().__init__(text, fields={"user": [text]})


class FileRefused(DomainError):
    """A file that may not be sent; the message says why."""

    code = "file_refused"

    def __init__(self, why: str, *, field: str = "file") -> None:
        super().__init__(why, fields={field: [why]})


class FileTooLarge(FileRefused):
    code = "file_too_large"
    status = 413


class FileUsed(Conflict):
    code = "file_used"

    def __init__(self) -> None:
        text = _("This file was sent already: upload it again.")
        super().__init__(text, fields={"media_id": [text]})


class NotFetchable(Conflict):
    """A customer's file that it makes no sense to ask for; the message says why."""

    code = "not_fetchable"


class NoSuchTemplate(DomainError):
    code = "no_such_template"

    def __init__(self) -> None:
        text = _("This number has no approved template of this name and language.")
        super().__init__(text, fields={"template": [text]})


class TemplateIncomplete(DomainError):
    code = "template_incomplete"

    def __init__(self, missing: list[str]) -> None:
        text = _("Fill in every variable of the template: %(names)s.") % {"names": ", ".join(missing)}
        super().__init__(text, fields={"template": [text]})


class MarketingStopped(DomainError):
    code = "marketing_stopped"

    def __init__(self) -> None:
        super().__init__(_("This customer gets no marketing messages any more: they, or WhatsApp, refused them."))


class NoChannel(DomainError):
    code = "no_channel"

    def __init__(self) -> None:
        super().__init__(_("Connect a WhatsApp number first."))
