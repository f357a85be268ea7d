"""Django's settings. Nothing secret stands here: keys are files in the data folder, read when they are needed."""

from __future__ import annotations

from typing import Any

from csp.constants import NONE, SELF

from claimkeep.edge.config import environment, files

DATA = environment.data_folder()
KEPT = files.layout(DATA)

CLAIMKEEP_DATA = DATA
CLAIMKEEP_MASTER_KEY_FILE = str(KEPT.master_key)
CLAIMKEEP_PRACTICE_KEYS = str(KEPT.practice_keys)
# What a change of keys must know of, and no sealed field tells: see apps.vault.holders and apps.vault.indexed.
CLAIMKEEP_HOLDERS = ("claimkeep.edge.web.seeds.SEEDS",)
CLAIMKEEP_SEARCHED = ("claimkeep.apps.patients.tables.SEARCHED", "claimkeep.apps.coverage.tables.SEARCHED")

SECRET_KEY = files.read_secret(KEPT.web_secret)
DEBUG = False
ALLOWED_HOSTS = [h for h in environment.value("HOSTS", "localhost,127.0.0.1,[::1]").split(",") if h]

_URL = environment.database_url()
_EMBEDDED: dict[str, Any] = {
    "ENGINE": "claimkeep.edge.config.sqlcipher",
    "NAME": str(KEPT.database),
    "OPTIONS": {"key_file": str(KEPT.database_key), "transaction_mode": "IMMEDIATE", "timeout": 20},
    "TEST": {"NAME": str(DATA / "test.sqlite")},
}
DATABASES = {"default": environment.postgresql(_URL) if _URL else _EMBEDDED}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "claimkeep.apps.audit",
    "claimkeep.apps.vault",
    "claimkeep.apps.access",
    "claimkeep.apps.organization",
    "claimkeep.apps.patients",
    "claimkeep.apps.ledger",
    "claimkeep.apps.coverage",
    "claimkeep.apps.encounters",
    "claimkeep.apps.claims",
    "claimkeep.apps.remits",
    "claimkeep.edge.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "claimkeep.edge.config.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
USE_I18N = False

# Sign-in: password, then a second factor, for everybody (45 CFR 164.312(d)).
AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ACCOUNT_ADAPTER = "claimkeep.edge.config.sign_in.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
MFA_ADAPTER = "claimkeep.edge.config.sign_in.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Claimkeep"
# A code typed as its half minute ends, or on a telephone whose clock is a little off, is right: one step either way, no
# more (RFC 6238 5.2). That it is good only once does not rest on this: `web.second_factor` sees to it.
MFA_TOTP_TOLERANCE = 1
# 25 digits are 83 bits: what a recovery code must have to be of no use to somebody who guesses.
MFA_RECOVERY_CODE_DIGITS = 25
MFA_RECOVERY_CODES_SHOW_ONCE = True
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = environment.whole_number("IDLE_LIMIT_S", 900)
SESSION_COOKIE_NAME = "__Host-claimkeep"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-claimkeep-csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "claimkeep.edge.web.views.errors.too_old"
# Forms here are small and no page takes a file.
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
FILE_UPLOAD_HANDLERS = ["claimkeep.edge.web.uploads.RefuseFiles"]
SECURE_HSTS_SECONDS = 31_536_000
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

CACHES = {"default": {"BACKEND": "claimkeep.edge.config.cache.JsonCache", "LOCATION": "claimkeep_cache"}}

# Log lines carry places and ids; a traceback's local values and a request's body never reach a log.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "claimkeep.edge.config.quiet.Formatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django.db.backends": {"level": "INFO"},
        "asyncssh": {"level": "WARNING"},
        # anybody can send a wrong Host header as often as they like: the 400 is answer enough
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
    },
}
