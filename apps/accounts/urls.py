"""The screens of the public site and of a business; `include()` takes each with the same names."""

from django.urls import path

from apps.accounts.views import account, home, session, signup, start

_sessions = [
    path("entrar", session.sign_in, name="sign_in"),
    path("entrar/<str:token>", session.walk_in, name="walk_in"),
    path("sair", session.sign_out, name="sign_out"),
]
public = (
    [
        path("", home.landing, name="home"),
        path("criar-conta", signup.sign_up, name="sign_up"),
        path("criar-conta/endereco", signup.address, name="sign_up_address"),
        *_sessions,
    ],
    "accounts",
)
tenant = (
    [
        path("", home.home, name="home"),
        path("conta", account.edit, name="account"),
        path("conta/senha", account.change_password, name="account_password"),
        path("comecar", start.begin, name="start"),
        path("comecar/sair", start.leave, name="start_leave"),
        path("comecar/dispensar", start.dismiss, name="start_dismiss"),
        path("comecar/<slug:key>", start.show, name="start_step"),
        path("comecar/<slug:key>/previa", start.preview, name="start_preview"),
        *_sessions,
    ],
    "accounts",
)
