"""`/api/v1/channels`, `/conversations`, `/messages`, `/chat` and `/whatsapp`."""
