"""What `accord run` can run."""

from __future__ import annotations

from enum import StrEnum


class Sweeps(StrEnum):
    CHECKINS = "checkins"
    ESCALATIONS = "escalations"
    ROUNDS = "rounds"
    ANNOUNCEMENTS = "announcements"
    CHECKPOINT = "checkpoint"
    APPROVALS = "approvals"
    POLICY = "policy"
    REVIEWS = "reviews"
    LEAVERS = "leavers"
    CORRECTIONS = "corrections"
    AGREEMENTS = "agreements"
    RETENTION = "retention"
    DELIVER = "deliver"
