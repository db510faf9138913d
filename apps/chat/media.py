"""Files of messages: kept in the business's own folder, seen through links that expire.

A link names the file, the business and when it ends, and is signed; whoever opens it must still be a
member. Links made within the same hour are equal, so a page drawn again doesn't fetch its pictures again.
"""

from __future__ import annotations

import hashlib
import time
import uuid
from typing import Any

from django.core.files.base import ContentFile
from django.core.signing import Signer
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from apps.chat.models import Media
from apps.chat.models.media import storage
from apps.lib.errors import NotFound
from apps.lib.filetypes import NotAllowed
from apps.lib.tenancy import current_schema
from apps.work.handlers import Job
from apps.work.wake import wake

ERASE = "chat.erase_file"
PATH = "/api/v1/media/"
LINK_SECONDS = 3600
MB = 1024 * 1024


def url(media: Media, *, now: float | None = None) -> str:
    """A link to the file on the business's own host, good for one to two hours; "" when there is no file."""
    if not media.is_ready:
        return ""
    ends = (int(now or time.time()) // LINK_SECONDS + 2) * LINK_SECONDS
    return f"{PATH}{media.pk}?expires={ends}&signature={_sign(media.pk, ends)}"


def opened(pk: uuid.UUID | str, *, expires: str, signature: str) -> Media:
    """The file a link speaks of. Raises NotFound for a link that is not ours, not for this business, or over."""
    if not (expires.isascii() and expires.isdigit() and len(expires) <= 12):
        raise NotFound(_("This link is not valid."))
    if not constant_time_compare(_sign(pk, int(expires)), signature):
        raise NotFound(_("This link is not valid."))
    if int(expires) < time.time():
        raise NotFound(_("This link has expired. Open the conversation again."))
    found = Media.objects.filter(pk=pk, state=Media.State.READY).first()
    if found is None or not found.file.storage.exists(str(found.file.name)):
        raise NotFound(_("This file is gone."))
    return found


def _sign(pk: uuid.UUID | str, ends: int) -> str:
    return Signer(salt="chat.media").signature(f"{current_schema()}:{pk}:{ends}")


def keep(media: Media, content: bytes, *, mime_type: str) -> None:
    """Put the bytes in their place and mark the file as ready; the row is not saved."""
    media.mime_type = mime_type
    media.size_bytes = len(content)
    media.sha256 = hashlib.sha256(content).hexdigest()
    media.state, media.error = Media.State.READY, ""
    place = media.file.field.generate_filename(media, "")
    media.file.storage.delete(place)  # of a worker that died between file and row
    media.file.save("", ContentFile(content), save=False)


def forget(media: Media) -> None:
    """Delete it in the caller's transaction; its bytes go once that is certain, even if the process dies then."""
    media.delete()
    if media.file:
        wake(ERASE, key=str(media.file.name))


def erase(job: Job) -> None:
    """Delete the bytes of a file that no row speaks of any more."""
    storage().delete(job.key)


def why_not(refusal: NotAllowed) -> str:
    """Why a file may not come in, for a person."""
    reasons: dict[str, Any] = {
        "program": _("It is a program."),
        "archive": _("It is a compressed file, which may hide anything."),
        "web_page": _("It holds web code."),
        "macros": _("It is a document with macros."),
        "two_in_one": _("It is two kinds of file in one."),
        "dangerous_name": _("Files of the kind .%(what)s are not accepted.") % {"what": refusal.what},
        "not_what_it_says": _("It is not the kind of file it says it is (%(what)s).") % {"what": refusal.what},
    }
    return str(reasons.get(refusal.reason) or _("Files of this kind are not accepted."))
