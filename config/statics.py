"""Static files in production: named by their content, so browsers may keep them for ever."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import Any

from django.conf import settings
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Our scripts import each other: their `import` lines are rewritten like the `url()` of styles.

    Only ours (static/js): packages' own sources name files that their wheels don't ship. They are one
    program and carry one hash: a script named by its own content could not import one that imports it.
    """

    support_js_module_import_aggregation = True
    _js_module_import_aggregation_patterns = (
        "js/*.js",
        CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1],
    )

    def file_hash(self, name: str | None, content: Any = None) -> str:
        return self._program if name and name.startswith("js/") else super().file_hash(name, content)

    @cached_property
    def _program(self) -> str:
        """A hash of all our scripts together."""
        scripts = sorted((settings.BASE_DIR / "static" / "js").glob("*.js"))
        return hashlib.sha256(b"".join(script.read_bytes() for script in scripts)).hexdigest()[:12]
