from django.urls import path

from apps.chat import webhooks
from apps.chat.api import channels, conversations, customers, media, messages
from apps.chat.views import channels as channel_screens
from apps.chat.views import inbox

app_name = "chat"
urlpatterns = [
    path("conversas", inbox.show, name="inbox"),
    path("conversas/lista", inbox.list_fragment, name="list"),
    path("conversas/<int:pk>", inbox.show, name="conversation"),
    path("conversas/<int:pk>/conteudo", inbox.conversation_fragment, name="thread"),
    path("conversas/<int:pk>/anteriores", inbox.earlier_fragment, name="earlier"),
    path("conversas/<int:pk>/assumir", inbox.take_over, name="take_over"),
    path("conversas/<int:pk>/devolver", inbox.release, name="release"),
    path("conversas/<int:pk>/resolver", inbox.resolve, name="resolve"),
    path("conversas/<int:pk>/enviar", inbox.send, name="send"),
    path("conversas/<int:pk>/modelo", inbox.send_template, name="send_template"),
    path("mensagens/<int:pk>/reenviar", inbox.retry, name="retry"),
    path("mensagens/<int:pk>/buscar-arquivo", inbox.fetch_file, name="fetch_file"),
    path("canais", channel_screens.index, name="channels"),
    path("canais/conectar", channel_screens.connect, name="channel_connect"),
    path("canais/<int:pk>", channel_screens.show, name="channel"),
    path("canais/<int:pk>/verificar", channel_screens.check, name="channel_check"),
    path("canais/<int:pk>/desconectar", channel_screens.disconnect, name="channel_disconnect"),
]

webhook_patterns = [
    path("webhooks/whatsapp", webhooks.whatsapp),
    path("webhooks/whatsapp/<str:token>", webhooks.whatsapp),
]

_channels, _conversations, _messages = (
    channels.ChannelViewSet,
    conversations.ConversationViewSet,
    messages.MessageViewSet,
)
api_patterns = [
    path("channels", _channels.as_view({"get": "list", "post": "create"})),
    path("channels/<int:pk>", _channels.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"})),
    path("channels/<int:pk>/check", _channels.as_view({"post": "check"})),
    path("conversations", _conversations.as_view({"get": "list"})),
    path("conversations/stats", _conversations.as_view({"get": "stats"})),
    path(
        "conversations/<int:pk>",
        _conversations.as_view({"get": "retrieve", "put": "update", "patch": "partial_update"}),
    ),
    path("conversations/<int:pk>/takeover", _conversations.as_view({"post": "takeover"})),
    path("conversations/<int:pk>/release", _conversations.as_view({"post": "release"})),
    path("conversations/<int:pk>/transfer", _conversations.as_view({"post": "transfer"})),
    path("conversations/<int:pk>/close", _conversations.as_view({"post": "close"})),
    path("messages", _messages.as_view({"get": "list", "post": "create"})),
    path("messages/<int:pk>", _messages.as_view({"get": "retrieve"})),
    path("messages/<int:pk>/read", _messages.as_view({"patch": "read"})),
    path("messages/<int:pk>/retry", _messages.as_view({"post": "retry"})),
    path("media", media.MediaUploadView.as_view()),
    path("media/<str:pk>", media.MediaFileView.as_view()),
    path("media/<str:pk>/fetch", media.MediaFetchView.as_view()),
    path("chat/conversation", customers.ChatConversationView.as_view()),
    path("chat/send", customers.ChatSendView.as_view()),
    path("chat/messages/<int:conversation_id>", customers.ChatMessagesView.as_view()),
    path("whatsapp/send", customers.WhatsAppSendView.as_view()),
    path("whatsapp/templates", customers.WhatsAppTemplatesView.as_view()),
    path("whatsapp/sessions", customers.WhatsAppSessionsView.as_view()),
]
