# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The keywords of the module's classes: Cortado's configuration keys.

Made from the core's own descriptions by generate_options.py; do not edit it.
"""
from typing import Any, Literal, TypedDict


class DetectorFaultsOptions(TypedDict, total=False):
    """The keys below ``detector.faults``.

    Attributes
    ----------
    flat_line : bool
        Alarm with reason flat when a device that usually changes repeats one value for longer than it ever
        did. Default true.
    flat_least : int
        Equal values that may be a flat line. Default 12, in records, 2 to 1000000.
    gap : bool
        Alarm with reason gap on the first record after an absence, by event time. Default true.
    gap_least : float
        Usual intervals between two records that may be a gap. Default 7.5, in intervals, 1.5 to 1e+09.
    gap_irregular : float
        Share of intervals longer than one and a half usual ones, up to which a device counts as regular. For
        one that is not, absences are ordinary and never a gap. 1: every device is regular. Default 0.03, 0 to
        1.
    factor : float
        How many times as long as the longest usual one a flat line or gap must be. Default 2, 1 to 1000.
    every : int
        After the first flat line or gap of a device, another one is told only if there were at least so many
        runs of equal values, or intervals, for each: what a device does again and again is its way. Default
        400, in runs or intervals, 1 to 1000000.
    clock : bool
        Alarm with reason clock when event time goes back or leaps. Default true.
    clock_back : float
        How far event time may go back: records that are a little late are no fault. Default 2, in intervals,
        0 to 1e+09.
    clock_ahead : str
        A leap that no absence explains. Default 366d, 1h to 36500d.
    level_shift : bool
        Alarm with reason level when the mean moves further than it ever did. Default true.
    out_of_range : bool
        Alarm with reason range beyond detector.faults.limits, and beyond all past values. Default true.
    limits : list[Any]
        What devices can measure, by pattern (* and ?); the first that matches wins. The first value beyond is
        an alarm with reason range. Default: empty.
    """

    flat_line: bool
    flat_least: int
    gap: bool
    gap_least: float
    gap_irregular: float
    factor: float
    every: int
    clock: bool
    clock_back: float
    clock_ahead: str
    level_shift: bool
    out_of_range: bool
    limits: list[Any]


class DetectorAdvancedMemoryOptions(TypedDict, total=False):
    """The keys below ``detector.advanced.memory``.

    Attributes
    ----------
    segments_per_column : int
        Inputs before it that a column can tell apart; more remember more and cost more. Default 8, 1 to 8.
    max_segments : int
        Bounds a memory: 52 bytes a segment. A full one forgets what it has not seen for longest. Default
        1500, 1 to 65535.
    activation_threshold : int
        Active connected synapses, of 16, that predict a column. Default 10, 1 to 16.
    min_threshold : int
        Active synapses that make a segment learn rather than a new one be made: how similar an input before
        it must be. Default 7, 1 to 16.
    initial_permanence : float
        Of a new synapse; a multiple of .004, as all permanences. Just above connected: seen once is known,
        five misses are forgotten. Default 0.24, 0.004 to 1.
    connected_permanence : float
        From which a synapse counts for a prediction. Default 0.2, 0.004 to 1.
    permanence_increment : float
        What an active synapse of a learning segment gains. Default 0.04, 0 to 1.
    permanence_decrement : float
        What the others lose: a fifth, so that noise wears nothing away. Default 0.008, 0 to 1.
    """

    segments_per_column: int
    max_segments: int
    activation_threshold: int
    min_threshold: int
    initial_permanence: float
    connected_permanence: float
    permanence_increment: float
    permanence_decrement: float


class DetectorAdvancedShortLikelihoodOptions(TypedDict, total=False):
    """The keys below ``detector.advanced.short_likelihood``.

    Attributes
    ----------
    window : int
        Raw scores in the moving average that is judged. Default 10, in samples, 1 to 100.
    warm_up : int
        Samples of this scale until its HTM may speak. Default 300, in samples, 10 to 1000000.
    """

    window: int
    warm_up: int


class DetectorAdvancedMiddleLikelihoodOptions(TypedDict, total=False):
    """The keys below ``detector.advanced.middle_likelihood``.

    Attributes
    ----------
    window : int
        Raw scores in the moving average that is judged. Default 3, in samples, 1 to 100.
    warm_up : int
        Samples of this scale until its HTM may speak. Default 100, in samples, 10 to 1000000.
    """

    window: int
    warm_up: int


class DetectorAdvancedLongLikelihoodOptions(TypedDict, total=False):
    """The keys below ``detector.advanced.long_likelihood``.

    Attributes
    ----------
    window : int
        Raw scores in the moving average that is judged. Default 3, in samples, 1 to 100.
    warm_up : int
        Samples of this scale until its HTM may speak. Default 40, in samples, 10 to 1000000.
    """

    window: int
    warm_up: int


class DetectorAdvancedOptions(TypedDict, total=False):
    """The keys below ``detector.advanced``.

    Attributes
    ----------
    htm : bool
        Ask the HTM; without it only range and residuals speak, to see what it is worth. Default true.
    middle_block : int
        Records in a block of the middle scale, which sees patterns that are too slow for single records.
        Default 3, in records, 1 to 1000.
    long_block : int
        Records in a block of the long scale. Default 8, in records, 1 to 1000.
    block_memory : float
        Share of a block's mean in the moving mean from which a block's highest or lowest value is chosen.
        Default 0.5, 0.001 to 1.
    resolutions : list[Any]
        Widths of the encoder's buckets, in ladder levels (the running standard deviation, rounded up to a
        power of two). Each costs one HTM a scale; the mean of several depends less on the seed. Default
        ['0.0165', '0.027'], 1e-04 to 1, at most 8.
    look_ahead : float
        How near the running deviation must come to the next ladder level (as a share of the present one)
        until a memory for it learns along; an eighth below, that memory is given up. 0: always, which costs
        twice the time and memory. Default 0.75, 0 to 1.
    active_columns : int
        Columns of a bucket, of 2048: buckets up to that far apart share some. Default 40, 8 to 128.
    memory : DetectorAdvancedMemoryOptions
    short_likelihood : DetectorAdvancedShortLikelihoodOptions
    middle_likelihood : DetectorAdvancedMiddleLikelihoodOptions
    long_likelihood : DetectorAdvancedLongLikelihoodOptions
    learning_share : float
        Share of a scale's warm_up that is left out of the distribution of averages: an HTM that knows nothing
        yet is surprised by everything. Default 0.66, 0 to 0.9.
    refresh : int
        How often the distribution of averages is looked at anew. Default 100, in samples, 1 to 1000000.
    mean_floor : float
        Least mean of the raw score: a series that is always predicted would alarm at the first slip. Default
        0.03, 0 to 1.
    variance_floor : float
        Least variance of the averages, for the same reason. Default 3e-04, 1e-09 to 1.
    onset : float
        Evidence from which two samples in a row are one event: the second says nothing new. Default 5, 0 to
        16.
    tail_share : float
        Share of all values that make a distribution's tail. Default 0.01, 1e-04 to 0.5.
    tail_learn : float
        Surprise of a change, distance or move up to which it is learned: what lies beyond is learned as if it
        lay there, so that one outlier does not make the next one usual. Default 16, 2 to 16.
    tail_least : int
        Fewest values in a tail; before as many values a tail says nothing. Default 20, 2 to 1000.
    tail_most : int
        Most values in a tail: 8 bytes each, in six tails. Default 200, 2 to 10000.
    range_base : float
        Evidence of a value that exceeds the past range by range_unit. Default 5, 0 to 16.
    range_unit : float
        In shares of the past range. Default 0.01, 1e-06 to 1.
    range_gate : float
        What the range may claim beyond the tail's surprise. It keeps a slowly rising series from alarming at
        each new height. Default 0.5, 0 to 16.
    range_slack : float
        What the range may claim beyond the surprise of the change or of the moved level: a season that
        quietly reaches new heights is no event. Default 2.5, 0 to 16.
    residual_memory : float
        Share of a value in the moving mean that residuals are taken from. Default 0.1, 0.001 to 1.
    level_window : int
        Values in each of the two means whose difference is the move of the level; the period of a daily cycle
        is a good choice. Default 24, in records, 2 to 1000.
    level_limit : float
        Most that a move of the level may claim, before its weight. Default 8, 0 to 16.
    level_weight : float
        Of a level's evidence. Default 1, 0 to 10.
    least_cut : float
        Below which no alarm budget lowers the cut: what happens once in a thousand records is no event.
        Default 3, 0.1 to 100.
    variance_doubt : float
        Widens the variance of averages while they are few: by this times the window, divided by their number.
        Default 0, 0 to 1000.
    change_memory : float
        Share of a change in the moving variance that changes are measured by: what is ordinary of late.
        Default 0.05, 0.001 to 1.
    change_tail : float
        Share of all changes beyond the highest of the three quantiles that tell how improbable a change is.
        Outliers and spells of noise that are fewer do not make the next one usual. Default 0.025, 0.001 to
        0.1.
    change_rarity : float
        What a change may claim beyond how rare events of its size have been: with a cut of 4.2 and 1.6 an
        alarm needs fewer than one in 400 records. Lower: changes that come back, such as one each morning,
        are usual sooner. Default 1.6, 0 to 16.
    change_trust : float
        How much faster than that a change's claim grows above the cut: one whose like is rare enough for an
        alarm ranks by how large it is. Default 6, 1 to 100.
    change_alike : float
        Events of so much of a change's size count as like it. Default 0.7, 0 to 1.
    change_apart : int
        Large changes less far apart are one event. Default 30, in records, 1 to 1000000.
    change_limit : float
        Most that a change may claim, before its weight. Default 8, 0 to 16.
    change_weight : float
        Of a change's evidence. Default 1, 0 to 10.
    event_rarity : float
        What range and pattern together may claim beyond how rare such claims have been on this device: 1.8 is
        60 times rarer. A device that does something strange each week is stranger than its model believes.
        16: whatever they like. Default 1.8, 0 to 16.
    event_beyond : float
        Share that still counts of what such a claim has beyond that. Default 0.7, 0 to 1.
    block_rarity : float
        The same for the pattern of blocks, of which nothing more counts: with a cut of 4.2 and 1 an alarm
        needs fewer than one in 1,600 records. Default 1, 0 to 16.
    level_rarity : float
        The same for the move of the level. Default 1, 0 to 16.
    forecast_rate : float
        A step of the forecasting regression, in mean changes. Default 0.01, 0 to 1.
    forecast_range : float
        What values span, in ladder levels; a sixteenth of it is the largest change that is ever forecast.
        Default 8, 0.1 to 1000.
    band_coverage : float
        Share of the next values that the expected band shall hold. Default 0.95, 0.5 to 0.999.
    band_rate : float
        Step of the band, in mean errors: higher follows faster and trembles more. Default 0.05, 0.001 to 1.
    short_limit : float
        Most that the pattern of single records may claim. Default 6, 0 to 16.
    range_limit : float
        Most that the range may claim. Default 6, 0 to 16.
    block_limit : float
        Most that a pattern of blocks may claim, before its weight. Default 8, 0 to 16.
    block_weight : float
        Of a block's evidence: blocks stand alone and are many, so that they must be surer. Default 0.8, 0 to
        10.
    residual_limit : float
        Most that a residual may claim, before its weight. Default 8, 0 to 16.
    residual_weight : float
        Of a residual's evidence. Default 0.6, 0 to 10.
    cut : float
        Combined evidence of an alarm, where score is .5. Higher is quieter. Default 4.2, 0.1 to 100.
    refractory : int
        After an alarm, records that belong to the same event. Default 30, in records, 0 to 1000000.
    """

    htm: bool
    middle_block: int
    long_block: int
    block_memory: float
    resolutions: list[Any]
    look_ahead: float
    active_columns: int
    memory: DetectorAdvancedMemoryOptions
    short_likelihood: DetectorAdvancedShortLikelihoodOptions
    middle_likelihood: DetectorAdvancedMiddleLikelihoodOptions
    long_likelihood: DetectorAdvancedLongLikelihoodOptions
    learning_share: float
    refresh: int
    mean_floor: float
    variance_floor: float
    onset: float
    tail_share: float
    tail_learn: float
    tail_least: int
    tail_most: int
    range_base: float
    range_unit: float
    range_gate: float
    range_slack: float
    residual_memory: float
    level_window: int
    level_limit: float
    level_weight: float
    least_cut: float
    variance_doubt: float
    change_memory: float
    change_tail: float
    change_rarity: float
    change_trust: float
    change_alike: float
    change_apart: int
    change_limit: float
    change_weight: float
    event_rarity: float
    event_beyond: float
    block_rarity: float
    level_rarity: float
    forecast_rate: float
    forecast_range: float
    band_coverage: float
    band_rate: float
    short_limit: float
    range_limit: float
    block_limit: float
    block_weight: float
    residual_limit: float
    residual_weight: float
    cut: float
    refractory: int


class DetectorOptions(TypedDict, total=False):
    """The keys below ``detector``.

    Attributes
    ----------
    preset : ["seed", "nupic", "last_value", "multiscale"]
        The model: multiscale (the detector of docs/detection.md: several scales, calibrated scores; its
        constants are detector.advanced.*), seed (an HTM network of season and value, the original's: for
        comparisons), nupic (that of NuPIC's detector in the Numenta Anomaly Benchmark, of the time of day and
        value: for comparisons) or last_value (forecasts the last value, never alarms: a baseline, and the
        cost of all but the model). Default multiscale.
    forecaster : ["sdr_classifier", "change"]
        What forecasts the next value: sdr_classifier (the original's) or change (a small regression that is
        never materially worse than repeating the last value). Anomaly scores do not depend on it. Default
        sdr_classifier.
    seed : int
        Chooses pools, permanences and draws; another one gives other scores of the same quality. Default 42,
        0 to 9223372036854775807.
    warm_up : int
        Valid records until a device leaves warming: before, it gets no score and never alarms. Empty: 100 for
        multiscale, 400 for the others. Default: empty, in records, 0 to 1000000.
    reject_negative : bool
        Values below 0 are impossible: such records are invalid and never reach the model. Default false.
    overrides : list[Any]
        Ranges of the value encoder for devices by pattern (* and ?); the first that matches wins. seed
        divides the range into 100 steps, nupic into 130 (none below .001). Default: empty.
    faults : DetectorFaultsOptions
    advanced : DetectorAdvancedOptions
    """

    preset: Literal["seed", "nupic", "last_value", "multiscale"]
    forecaster: Literal["sdr_classifier", "change"]
    seed: int
    warm_up: int
    reject_negative: bool
    overrides: list[Any]
    faults: DetectorFaultsOptions
    advanced: DetectorAdvancedOptions


class AlertsOptions(TypedDict, total=False):
    """The keys below ``alerts``.

    Attributes
    ----------
    budget : str
        How many alarms a device may have in the long run: 3/week (hour, day, week, month) of event time, or
        2/1000 records. The cut is kept there online. Empty: the cut is detector.advanced.cut. Default: empty.
    direction : ["both", "up", "down"]
        Which way a value must have gone from its prediction to be worth an alarm. Sensor faults alarm anyway.
        Default both.
    min_absolute : float
        Least distance of a value from its prediction that is worth an alarm, in the value's unit. Default 0,
        0 to 1e+300.
    min_relative : float
        The same as a share of the prediction. Default 0, 0 to 1e+300.
    overrides : list[Any]
        Other budget, direction or least deviations for devices by pattern (* and ?); the first that matches
        wins, what it leaves out stays. Default: empty.
    """

    budget: str
    direction: Literal["both", "up", "down"]
    min_absolute: float
    min_relative: float
    overrides: list[Any]


class InputOptions(TypedDict, total=False):
    """The keys below ``input``.

    Attributes
    ----------
    format : ["json", "binary"]
        json also takes Cortado's binary records, told by their first bytes; binary takes nothing else.
        Default json.
    mapping : ["aqs"] | dict[str, str]
        Where device, time and value stand in an input record: aqs for EPA's monitoring records, or JSON
        pointers into any object: {device: /sensor/id, time: /ts, value: /v}. Without time the Kafka timestamp
        counts. Default aqs.
    time_format : str
        How a mapped time is written, of %Y %m %d %H %M %S %f %z. Empty: ISO 8601 text, or a number (from 1e11
        on milliseconds, else seconds). Default: empty.
    tombstone : ["ignore", "forget", "dead_letter"]
        What to do with a record without a value: count it; forget the model of the device that its key names,
        at this point of that device's records; or send it to the dead-letter topic. Default ignore.
    late : ["process", "ignore", "dead_letter"]
        What to do with a reading whose time is before the newest that its device's model has learned: score
        it, count it, or send it to the dead-letter topic. Default process.
    duplicate : ["process", "ignore", "dead_letter"]
        What to do with a reading whose time equals the newest that its device's model has learned (older
        times are late, not compared). Default process.
    future : ["process", "ignore", "dead_letter"]
        What to do with a reading whose time is beyond its record's Kafka timestamp. Default process.
    """

    format: Literal["json", "binary"]
    mapping: Literal["aqs"] | dict[str, str]
    time_format: str
    tombstone: Literal["ignore", "forget", "dead_letter"]
    late: Literal["process", "ignore", "dead_letter"]
    duplicate: Literal["process", "ignore", "dead_letter"]
    future: Literal["process", "ignore", "dead_letter"]


class OutputOptions(TypedDict, total=False):
    """The keys below ``output``.

    Attributes
    ----------
    format : ["json", "binary"]
        How enriched records are written; binary is several times faster and needs input.mapping: aqs. Default
        json.
    """

    format: Literal["json", "binary"]


class ModelOptions(DetectorOptions, total=False):
    """What a model can be told: the keys below ``detector``, and the blocks beside it."""

    alerts: AlertsOptions


class Blocks(TypedDict, total=False):
    """The blocks of the configuration that models know."""

    detector: DetectorOptions
    alerts: AlertsOptions
    input: InputOptions
    output: OutputOptions
