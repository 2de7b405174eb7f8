"""Nothing secret in a log: addresses lose their passwords, and what is called a secret loses its value."""

import re
from typing import Any

# Up to the last @ of the word: a password may hold one, and slashes, though it should not.
_ADDRESS = re.compile(r"""([a-z][a-z0-9+.-]*://[^\s:/@'"]*:)[^\s'"]*@""", re.IGNORECASE)
_AUTHORIZATION = re.compile(r"(\b(?:bearer|basic)\s+)[a-z0-9._~+/=-]{8,}", re.IGNORECASE)
_NAMES = r"(?:password|passwd|secret|token|api_?key|private_?key)"
_NAMED = re.compile(rf"""(\b[\w-]*{_NAMES}["']?\s*[=:]\s*["']?)[^\s,;&'"}}]+""", re.IGNORECASE)
_FIELD = re.compile(_NAMES, re.IGNORECASE)


def without_secrets(text: str) -> str:
    """The text as it may be written down."""
    text = _ADDRESS.sub(r"\1***@", text)
    text = _AUTHORIZATION.sub(r"\1***", text)
    return _NAMED.sub(r"\1***", text)


def fields_without_secrets(value: Any) -> Any:
    """Plain values as they may be written down; fields that are named like a secret lose their value."""
    if isinstance(value, str):
        return without_secrets(value)
    if isinstance(value, dict):
        return {
            name: "***" if _FIELD.search(str(name)) else fields_without_secrets(each)
            for name, each in value.items()
        }
    if isinstance(value, list | tuple):
        return [fields_without_secrets(each) for each in value]
    return value
