from apps.chat.models.channel import Channel
from apps.chat.models.contact import Contact, ContactIdentity
from apps.chat.models.conversation import Conversation, Transfer
from apps.chat.models.media import Media
from apps.chat.models.message import Message, ParkedStatus
from apps.chat.models.template import MessageTemplate

__all__ = [
    "Channel",
    "Contact",
    "ContactIdentity",
    "Conversation",
    "Media",
    "Message",
    "MessageTemplate",
    "ParkedStatus",
    "Transfer",
]
