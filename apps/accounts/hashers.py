from django.contrib.auth.hashers import BCryptSHA256PasswordHasher


class Bcrypt12(BCryptSHA256PasswordHasher):
    """bcrypt over SHA-256, so that long passwords count in full."""

    rounds = 12
