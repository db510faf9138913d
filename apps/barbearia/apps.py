from django.apps import AppConfig


class BarbeariaConfig(AppConfig):
    name = "apps.barbearia"
