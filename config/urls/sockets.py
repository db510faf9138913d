from django.urls import re_path

from apps.chat.consumers import InboxConsumer, NowhereConsumer

routes = [
    re_path(r"^ws/inbox/?$", InboxConsumer.as_asgi()),
    re_path("", NowhereConsumer.as_asgi()),
]
