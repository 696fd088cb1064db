# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The exceptions of the module: one class for each error code of the C++ core."""


class Error(Exception):
    """What went wrong and what to try; the base of all exceptions that Cortado raises.

    Attributes
    ----------
    code : str
        The stable name of the kind of failure.
    """

    code = "internal"


class InvalidArgumentError(Error, ValueError):
    """A documented precondition of a call does not hold."""

    code = "invalid_argument"


class InvalidConfigError(Error, ValueError):
    """An option is unknown or its value is wrong; the message names it."""

    code = "invalid_config"


class NotFoundError(Error, LookupError):
    """There is no such device."""

    code = "not_found"


class AlreadyExistsError(Error):
    """It exists and must not, or exists with other properties."""

    code = "already_exists"


class LockedError(Error):
    """Somebody else owns it now."""

    code = "locked"


class IoError(Error, OSError):
    """The operating system refused."""

    code = "io"


class CorruptError(Error, ValueError):
    """Bytes do not carry the promised magic, length or checksum."""

    code = "corrupt"


class UnsupportedError(Error):
    """A valid wish that this version cannot fulfil: a device blob of other options or versions."""

    code = "unsupported"


class UnavailableError(Error):
    """Not now; the same call may succeed later."""

    code = "unavailable"


class DeniedError(Error):
    """Authentication or authorization failed."""

    code = "denied"


class InternalError(Error, RuntimeError):
    """A mistake of Cortado's own."""

    code = "internal"


CLASSES: dict[str, type[Error]] = {
    kind.code: kind
    for kind in (InvalidArgumentError, InvalidConfigError, NotFoundError, AlreadyExistsError, LockedError, IoError,
                 CorruptError, UnsupportedError, UnavailableError, DeniedError, InternalError)
}
"""The class of each error code."""
