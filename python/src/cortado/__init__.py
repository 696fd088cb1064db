# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Online anomaly detection for streams of many devices: the models of Cortado in Python.

`Model` is one device's model, `Detector` many devices' with frames of pandas and Arrow, `Enricher` goes from
a topic's bytes to the enriched bytes of ``cortado detect``. All three give the program's scores bit for bit.
`read_config` reads the program's configuration file.
"""
from cortado._core import VERSION as __version__
from cortado.blobs import BlobHead, blob_head
from cortado.config_file import read_config
from cortado.detector import Detector
from cortado.device_enricher import DeviceEnricher
from cortado.enricher import Enricher
from cortado.errors import (AlreadyExistsError, CorruptError, DeniedError, Error, InternalError, InvalidArgumentError,
                            InvalidConfigError, IoError, LockedError, NotFoundError, UnavailableError, UnsupportedError)
from cortado.model import Model
from cortado.outcomes import DeadLetter, EnrichedRecord, Ignored, Outcomes
from cortado.records import STATUSES, Columns, Enriched, EnrichedArrays

__all__ = [
    "STATUSES", "AlreadyExistsError", "BlobHead", "Columns", "CorruptError", "DeadLetter", "DeniedError", "Detector",
    "DeviceEnricher", "Enriched", "EnrichedArrays", "EnrichedRecord", "Enricher", "Error", "Ignored", "InternalError",
    "InvalidArgumentError", "InvalidConfigError", "IoError", "LockedError", "Model", "NotFoundError", "Outcomes",
    "UnavailableError", "UnsupportedError", "__version__", "blob_head", "read_config"]
