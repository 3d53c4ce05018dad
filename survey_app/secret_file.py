"""A secret of the settings: in a variable, or better in a file that a variable names."""

import logging
import stat
from collections.abc import Mapping
from pathlib import Path


class SettingsFault(Exception):
    """A wrong value in the environment; the message is the one line to show."""


def read_secret(environment: Mapping[str, str], variable: str) -> tuple[str, str]:
    """A secret, and the name of the variable that it came by; two empty texts where neither variable is set.

    Args:
        environment: names and values; `VARIABLE_FILE` names a file whose text, without its last line's end, is the secret.
        variable: such as `HAILONG_SECRET_KEY`.

    Raises:
        SettingsFault: both are set, so that nobody knows which holds; the file cannot be read, is empty or has several lines.
    """
    text, in_file = environment.get(variable), f"{variable}_FILE"
    name = environment.get(in_file)
    if text and name:
        raise SettingsFault(f"{in_file} is set and {variable} too; expected one of them.")
    if not name:
        return (text, variable) if text else ("", "")
    try:
        found = Path(name).read_text(encoding="utf-8-sig").strip()
        _warn_if_open(Path(name), in_file)
    except OSError as error:
        raise SettingsFault(f"{in_file} {_told(name)}, which cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise SettingsFault(f"{in_file} {_told(name)}, which cannot be read: it is no text in UTF-8.") from None
    if len(found.splitlines()) != 1:
        what = "has several lines" if found else "is empty"
        raise SettingsFault(f"{in_file} {_told(name)}, which {what}; expected the secret in one line.")
    return found, in_file


def _told(name: str) -> str:
    """Which file a variable names, unless it may be the secret itself, put there by mistake."""
    path = Path(name)
    place = path.is_absolute() and len(path.parts) > 2 and Path(*path.parts[:2]).is_dir()  # noqa: PLR2004 - "/", "etc"
    return f"is {name!r}" if place else "names no file below a folder that is there (what it says is not repeated)"


def _warn_if_open(file: Path, variable: str) -> None:
    if file.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
        logging.getLogger("hailong").warning(
            "%s: everybody on this computer may open %s. Close it to others: chmod o= %s", variable, file, file
        )
