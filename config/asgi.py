"""ASGI entry: sockets, and everything else too where daphne serves alone."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
http = get_asgi_application()

from config.urls.sockets import routes  # noqa: E402  (needs the app registry)

application = ProtocolTypeRouter({"http": http, "websocket": URLRouter(routes)})
