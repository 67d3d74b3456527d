"""How Hypothesis runs here."""

from __future__ import annotations

from hypothesis import settings

# A busy machine is slow at times; how long an example takes is not what these tests are about.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
