# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The README's notebook, run with the installed module as a reader would run it."""
import pathlib
import sys

import nbformat
from ipykernel.kernelspec import install
from nbclient import NotebookClient

NOTEBOOK = pathlib.Path(__file__).resolve().parents[2] / "python/score.ipynb"
README = NOTEBOOK.parents[1] / "README.md"


def test_the_readmes_notebook_runs_and_finds_the_failure(tmp_path, monkeypatch):
    assert "python/score.ipynb" in README.read_text(encoding="utf-8")
    install(prefix=tmp_path)
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share/jupyter"))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    assert not any(cell.get("outputs") for cell in notebook.cells)
    notebook.cells.append(nbformat.v4.new_code_cell(
        "import sys\nprint(sys.prefix)\nworst = alarms.loc[alarms.score.idxmax()]\nprint(worst.device, worst.time)"))
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    prefix, found = code[-1].outputs[0].text.splitlines()
    assert prefix == sys.prefix
    assert found.startswith("pump-2 2026-02-20")
    assert "2026-02-20" in code[2].outputs[0].data["text/plain"]
    assert "pump-3" in code[3].outputs[0].text
