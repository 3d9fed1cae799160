"""Disks that fail, for tests of writers."""

import errno
import os
import resource
from contextlib import contextmanager


@contextmanager
def file_size_limit(n_bytes):
    """Let no file grow beyond ``n_bytes``: the system's own fault, not a mock."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def failing(code):
    """Return a function that fails as a system call does, with the error number ``code``."""

    def fail(*_arguments, **_options):
        raise OSError(code, os.strerror(code))

    return fail


def fills_up_after(n_bytes):
    """Return an `os.write` that takes ``n_bytes`` and then says that the disk is full."""
    left = [n_bytes]
    real_write = os.write

    def write(descriptor, data):
        if left[0] == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        taken = real_write(descriptor, bytes(data[: left[0]]))
        left[0] -= taken
        return taken

    return write
