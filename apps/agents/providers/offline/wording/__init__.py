"""The wordings that perform each act.

Patterns read normalised text (see `language`) in which days, times, people and services already
found are blanked with "·", so `meu ·` is "meu corte" and `quanto ·` is "quanto a barba".
"""

from __future__ import annotations

import re

from apps.agents.providers.offline.acts import Act
from apps.agents.providers.offline.wording import asking, manners, matters, trouble, wishes

PATTERNS: dict[Act, tuple[str, ...]] = {
    **manners.PATTERNS, **matters.PATTERNS, **trouble.PATTERNS, **asking.PATTERNS, **wishes.PATTERNS,
}  # fmt: skip
# In the order in which the acts are declared: what is read first may blank words for what follows.
COMPILED = {act: re.compile("|".join(PATTERNS[act])) for act in Act if act in PATTERNS}
