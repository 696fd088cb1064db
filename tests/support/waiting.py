# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Waiting for something to become true, by asking."""
import time

WITHIN_S = 60


def wait_until(condition, what, within=WITHIN_S, pause=0.05):
    """Ask until the answer is true, and return it; fail with `what` (text or a function) after a minute."""
    deadline = time.monotonic() + within
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within} s: {what() if callable(what) else what}")
        time.sleep(pause)


def wait_while_growing(count, wanted, what, within=WITHIN_S, pause=0.05):
    """Ask until the count is reached; fail once it has not grown for a minute."""
    best, deadline = -1, 0.0
    while True:
        found = count()
        if found >= wanted:
            return
        if found > best:
            best, deadline = found, time.monotonic() + within
        if time.monotonic() > deadline:
            raise AssertionError(f"{found} of {wanted}, no more within {within} s: {what()}")
        time.sleep(pause)
