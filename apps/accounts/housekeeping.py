"""What is kept of signing in and up only as long as it counts."""

from __future__ import annotations

from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils import timezone

from apps.accounts import signin, signup
from apps.accounts.models import Entrance, RecentSignUp, RefreshFamily, SignInFailure
from apps.work.handlers import Job

KIND = "accounts.purge"


def purge(job: Job) -> None:
    """Failures and sign-ups that no limit counts any more; links, tokens and sessions that open nothing."""
    now = timezone.now()
    SignInFailure.objects.filter(at__lte=now - signin.WINDOW).delete()
    RecentSignUp.objects.filter(at__lte=now - signup.WINDOW).delete()
    Entrance.objects.filter(expires_at__lt=now).delete()
    RefreshFamily.objects.filter(Q(expires_at__lt=now) | Q(ended_at__lte=now)).delete()
    Session.objects.filter(expire_date__lt=now).delete()
