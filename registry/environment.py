"""Where the checkout lies, and the file that may set environment variables for it."""

from __future__ import annotations

import os
from pathlib import Path

from dotenv import load_dotenv
from environs import EnvError, EnvValidationError

BASE_DIR = Path(__file__).resolve().parent.parent


def read_env_file() -> None:
    """Take the variables of `.env` (or of the file ENV_FILE names) that the environment itself does not set."""
    named = os.environ.get("ENV_FILE")
    path = BASE_DIR / (named or ".env")
    if named and not path.exists():
        raise EnvError(f"ENV_FILE is {named}: there is no such file.")
    if path.is_file():
        load_dotenv(path, override=False)


def var_folder() -> Path:
    """Where everything lies that the registry writes by itself: data, keys, logs. VAR_DIR moves it."""
    # Relative to the checkout, not to where a command is typed: all commands must find the same folder.
    return BASE_DIR / (os.environ.get("VAR_DIR") or "var")


# What the library says of a value, and what is right.
RIGHT = {"Not a valid boolean.": "Write true or false.", "Not a valid integer.": "Write a whole number."}


def in_a_sentence(trouble: Exception) -> str:
    """What stops the start, without the library's lists."""
    if not isinstance(trouble, EnvValidationError):
        return str(trouble)
    told = " ".join(RIGHT.get(str(message), str(message)) for message in trouble.error_messages)
    return f"{str(trouble).partition(':')[0]}: {told}"
