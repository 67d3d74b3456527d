"""The organisation's first policy, from the file that `ACCORD_POLICY` names."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import ValidationError

from bot.settings import SettingsProblem
from domain.policy import Policy


def read_policy(path: Path | None) -> Policy:
    """The policy in a YAML file, or the defaults; raises SettingsProblem naming each mistake."""
    if path is None:
        return Policy()
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except OSError as error:
        raise SettingsProblem([f"ACCORD_POLICY {path}: {error.strerror}"]) from None
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise SettingsProblem([f"ACCORD_POLICY {path}{where}: is not readable YAML"]) from None
    try:
        return Policy.model_validate(document)
    except ValidationError as error:
        raise SettingsProblem(
            [
                f"ACCORD_POLICY {path}: {'.'.join(map(str, one['loc'])) or 'document'}: "
                f"{one['msg']}"
                for one in error.errors()
            ]
        ) from None
