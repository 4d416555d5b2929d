# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rolling rate windows of the service: 1000 requests in 3 minutes and 100 in 5 seconds for each key (D)."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable

LONG_SECONDS = 180.0
SHORT_SECONDS = 5.0


class RateWindows:
    """Counts the requests of each key in real time; refused requests are not counted."""

    def __init__(self) -> None:
        self._times: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def allow(self, key: str, now: float, limits: Iterable[tuple[float, int]]) -> bool:
        """Return whether the key may make another request; if so, count it.

        :param now: seconds of a monotonic clock.
        :param limits: pairs of window length in seconds and number of requests; 0 requests means no limit.
        """
        active = [(seconds, most) for seconds, most in limits if most > 0]
        if not active:
            return True
        longest = max(seconds for seconds, most in active)
        with self._lock:
            times = self._times.setdefault(key, deque())
            while times and times[0] <= now - longest:
                times.popleft()
            for seconds, most in active:
                if len(times) >= most and times[-most] > now - seconds:
                    return False
            times.append(now)
            return True

    def clear(self) -> None:
        """Forget all requests."""
        with self._lock:
            self._times.clear()
