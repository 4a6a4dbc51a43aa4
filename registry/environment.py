"""Where the checkout lies, and the file that may set environment variables for it."""

from __future__ import annotations

import os
from pathlib import Path

from dotenv import load_dotenv

BASE_DIR = Path(__file__).resolve().parent.parent


def read_env_file() -> None:
    """Take the variables of `.env` (or of the file ENV_FILE names) that the environment itself does not set."""
    path = BASE_DIR / (os.environ.get("ENV_FILE") or ".env")
    if path.is_file():
        load_dotenv(path, override=False)


def var_folder() -> Path:
    """Where everything lies that the registry writes by itself: data, keys, logs. VAR_DIR moves it."""
    # Relative to the checkout, not to where a command is typed: all commands must find the same folder.
    return BASE_DIR / (os.environ.get("VAR_DIR") or "var")
