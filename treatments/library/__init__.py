"""The default library: files of TOML beside this module, read once and checked."""

import tomllib
from functools import cache
from pathlib import Path

from treatments.protocols import Library

from .check import BadLibrary, check_library
from .reader import read_library

__all__ = ["BadLibrary", "check_library", "load_library", "read_library"]


@cache
def load_library() -> Library:
    """The default library; BadLibrary names the file and key of a number without a source."""
    folder = Path(__file__).parent
    return read_library(
        {path.name: tomllib.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.toml"))}
    )
