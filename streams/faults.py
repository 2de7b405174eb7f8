"""What the system says of a file, a disk or a port, in the exchange's own errors."""

import errno
import os

from exchange.kernel.errors import DiskFull, ExchangeError, NotWritable, PortTaken, Unavailable

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NOT_WRITABLE = (
    errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EISDIR, errno.ENOENT, errno.EEXIST, errno.ELOOP,
    errno.ENAMETOOLONG,
)  # fmt: skip


def fault(error: OSError, what: str, otherwise: str) -> ExchangeError:
    """The error to raise for one of the system's.

    Shape: `what` is what could not be done, and to which file or directory, as in "./node cannot be written";
    `otherwise` is what else may be done, as in "choose another with --data".
    """
    if error.errno in _FULL:
        return DiskFull(f"{what} ({said(error)}); free some space there, or {otherwise}")
    if error.errno in _NOT_WRITABLE:
        return NotWritable(f"{what} ({said(error)}); give this user the right to write there, or {otherwise}")
    if error.errno == errno.EADDRINUSE:
        return PortTaken(f"{what} ({said(error)}); end the process that listens there, or {otherwise}")
    return Unavailable(f"{what} ({said(error)}); see what is wrong with it, or {otherwise}")


def said(error: OSError) -> str:
    """The system's own words, small as in the middle of a sentence."""
    words = (
        error.strerror
        or (os.strerror(error.errno) if error.errno else "")
        or str(error)
        or type(error).__name__
    )
    return words[:1].lower() + words[1:]
