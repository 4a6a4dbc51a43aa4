#!/usr/bin/env python
"""The commands of the registry; without DATABASE_URL they use the embedded PostgreSQL."""

import os
import sys

from environs import EnvError

from registry import postgres
from registry.environment import in_a_sentence, read_env_file

WITHOUT_DATABASE = {
    "check", "collectstatic", "compilemessages", "findstatic", "help", "makemessages", "read_announcement", "version",
}  # fmt: skip


def main() -> None:
    """Run one command. What stops the start is said in one sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
    try:
        read_env_file()
        if needs_database(sys.argv[1:]):
            postgres.join()
        run(sys.argv)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read this has enough, as `head` does. What is still in the buffer must not complain at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except (postgres.PostgresError, EnvError) as trouble:
        sys.exit(f"Error: {in_a_sentence(trouble)}")
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        postgres.leave()


def needs_database(arguments: list[str]) -> bool:
    """Whether a command line asks for anything but words about itself."""
    asks_for_help = not arguments or bool({"-h", "--help", "--version"} & set(arguments))
    return not asks_for_help and arguments[0] not in WITHOUT_DATABASE


def run(arguments: list[str]) -> None:
    """Hand over to Django, which is slow to import and not needed for a refusal."""
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        execute_from_command_line(arguments)
    except OperationalError as problem:
        words = " ".join(str(problem).split()).rstrip(".?")
        raise postgres.PostgresError(f"The database can't be used: {words}.") from problem


if __name__ == "__main__":
    main()
