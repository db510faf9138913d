"""One settings file, driven by the environment; every variable is documented in .env.example."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import dj_database_url
import structlog
from django.templatetags.static import static

from config import env, pool
from config.logs import logging_config

BASE_DIR = env.BASE_DIR
IS_PRODUCTION = env.IS_PRODUCTION

# Where we are -----------------------------------------------------------------------------------
PORT = env.number("PORT", 8000)
BASE_DOMAIN = env.text("BASE_DOMAIN", "localhost").lower()
HTTPS = env.flag("HTTPS", IS_PRODUCTION)
PUBLIC_PORT = env.text("PUBLIC_PORT", "" if IS_PRODUCTION else str(PORT))  # as seen by a browser; empty for 80/443
DEBUG = env.flag("DEBUG", False)
ALLOWED_HOSTS = ["*"]  # accounts.middleware.HostMiddleware answers 404 to every host it doesn't know

# Secrets ----------------------------------------------------------------------------------------
SECRET_KEY = env.secret("SECRET_KEY", "development-only-secret-key-never-use-it-in-production")
ENCRYPTION_KEYS = env.keys("ENCRYPTION_KEYS", "dev:ZGV2ZWxvcG1lbnQtb25seS1rZXktbmV2ZXItdXNlZCE=")

# Apps -------------------------------------------------------------------------------------------
SHARED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "csp",
    "channels",
    "apps.lib",
    "apps.work",
    "apps.audit",
    "apps.accounts",
    "django_tenants",  # last: our create_tenant goes before its own, unfold's templates before its back office's
]
TENANT_APPS = ["apps.chat", "apps.agents", "apps.barbearia"]
INSTALLED_APPS = [*SHARED_APPS, *TENANT_APPS]

MIDDLEWARE = [
    "apps.accounts.middleware.RequestIdMiddleware",
    "apps.accounts.middleware.HostMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "apps.accounts.middleware.WebhookMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "apps.accounts.middleware.BackOfficePolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "apps.accounts.middleware.MembershipMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "apps.accounts.middleware.InPlaceMiddleware",
    "apps.accounts.middleware.DomainErrorMiddleware",
]
ROOT_URLCONF = "config.urls.public"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"
APPEND_SLASH = False
SILENCED_SYSTEM_CHECKS = ["django_tenants.W003"]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.accounts.context.shell",
            ],
        },
    }
]
COTTON_DIR = "cotton"

# Database ---------------------------------------------------------------------------------------
# A pool per process in session mode: explicit sizes, the last tenant's search_path cleared on
# return, recycled every five minutes because a backend keeps ~1.3 MB per tenant it touched.
DATABASES = {
    "default": {
        **dj_database_url.parse(env.secret("DATABASE_URL", "postgres://postgres@127.0.0.1:5432/ia_att")),
        "ENGINE": "django_tenants.postgresql_backend",
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            "pool": {
                "min_size": env.number("DATABASE_POOL_MIN", 1),
                "max_size": env.number("DATABASE_POOL_MAX", 20),
                "timeout": env.number("DATABASE_POOL_TIMEOUT", 5),
                "max_lifetime": 300,
                "reset": pool.forget_tenant,
            },
            "application_name": "ia-att",
            "connect_timeout": 5,
            "server_side_binding": True,  # so that statements are prepared: planning was half of the database's work
            "prepare_threshold": 3,
        },
    }
}
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
TENANT_MODEL = "accounts.Tenant"
TENANT_DOMAIN_MODEL = "accounts.Domain"
TENANT_LIMIT_SET_CALLS = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Redis ------------------------------------------------------------------------------------------
REDIS_URL = env.secret("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_FUNCTION": "django_tenants.cache.make_key",
        "REVERSE_KEY_FUNCTION": "django_tenants.cache.reverse_key",
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}
# Live frames travel as PostgreSQL notifications (apps.chat.live); this layer only fans out inside a process.
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 1000}}}
CELERY_BROKER_URL = REDIS_URL

# People -----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["apps.accounts.hashers.Bcrypt12", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "/"
UNFOLD = {
    "SITE_TITLE": "IA-ATT",
    "SITE_HEADER": "IA-ATT",
    "SITE_SYMBOL": "forum",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("img/icon.svg")}],
}
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "apps.accounts.views.problems.csrf_failure"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
ACCESS_TOKEN_LIFETIME = timedelta(minutes=15)
REFRESH_TOKEN_LIFETIME = timedelta(days=7)
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": ACCESS_TOKEN_LIFETIME,
    "REFRESH_TOKEN_LIFETIME": REFRESH_TOKEN_LIFETIME,
    "ALGORITHM": "HS256",
    "SIGNING_KEY": SECRET_KEY,
    "UPDATE_LAST_LOGIN": False,
    "AUTH_HEADER_TYPES": ("Bearer", "bearer", "BEARER"),
    "CHECK_REVOKE_TOKEN": True,  # a new password ends the access tokens of the old one
}

# E-mail -----------------------------------------------------------------------------------------
vars().update(env.mail("EMAIL_URL", "console:"))  # EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT, …
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", f"IA-ATT <no-reply@{BASE_DOMAIN}>")
EMAIL_TIMEOUT = 10

SIGN_UPS_PER_HOUR = env.number("SIGN_UPS_PER_HOUR", 20 if IS_PRODUCTION else 0)  # by one address; 0: no limit
NUM_PROXIES = env.number("NUM_PROXIES", 0)  # how many of our own proxies write X-Forwarded-For

# API --------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.accounts.authentication.TenantJWTAuthentication",
        "apps.accounts.authentication.TenantSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["apps.accounts.roles.IsMember"],
    "DEFAULT_PARSER_CLASSES": ["apps.lib.parsers.BoundedJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "apps.lib.rest.CursorPages",
    "DEFAULT_SCHEMA_CLASS": "apps.lib.openapi.Schema",
    "EXCEPTION_HANDLER": "apps.lib.rest.handle_exception",
    "COERCE_DECIMAL_TO_STRING": True,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "IA-ATT",
    "VERSION": "1",
    "DESCRIPTION": "Customer service and booking for small businesses. Public routes live on the base domain, "
    "everything else on `<slug>.` of it.",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "PREPROCESSING_HOOKS": ["apps.lib.openapi.only_v1"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "apps.lib.openapi.with_plain_doors",
    ],
    "ENUM_NAME_OVERRIDES": {
        "ChannelStatusEnum": "apps.chat.models.Channel.Status",
        "ConversationStatusEnum": "apps.chat.models.Conversation.Status",
        "MessageStatusEnum": "apps.chat.models.Message.Status",
        "AppointmentStatusEnum": "apps.barbearia.models.Appointment.Status",
        "ChannelKindEnum": "apps.chat.models.Channel.Kind",
        "MemberRoleEnum": "apps.accounts.models.Membership.Role",
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024  # Meta sends up to 3 MB; Django's 2.5 MiB answers 400

# Channels and providers -------------------------------------------------------------------------
WHATSAPP_APP_SECRET = env.secret("WHATSAPP_APP_SECRET", "development-app-secret")
WHATSAPP_VERIFY_TOKEN = env.secret("WHATSAPP_VERIFY_TOKEN", "development-verify-token")
WHATSAPP_GRAPH_URL = env.text("WHATSAPP_GRAPH_URL", "https://graph.facebook.com")
WHATSAPP_GRAPH_URL_IS_EXPLICIT = env.text("WHATSAPP_GRAPH_URL", "") != ""
WHATSAPP_GRAPH_VERSION = env.text("WHATSAPP_GRAPH_VERSION", "v26.0")
SIMULATOR_GRAPH_URL = env.text("SIMULATOR_GRAPH_URL", "")  # set by `make run`: only the demo channel points at it
OPENAI_API_KEY = env.text("OPENAI_API_KEY", "")
OPENAI_BASE_URL = env.text("OPENAI_BASE_URL", "https://api.openai.com/v1")
OPENAI_MODEL = env.text("OPENAI_MODEL", "gpt-5-mini")
GEMINI_API_KEY = env.text("GEMINI_API_KEY", "")
GEMINI_BASE_URL = env.text("GEMINI_BASE_URL", "https://generativelanguage.googleapis.com")
GEMINI_API_VERSION = env.text("GEMINI_API_VERSION", "v1beta")
GEMINI_MODEL = env.text("GEMINI_MODEL", "gemini-3.8-flash")
HUGGINGFACE_API_KEY = env.text("HUGGINGFACE_API_KEY", "")
HUGGINGFACE_BASE_URL = env.text("HUGGINGFACE_BASE_URL", "https://router.huggingface.co/v1")
HUGGINGFACE_MODEL = env.text("HUGGINGFACE_MODEL", "meta-llama/Llama-3.3-70B-Instruct")
FALLBACK_PROVIDERS = env.names("FALLBACK_PROVIDERS", {"chatgpt", "gemini", "huggingface"})
USD_BRL = env.decimal("USD_BRL", "5.50")  # what a dollar of AI costs, taxes included
AI_PRICES = env.prices("AI_PRICES")  # {model: US dollars for a million tokens in and out}
TURN_DEADLINE_SECONDS = env.number("TURN_DEADLINE_SECONDS", 25)
PROVIDER_TIMEOUT_SECONDS = env.number("PROVIDER_TIMEOUT_SECONDS", 12)
FACTS_CACHE_SECONDS = env.number("FACTS_CACHE_SECONDS", 1)  # how old services and hours may be in an agent's mind
UNKNOWN_SEND_WAIT_SECONDS = env.number("UNKNOWN_SEND_WAIT_SECONDS", 45)

# Files and words --------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [
    BASE_DIR / "static",
    *[
        (prefix, path)
        for prefix, path in (
            ("vendor/inter", BASE_DIR / "node_modules/@fontsource-variable/inter/files"),
            ("vendor/event-calendar", BASE_DIR / "node_modules/@event-calendar/build/dist"),
            ("vendor/alpine", BASE_DIR / "node_modules/@alpinejs/csp/dist"),
            ("icons", BASE_DIR / ".local/static/icons"),
        )
        if path.is_dir()
    ],
]
if IS_PRODUCTION:  # `collectstatic` ran when the image was built
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "config.statics.HashedFiles"},
    }
WHITENOISE_USE_FINDERS = not IS_PRODUCTION
WHITENOISE_AUTOREFRESH = not IS_PRODUCTION
WHITENOISE_MAX_AGE = 0 if not IS_PRODUCTION else 3600
MEDIA_ROOT = env.text("MEDIA_ROOT", str(BASE_DIR / ".local" / "media"))
MULTITENANT_RELATIVE_MEDIA_ROOT = "%s"  # a folder for each business, named as its schema
MEDIA_MAX_BYTES = env.number("MEDIA_MAX_MB", 25) * 1024 * 1024
LANGUAGE_CODE = "pt-br"
LANGUAGES = [("pt-br", "Português (Brasil)"), ("en", "English")]
SCREEN_LANGUAGES = LANGUAGES[:1]  # whose catalogue is complete; the API takes and speaks the others as well
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "America/Sao_Paulo"
USE_TZ = True
USE_I18N = True

# Content security: nothing inline, nothing from elsewhere. The back office's theme needs eval.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],  # blob: a photo seen before it is sent
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# Logs -------------------------------------------------------------------------------------------
LOGGING = logging_config(json=IS_PRODUCTION, level=env.text("LOG_LEVEL", "INFO"))
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)

if IS_PRODUCTION and urlsplit(WHATSAPP_GRAPH_URL).scheme != "https":
    raise env.ImproperlyConfigured("WHATSAPP_GRAPH_URL must be https in production.")
