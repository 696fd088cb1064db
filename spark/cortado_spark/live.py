# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""What a Python worker keeps from batch to batch: enrichers by configuration, and live models.

Workers are not tied to partitions: a device may come to another one at any batch, and a task that failed has
changed its models for nothing. Therefore a live model carries the version of the state that it is equal to, and is
used only if the state has that version; otherwise it is made again from the state. A query that begins anew in
the same session may have another configuration: a live model is that of one query and one configuration.
"""
from __future__ import annotations

import collections
import hashlib
import struct
from collections.abc import Sequence

from cortado import DeviceEnricher, Enricher

from cortado_spark.settings import Settings

_ENRICHERS: dict[str, Enricher] = {}
Owner = tuple[str, str]  # the query's id, and Settings.enrich_key()


def enricher(settings: Settings) -> Enricher:
    """Return this worker's enricher of a configuration."""
    key = settings.enrich_key()
    if key not in _ENRICHERS:
        _ENRICHERS[key] = settings.make_enricher()
    return _ENRICHERS[key]


def next_version(version: str, offsets: Sequence[int]) -> str:
    """Return the version of a state after these offsets; equal only for equal histories."""
    digest = hashlib.blake2b(version.encode(), digest_size=12)
    digest.update(struct.pack(f"<{len(offsets)}q", *offsets))
    return digest.hexdigest()


class LiveModels:
    """The least recently used go first."""

    def __init__(self) -> None:
        self._models: collections.OrderedDict[tuple[Owner, str], tuple[str, DeviceEnricher]] = collections.OrderedDict()

    def take(self, owner: Owner, device: str, version: str) -> DeviceEnricher | None:
        """Remove and return an owner's model of a device, if it is of that version."""
        found = self._models.pop((owner, device), None)
        return found[1] if found and found[0] == version else None

    def put(self, owner: Owner, device: str, version: str, model: DeviceEnricher, limit: int) -> None:
        """Keep a model, and no more than `limit` of them."""
        self._models[owner, device] = version, model
        while len(self._models) > limit:
            self._models.popitem(last=False)

    def __len__(self) -> int:
        return len(self._models)


MODELS = LiveModels()
