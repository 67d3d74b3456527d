"""``python -m sandbox --port 4000 --config FILE.json``: the workspace as its own process."""

from __future__ import annotations

import argparse
from pathlib import Path

import uvicorn

from sandbox.app import create_sandbox
from sandbox.config import SandboxConfig


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=4000)
    parser.add_argument("--config", type=Path, help="a SandboxConfig as JSON")
    given = parser.parse_args()
    config = SandboxConfig()
    if given.config:
        config = SandboxConfig.model_validate_json(given.config.read_text(encoding="utf-8"))
    uvicorn.run(
        create_sandbox(config),
        host=given.host,
        port=given.port,
        log_level="warning",
        ws="websockets-sansio",
        timeout_graceful_shutdown=1,  # open pages listen for ever
    )


if __name__ == "__main__":
    main()
