# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Pages that are made from the program are those of this program."""
import json
import pathlib

from support import program

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_the_configuration_reference_is_current():
    """If this fails: build/release/apps/cortado/cortado config reference > docs/config.md"""
    assert program.run("config", "reference").stdout == (ROOT / "docs/config.md").read_text(encoding="utf-8")


def test_the_schema_knows_every_block():
    schema = json.loads(program.run("config", "schema").stdout)
    assert {"kafka", "input", "output", "detector", "stream", "state", "http", "log"} <= schema["properties"].keys()


def test_the_readmes_configuration_is_valid(tmp_path):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    config = text.split("```yaml")[1].split("```")[0]
    (tmp_path / "cortado.yaml").write_text(config, encoding="utf-8")
    result = program.run("validate", "-c", tmp_path / "cortado.yaml", "--no-environment")
    assert "ok" in result.stdout
