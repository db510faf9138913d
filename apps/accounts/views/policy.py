"""Where a form of the public site may lead."""

from __future__ import annotations

from csp.decorators import csp_update
from django.conf import settings

from apps.accounts import hosts

# Browsers hold the redirect that answers a form against form-action too.
leads_to_a_business = csp_update({"form-action": [hosts.url_of(f"*.{settings.BASE_DOMAIN}")]})
