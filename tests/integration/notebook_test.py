# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The notebooks over the REST interface of a running detector."""
import json
import pathlib
import re
import urllib.request

import nbformat
import pytest
from nbclient import NotebookClient

from support.program import Program
from support.waiting import wait_until

NOTEBOOKS = pathlib.Path(__file__).resolve().parents[2] / "notebooks"
PREFIX = "http://127.0.0.1:8080"
# Stands before Stop: the table above has to become newer while this runs, also after requests of its own that failed.
LATER = """
import time
answering, failures = urllib.request.urlopen, []
def failing(*words, **options):
    if threading.current_thread() is not threading.main_thread() and len(failures) < 2:
        failures.append(words)
        raise OSError("nobody answers")
    return answering(*words, **options)
urllib.request.urlopen = failing
deadline = time.monotonic() + 60
while len(failures) < 2 and time.monotonic() < deadline:
    time.sleep(0.2)
assert len(failures) == 2
first = points()[-1]["sequence"]
while points()[-1]["sequence"] <= first and time.monotonic() < deadline:
    time.sleep(0.2)
time.sleep(3)
print(first)
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    started = Program(tmp_path_factory.mktemp("demo"), "demo", "--rate", "500/s", "--listen", "127.0.0.1:0",
                      "--set", "http.frame_ancestors=[http://127.0.0.1:8888]")

    def has_points():
        with urllib.request.urlopen(started.url() + "/api/v1/devices", timeout=30) as answer:
            return json.load(answer)["rows"]
    wait_until(has_points, lambda: f"the first records: {started.log}")
    yield started
    started.end()


def sources(path):
    note = json.loads(path.read_text())
    if path.suffix == ".zpln":
        return [paragraph["text"].removeprefix("%python") for paragraph in note["paragraphs"]
                if paragraph["text"].startswith("%python")]
    return ["".join(cell["source"]) for cell in note["cells"] if cell["cell_type"] == "code"]


def test_the_jupyter_notebook_runs_and_streams_until_stop(demo):
    notebook = nbformat.read(NOTEBOOKS / "cortado.ipynb", as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace(PREFIX, demo.url())
    notebook.cells.insert(len(notebook.cells) - 2, nbformat.v4.new_code_cell(LATER))
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    settings, visualizer, streaming, later, stop = code
    assert re.search(r"\d+ points", settings.outputs[0].text)
    assert f"{demo.url().rstrip('/')}/embed/original?device=" in visualizer.outputs[0].data["text/html"]
    newest = int(re.search(r"<tr><td>(\d+)</td>", streaming.outputs[0].data["text/html"]).group(1))
    assert newest > int(later.outputs[0].text)
    assert stop.outputs[0].text == "stopped\n"


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.iterdir()), ids=lambda path: path.suffix)
def test_both_notebooks_have_the_originals_sections_and_need_nothing_beside_python(path):
    text = path.read_text()
    for section in ("Visualizer", "Streaming", "Stop"):
        assert section in text
    modules = set()
    for source in sources(path):
        compile(source, path.name, "exec")
        modules |= set(re.findall(r"^(?:import|from) (\w+)", source, re.MULTILINE))
    assert modules <= {"html", "json", "threading", "urllib", "IPython"}


def test_no_output_is_kept_in_the_notebooks():
    notebook = json.loads((NOTEBOOKS / "cortado.ipynb").read_text())
    assert not any(cell.get("outputs") for cell in notebook["cells"])
    note = json.loads((NOTEBOOKS / "cortado.zpln").read_text())
    assert all(paragraph["status"] == "READY" and "results" not in paragraph for paragraph in note["paragraphs"])
