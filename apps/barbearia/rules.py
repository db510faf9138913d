"""The booking rules every door shares."""

from __future__ import annotations

STEP_MINUTES = 15
NOTICE_MINUTES = 60
HORIZON_DAYS = 60
MAX_SERVICES = 10
MAX_BLOCK_MINUTES = 24 * 60
