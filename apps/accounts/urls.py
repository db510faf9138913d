from django.urls import path

from apps.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.home, name="home"),
    path("entrar", views.sign_in, name="sign_in"),
    path("entrar/<str:token>", views.walk_in, name="walk_in"),
    path("sair", views.sign_out, name="sign_out"),
]
