"""Every setting. What differs between machines comes from the environment: see .env.example."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from environs import Env, EnvError
from marshmallow.validate import Length, OneOf, Range, Regexp

from registry import postgres
from registry.environment import BASE_DIR, read_env_file, var_folder

read_env_file()
env = Env()
VAR_DIR = var_folder()


def secret_key() -> str:
    """SECRET_KEY, else one made once and kept in var/ for this machine's own use."""
    path = VAR_DIR / "secret-key"
    if given := env.str("SECRET_KEY", ""):
        return long_enough(given)
    try:
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            keep_private(path, secrets.token_urlsafe(60))
        return path.read_text().strip()
    except OSError as trouble:
        raise EnvError(
            f"VAR_DIR is {VAR_DIR}, where nothing can be kept ({trouble.strerror}): "
            "name a folder that you may write in."
        ) from trouble


def long_enough(key: str) -> str:
    if len(key) < 50:
        raise EnvError("SECRET_KEY has fewer than 50 characters: `openssl rand -hex 32` makes a good one.")
    return key


def keep_private(path: Path, text: str) -> None:
    """Write a new file that only its owner reads. It appears whole; who comes second keeps the first one's."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    try:
        os.link(unfinished, path)
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()


def site_url() -> str:
    """The public address, without a slash at its end. Plain http is for this machine and onion services."""
    url = (env.str("SITE_URL", "") or f"http://127.0.0.1:{PORT}").rstrip("/")
    parts = urlsplit(url)
    private = (parts.hostname or "") in LOOPBACK or (parts.hostname or "").endswith(".onion")
    if not parts.hostname or parts.scheme not in ("http", "https") or parts.path:
        raise EnvError(f"SITE_URL is {url!r}: it must be an address such as https://registry.example, without a path.")
    if parts.scheme == "http" and not private:
        raise EnvError(
            f"SITE_URL is {url!r}: it must begin with https://, or readers' pages could be read and changed on the way."
        )
    return url


def database() -> dict[str, Any]:
    """DATABASE_URL, else the embedded PostgreSQL under var/."""
    if not env.str("DATABASE_URL", ""):
        return postgres.database_settings()
    given = env.dj_db_url("DATABASE_URL")
    if given["ENGINE"] != "django.db.backends.postgresql":
        raise EnvError("DATABASE_URL must begin with postgres://: the registry runs on PostgreSQL 15 to 18 only.")
    return dict(given)


def database_as(given: Any, role: str) -> dict[str, Any] | None:
    """The same database for a role of fewer rights: by its own address, else a role of the embedded server."""
    if given:
        return DATABASES["default"] | dict(given)
    return None if env.str("DATABASE_URL", "") else DATABASES["default"] | {"USER": role}


def refuse_password_alone_elsewhere() -> None:
    """The demo's way in is for this machine: neither for a public address nor behind a proxy."""
    host = urlsplit(SITE_URL).hostname
    if PASSWORD_ALONE and (host not in LOOPBACK or env.bool("BEHIND_PROXY", False)):
        raise EnvError(
            f"PASSWORD_ALONE lets the demo's accounts in without a second factor, and {SITE_URL} is not this machine "
            "alone: leave it out."
        )


# --- The registry as its operator describes it ---

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PORT = env.int("PORT", 8000, validate=Range(1, 65535))
SITE_NAME = env.str("SITE_NAME", "Registry of Political Prisoners", validate=Length(1, 100))
SITE_URL = site_url()
OPERATOR_NAME = env.str("OPERATOR_NAME", "the operator of this registry", validate=Length(1, 200))
OPERATOR_CONTACT = env.str("OPERATOR_CONTACT", "editors@registry.example", validate=Length(3, 200))
DEFAULT_COUNTRY = env.str(
    "DEFAULT_COUNTRY",
    "BY",
    validate=Regexp("^[A-Z]{2}$", error="DEFAULT_COUNTRY must be two capital letters, such as BY."),
)
DATA_LICENCE = env.str("DATA_LICENCE", "CC BY 4.0", validate=Length(1, 100))
DATA_LICENCE_URL = env.str(
    "DATA_LICENCE_URL",
    "https://creativecommons.org/licenses/by/4.0/",
    validate=Regexp(
        "^https?://[^/]", error="DATA_LICENCE_URL must be an address that begins with https:// or http://."
    ),
)
DEMO = env.bool("DEMO", True)
DEMO_ACCOUNTS_FILE = VAR_DIR / "demo-accounts.txt"

# --- Django ---

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = secret_key()
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
ALLOWED_HOSTS = [urlsplit(SITE_URL).hostname or "", "127.0.0.1", "localhost", "[::1]", *env.list("ALLOWED_HOSTS", [])]
ROOT_URLCONF = "registry.urls"
WSGI_APPLICATION = "registry.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    # First, so that registry.admin finds what they have entered in the admin.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "counts",
    "pardons",
    "prisoners",
    "registry",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "pgtrigger",
    "pghistory",
    "django_filters",
    "django_countries",
]

MIDDLEWARE = [
    # Outermost, so that whitenoise's answers and Django's refusals carry the headers too.
    "registry.headers.headers",
    "django.middleware.security.SecurityMiddleware",
    "registry.kept_pages.keep_pages",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "registry.second_factor.second_factor",
    "registry.patience.patience",
    "django.contrib.messages.middleware.MessageMiddleware",
    # Innermost: what stands before it reads accounts and sessions.
    "registry.public_connection.public_connection",
]

FORM_RENDERER = "registry.rendering.FormRenderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "registry.context.site",
                "registry.context.knowledge",
                "registry.context.history",
                "prisoners.context.invented",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# --- Limits ---

# One switch: everything can be read, nothing can be changed.
READ_ONLY = env.bool("READ_ONLY", False)
# For each client and process; 0 counts nobody. Who can't be told apart is not counted: see registry.clients.
REQUESTS_A_MINUTE = env.int("REQUESTS_A_MINUTE", 300, validate=Range(0, 1_000_000))
# As Django spells a header in META.
CLIENT_ADDRESS_HEADER = "HTTP_" + env.str("CLIENT_ADDRESS_HEADER", "").upper().replace("-", "_")
KEPT_PAGES_MEGABYTES = env.int("KEPT_PAGES_MEGABYTES", 64, validate=Range(0, 10_000))

# --- Database ---

DATABASES = {"default": database()}
DATABASES["default"] |= {"ATOMIC_REQUESTS": False, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False}
# Used by the web server: see registry/wsgi.py. Whom it is to the database; None where only one role is given.
WEB_DATABASE = database_as(env.str("WEB_DATABASE_URL", "") and env.dj_db_url("WEB_DATABASE_URL"), "registry_web")
READER_DATABASE = database_as(
    env.str("READER_DATABASE_URL", "") and env.dj_db_url("READER_DATABASE_URL"), "registry_reader"
)
DATABASE_POOL = env.int("DATABASE_POOL", 16, validate=Range(0, 500))

# --- Memory of one process ---

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # Pictures of charts, up to some 100 kB each.
    "charts": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "charts",
        "TIMEOUT": 24 * 60 * 60,
        "OPTIONS": {"MAX_ENTRIES": 200},
    },
}

# --- Language and time ---

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# ISO 3166 leaves ZZ to its users: here it is the country of the demo's invented people.
COUNTRIES_OVERRIDE = {"ZZ": "Exampleland"}

# --- Files ---

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Cross-Origin-Resource-Policy keeps other sites from embedding our files; this would say the opposite.
WHITENOISE_ALLOW_ALL_ORIGINS = False

# --- Safety ---

SECURE = SITE_URL.startswith("https://")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "/"

# Only for the demo on this machine: lets the demo's own accounts in without a second factor. See second_factor.py.
PASSWORD_ALONE = env.bool("PASSWORD_ALONE", False)
refuse_password_alone_elsewhere()

ACCOUNT_ADAPTER = "registry.sign_in.AccountAdapter"
ACCOUNT_FORMS = {"login": "registry.sign_in.SignInForm", "reauthenticate": "registry.sign_in.PasswordAgainForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
# Theirs keep plain addresses in a cache; registry.tallies counts instead.
ACCOUNT_RATE_LIMITS = False
MFA_RATE_LIMITS = False
MFA_ADAPTER = "registry.sign_in.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "registry.sign_in.CodeForm",
    "reauthenticate": "registry.sign_in.CodeAgainForm",
    "activate_totp": "registry.sign_in.NewAppForm",
    "login_webauthn": "registry.passkeys.SignInByPasskeyForm",
    "reauthenticate_webauthn": "registry.passkeys.PasskeyAgainForm",
    "add_webauthn": "registry.passkeys.NewPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
# A code holds for its half minute and the one before and after; each is taken once (registry.sign_in).
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
# Nobody is written to: there is nothing to reset or confirm by e-mail.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

# The prefix makes browsers refuse the cookie from a neighbouring host; it needs https.
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# The longest that one sign-in holds, and the longest without a request: see registry.second_factor.
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_IDLE_SECONDS = 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SECURE else []

SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]
SECURE_HSTS_SECONDS = 63_072_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", False) else None
# no-referrer makes Chromium send `Origin: null`, and Django then refuses every form.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# registry.headers sends X-Frame-Options with every answer; Django looks for its own middleware.
SILENCED_SYSTEM_CHECKS = ["security.W002"]

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

# --- The API ---

REST_FRAMEWORK = {
    # Anonymous and in JSON only: no session, no pages of its own.
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_PARSER_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "EXCEPTION_HANDLER": "registry.api.problems.answer_to_problem",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": SITE_NAME,
    "DESCRIPTION": "The public records and counts of the registry, read-only. A documented number is a minimum.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "LICENSE": {"name": DATA_LICENCE, "url": DATA_LICENCE_URL},
    "SERVERS": [{"url": SITE_URL}],
    "SCHEMA_PATH_PREFIX": "/api/v1",
}

# --- Logging: what happened, never who asked ---

LOG_LEVEL = env.str("LOG_LEVEL", "WARNING", validate=OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_readers": {"()": "registry.logs.WithoutReaders"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_readers"]}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        # The development server's access log.
        "django.server": {"handlers": [], "propagate": False},
    },
}
