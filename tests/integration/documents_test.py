# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Pages that are made from the program are those of this program."""
import json
import pathlib
import re
import subprocess

import pytest

from support import program

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_the_configuration_reference_is_current():
    """If this fails: build/release/apps/cortado/cortado config reference > docs/config.md"""
    assert program.run("config", "reference").stdout == (ROOT / "docs/config.md").read_text(encoding="utf-8")


def test_the_schema_knows_every_block():
    schema = json.loads(program.run("config", "schema").stdout)
    assert {"kafka", "input", "output", "detector", "stream", "state", "http", "log"} <= schema["properties"].keys()


def yaml_examples():
    """Every configuration that a page shows, by page and number."""
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        examples = page.read_text(encoding="utf-8").split("```yaml\n")[1:]
        for number, example in enumerate(examples):
            yield pytest.param(example.split("```")[0], id=f"{page.relative_to(ROOT)}-{number}")


@pytest.mark.parametrize("example", yaml_examples())
def test_a_configuration_in_a_page_is_valid_as_it_stands(example, tmp_path):
    (tmp_path / "cortado.yaml").write_text(example, encoding="utf-8")
    variables = {name: "hunter2" for name in re.findall(r"\$\{([A-Za-z_]\w*)\}", example)}
    servers = [] if "bootstrap_servers" in example else ["-X", "bootstrap.servers=localhost:9092"]
    result = subprocess.run([program.BINARY, "validate", "--no-environment", "-c", tmp_path / "cortado.yaml", *servers],
                            capture_output=True, text=True, env={**program.environment(), **variables},
                            timeout=120, check=False)
    assert result.returncode == program.OK, result.stderr
    assert "ok" in result.stdout and result.stderr == ""


def test_the_components_of_the_log_are_those_of_the_sources():
    """If this fails: mend log_components() of apps/cortado/app_config.cc."""
    names = set()
    for source in [*ROOT.glob("libs/*/src/*.cc"), *ROOT.glob("apps/cortado/**/*.cc")]:
        text = source.read_text(encoding="utf-8")
        names.update(re.findall(r'\blog_(?:info|warning|error)\(\s*"(\w+)"', text))
        names.update(re.findall(r'kComponent = "(\w+)"', text))
    assert len(names) > 5
    levels = ", ".join(f"{name}: debug" for name in sorted(names))
    program.run("config", "print", "--set", f"log.components={{{levels}}}")
    refused = program.run("config", "print", "--set", "log.components={nosuch: debug}", expect=program.USAGE)
    listed = refused.stderr.split("components are ")[1].strip().split(", ")
    assert listed == sorted(names)
    near = program.run("config", "print", "--set", "log.components={kafak: debug}", expect=program.USAGE)
    assert "did you mean kafka?" in near.stderr
