from django.urls import re_path

from apps.chat.consumers import InboxConsumer

routes = [re_path(r"^ws/inbox$", InboxConsumer.as_asgi())]
