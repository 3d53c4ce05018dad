"""Whose a file is, and who asks: what a refused file has to say."""

import os
import stat
from contextlib import suppress
from pathlib import Path


def this_user() -> str:
    """The name of the user that this process runs as; its number where it has none."""
    if os.name != "posix":
        return os.environ.get("USERNAME", "")
    import pwd  # noqa: PLC0415 - of POSIX alone

    with suppress(KeyError):
        return pwd.getpwuid(os.geteuid()).pw_name
    return str(os.geteuid())


def told_of_owner(path: Path) -> str:
    """Whose a file is, with which mode, and what to do that this user may use it; empty where that cannot be seen."""
    try:
        found = path.stat()
    except OSError:
        return ""
    owner = str(found.st_uid)
    with suppress(KeyError, NotImplementedError):
        owner = path.owner()
    return f"it is {owner}'s, of mode {stat.S_IMODE(found.st_mode):o}, and this is {this_user()}. Give it back: chown {this_user()} {path}"
