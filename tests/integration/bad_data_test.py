# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Bad rows and messages are kept with their reason, and the stream goes on."""
import base64
import json

import pytest

from support import program
from support.readings import device_of, make_row, make_rows, write_csv
from support.rows import read_csv

BAD_MESSAGES = [
    b"", b"not json", b"{", b'{"stateCode":', b"[1,2]", b"null", b"\x00\xff\xfe binary \n\r",
    b"\xc0\x52\x01 cut", b'{"stateCode":"36"}', json.dumps({"stateCode": 36}).encode(),
    "{\"ключ\": \"значение\"}".encode()]


def message(row):
    return device_of(row).encode(), json.dumps(row).encode(), None


@pytest.fixture(scope="module")
def mixed(make_pipeline):
    """Good records with bad ones between them, on one partition."""
    pipeline = make_pipeline(partitions=1)
    good = [message(row) for row in make_rows(devices=2, hours=30)]
    bad = [(f"key-{n}".encode(), value, [("trace", b"t%d" % n)]) for n, value in enumerate(BAD_MESSAGES)]
    sent = [record for pair in zip(good, bad) for record in pair] + good[len(bad):]
    pipeline.broker.produce(pipeline.input, sent)
    worker = pipeline.detect()
    pipeline.wait_for_output(worker, len(good))
    program.wait_until(lambda: worker.check_running() and
                       pipeline.broker.partitions(pipeline.dead_letters) and
                       pipeline.broker.count(pipeline.dead_letters) >= len(bad),
                       lambda: f"all dead letters are there: {worker.log}")
    exit_code = worker.terminate()
    return pipeline, sent, exit_code, program.summary_of(worker.out)


def test_a_finite_run_says_by_its_exit_code_that_bad_data_came(make_pipeline):
    pipeline = make_pipeline(partitions=1)
    pipeline.broker.produce(pipeline.input, [(b"a", b"bad", None), message(make_row(1, 0))])
    worker = pipeline.detect("--until-end")
    assert worker.wait() == program.BAD_DATA
    assert program.summary_of(worker.out)["records_rejected"] == 1
    pipeline.broker.wait_until_settled(pipeline.output)
    assert pipeline.broker.count(pipeline.output) == 1


@pytest.mark.parametrize("guarantee", ["exactly_once", "at_least_once"])
def test_records_without_a_timestamp_get_the_earliest_one(make_pipeline, guarantee):
    """The wall clock would give a repeat other bytes."""
    pipeline = make_pipeline(partitions=1)
    pipeline.config["stream"]["guarantee"] = guarantee
    key, value, _ = message(make_row(1, 0))
    sent = [(key, value, None, -1), (key, b"bad", None, -1), (key, value, None, 1), (key, value, None, 1_500_000_000_000)]
    pipeline.broker.produce(pipeline.input, sent)
    assert [record.timestamp for record in pipeline.broker.read(pipeline.input)] == [-1, -1, 1, 1_500_000_000_000]
    worker = pipeline.detect("--until-end")
    assert worker.wait() == program.BAD_DATA
    for topic in (pipeline.output, pipeline.dead_letters):
        pipeline.broker.wait_until_settled(topic)
    assert [record.timestamp for record in pipeline.broker.read(pipeline.output)] == [1, 1, 1_500_000_000_000]
    assert [record.timestamp for record in pipeline.broker.read(pipeline.dead_letters)] == [1]


def test_a_bad_message_is_kept_byte_for_byte_with_its_reason(mixed):
    pipeline, sent, _, _ = mixed
    letters = pipeline.broker.read(pipeline.dead_letters)
    expected = [(offset, key, value) for offset, (key, value, _) in enumerate(sent) if value in BAD_MESSAGES]
    assert [(int(r.headers["cortado-offset"]), r.key, r.value) for r in letters] == expected
    for number, record in enumerate(letters):
        headers = record.headers
        assert headers["trace"] == f"t{number}"
        assert headers["cortado-topic"] == pipeline.input
        assert headers["cortado-partition"] == "0"
        assert headers["cortado-stage"] and len(headers["cortado-reason"]) > 5


def test_the_good_ones_are_all_enriched_in_order(mixed):
    pipeline, sent, _, _ = mixed
    expected = [offset for offset, (_, value, _) in enumerate(sent) if value not in BAD_MESSAGES]
    assert [record.source[1] for record in pipeline.broker.read(pipeline.output)] == expected


def test_the_summary_counts_them(mixed):
    _, sent, exit_code, summary = mixed
    assert (summary["records_in"], summary["records_rejected"]) == (len(sent), len(BAD_MESSAGES))
    assert summary["records_out"] == len(sent) - len(BAD_MESSAGES)
    # Who was told to leave did well, whatever the input was.
    assert exit_code == program.OK


@pytest.fixture
def broken_csv(tmp_path):
    """Six good rows; line 4 lacks columns, line 6 names no device."""
    rows = make_rows(devices=1, hours=6)
    path = write_csv(tmp_path / "readings.csv", rows)
    lines = path.read_text().splitlines()
    lines.insert(3, '"36","001","short"')
    lines.insert(5, ",".join(['""'] * 24))
    path.write_text("\n".join(lines) + "\n")
    return path, rows, {4: lines[3], 6: lines[5]}


def rejects_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def check_rejects(path, bad_lines):
    rejects = rejects_of(path)
    assert [reject["line"] for reject in rejects] == sorted(bad_lines)
    for reject in rejects:
        assert len(reject["reason"]) > 5
        assert base64.b64decode(reject["bytes"]).decode().rstrip("\r\n") == bad_lines[reject["line"]]


def test_replay_writes_the_good_rows_and_keeps_the_bad_ones(broken_csv, tmp_path):
    path, rows, bad_lines = broken_csv
    result = program.run("replay", path, "-o", tmp_path / "out.csv", "--rejects", tmp_path / "bad.jsonl",
                         "--json", expect=program.BAD_DATA)
    assert [row["timeGMT"] for row in read_csv(tmp_path / "out.csv")] == [row["timeGMT"] for row in rows]
    check_rejects(tmp_path / "bad.jsonl", bad_lines)
    summary = program.summary_of(result.stdout)
    assert (summary["records_out"], summary["records_rejected"]) == (len(rows), len(bad_lines))


def test_generate_sends_the_good_rows_and_keeps_the_bad_ones_beside_the_file(broken_csv, make_pipeline):
    path, rows, bad_lines = broken_csv
    pipeline = make_pipeline(partitions=1)
    pipeline.generate(path, expect=program.BAD_DATA)
    sent = [record.json for record in pipeline.broker.read(pipeline.input)]
    assert [(r["dateGMT"], r["timeGMT"]) for r in sent] == [(r["dateGMT"], r["timeGMT"]) for r in rows]
    check_rejects(path.with_name(path.name + ".rejects.jsonl"), bad_lines)


def test_an_unusable_measurement_is_invalid_and_leaves_the_model_alone(make_pipeline):
    pipeline = make_pipeline(partitions=1)
    rows = [make_row(1, hour) for hour in range(8)]
    for hour, text in [(2, ""), (3, "n/a"), (5, "nan")]:
        rows[hour]["sampleMeasurement"] = text
    pipeline.broker.produce(pipeline.input, [message(row) for row in rows])
    worker = pipeline.detect()
    values = [record.json for record in pipeline.wait_for_all(worker)]
    worker.terminate()
    assert [v["sequence"] for v in values] == list(range(1, 9))
    assert [v["status"] for v in values] == \
        ["warming", "warming", "invalid", "invalid", "warming", "invalid", "warming", "warming"]
    assert [v["modelAge"] for v in values] == [1, 2, 2, 2, 3, 3, 4, 5]
    assert values[4]["prediction"] == values[1]["predictionNext"]
    assert values[2]["prediction"] is None and values[2]["error"] is None
