from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    name = "apps.chat"
    verbose_name = _("Conversations")

    def ready(self) -> None:
        from apps.accounts import context, start
        from apps.accounts.access import Permission
        from apps.chat import (
            alerts,
            attachments,
            calling,
            delivery,
            fetching,
            handoff,
            inbound,
            inbox,
            media,
            outbound,
            refusals,
            templates,
        )
        from apps.chat.start import ChannelStep
        from apps.work import handlers
        from apps.work.inbox import RECEIVE

        handlers.register(RECEIVE, inbound.receive, deadline_seconds=15, public=True, together=True)
        handlers.register(outbound.DELIVER, delivery.deliver, deadline_seconds=delivery.DEADLINE_SECONDS)
        handlers.register(fetching.KIND, fetching.fetch, deadline_seconds=fetching.DEADLINE_SECONDS)
        handlers.register(media.ERASE, media.erase)
        handlers.register(refusals.KIND, refusals.act)
        handlers.register(templates.KIND, templates.sync, deadline_seconds=30)
        handlers.register(alerts.KIND, alerts.send, deadline_seconds=30)
        handlers.register(calling.KIND, calling.call_people, deadline_seconds=25)
        handlers.register(attachments.TIDY, attachments.tidy, deadline_seconds=30, public=True, every_seconds=3600)
        handlers.register(handoff.RESUME, handoff.ai_is_on, deadline_seconds=30)
        handlers.register(handoff.HAND_BACK, handoff.hand_back, deadline_seconds=30, public=True, every_seconds=300)
        start.register(ChannelStep())
        context.register(
            context.NavItem(
                _("Conversations"),
                "chat:inbox",
                icon="inbox",
                permission=Permission.VIEW_INBOX,
                order=10,
                count=inbox.waiting_count,
            )
        )
        context.register(
            context.NavItem(
                _("Channels"), "chat:channels", icon="plug", permission=Permission.MANAGE_BUSINESS, order=60
            )
        )
