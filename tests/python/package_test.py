# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""The module as it is shipped: types, examples, generated keywords, a wheel that needs nothing else."""
import doctest
import importlib
import inspect
import pathlib
import pkgutil
import re
import subprocess
import sys
import zipfile

import pytest

import cortado
from support.program import BINARY

ROOT = pathlib.Path(__file__).resolve().parents[2]
DIST = ROOT / "build/python/dist"
USE = '''
import numpy as np
from cortado import Detector, Enriched, Enricher, Model, blob_head
model = Model("d", preset="seed", warm_up=3, overrides=[{"device": "*", "encoder": {"min": 0, "max": 1}}])
score: Enriched = model.update("2020-01-01", 1.0)
reveal_type(score.anomaly)
reveal_type(model.update_many(None, np.zeros(3)).sequence)
reveal_type(Model.load(model.save(), "d", preset="seed"))
blobs: dict[str, bytes] = Detector(preset="seed", seed=1).save()
model.update(np.int64(1_577_836_800), np.float32(1.0))
model.update(np.float64(1.5), np.int64(1))
model.update_many(["2020-01-01", None, np.ma.masked], [1.0, None, "2"])
for blob in (bytearray(model.save()), memoryview(model.save())):
    Model.load(blob, "d", preset="seed")
    Detector.load({"d": blob}, preset="seed").load_device("d", blob)
    Enricher().make_device("d", blob)
    head: int = blob_head(blob).sequence
Detector().update_many(["a", None, 1], None, np.ma.array([1.0, 2.0, 3.0]))
Detector().update(1, None, None)
Enricher().run([b"{}", bytearray(b"{}"), memoryview(b"{}"), None], keys=[bytearray(b"k"), None, None, None])
'''
MISUSE = '''
from cortado import Enricher, Model
Model(preset="best")
Model(presett="seed")
Model().update([], "x")
Model.load("text")
Enricher().run(["text"])
'''


def run(*words, timeout=300, **options):
    return subprocess.run([*map(str, words)], capture_output=True, text=True, check=False, timeout=timeout, **options)


def modules():
    yield cortado
    for found in pkgutil.iter_modules(cortado.__path__, "cortado."):
        if not found.name.endswith("._core"):
            yield importlib.import_module(found.name)


def test_every_example_in_the_documentation_runs():
    results = [doctest.testmod(module) for module in modules()]
    assert sum(result.failed for result in results) == 0
    assert sum(result.attempted for result in results) >= 20


def test_the_guides_examples_run():
    result = doctest.testfile(str(ROOT / "docs/python.md"), module_relative=False)
    assert result.failed == 0 and result.attempted >= 10


def test_the_keyword_types_are_those_of_the_core():
    """If this fails: python python/generate_options.py > python/src/cortado/options.py"""
    made = run(sys.executable, ROOT / "python/generate_options.py")
    assert made.stdout == (ROOT / "python/src/cortado/options.py").read_text(encoding="utf-8"), made.stderr


def test_the_keys_beside_the_models_are_those_of_the_program():
    """If this fails: cortado config schema | python python/generate_keys.py > python/src/cortado/keys.py"""
    schema = run(BINARY, "config", "schema").stdout
    made = run(sys.executable, ROOT / "python/generate_keys.py", input=schema)
    assert made.stdout == (ROOT / "python/src/cortado/keys.py").read_text(encoding="utf-8"), made.stderr


def test_every_error_code_of_the_core_has_its_class():
    from cortado import _core, errors
    assert tuple(errors.CLASSES) == _core.ERROR_CODES
    for code, kind in errors.CLASSES.items():
        assert kind.code == code and issubclass(kind, cortado.Error) and getattr(cortado, kind.__name__) is kind
        assert kind.__doc__, code


def test_every_public_name_is_documented():
    for name in cortado.__all__:
        item = getattr(cortado, name)
        if isinstance(item, type):
            assert item.__doc__ and item.__doc__.strip(), name
            for member, value in vars(item).items():
                if callable(value) and not member.startswith("_"):
                    assert value.__doc__, f"{name}.{member}"


def section_of(text, name):
    """What a section of a NumPy-style docstring says; empty without it."""
    section = re.search(rf"^{name}\n-+\n(.*?)(?=^\S+\n-+\n|\Z)", inspect.cleandoc(text), re.M | re.S)
    return section[1] if section else ""


def documented(text):
    """Names that the section Parameters tells of."""
    lines = re.findall(r"^(\S.*?)(?: : .*)?$", section_of(text, "Parameters"), re.M)
    return {name for line in lines for name in line.split(", ")}


def public_functions():
    """(name, function) of all that the package offers."""
    for name in cortado.__all__:
        item = getattr(cortado, name)
        methods = vars(item).items() if isinstance(item, type) else [("", item)] if callable(item) else []
        for member, value in methods:
            function = getattr(value, "__func__", value)
            if not member.startswith("_") and inspect.isfunction(function):
                yield f"{name}.{member}".rstrip("."), function


def test_every_parameter_is_documented():
    """In NumPy's style, with the method that is called; shapes, units and errors stand there."""
    found = 0
    for name, function in public_functions():
        parameters = inspect.signature(function).parameters.values()
        wanted = {f"{'**' if one.kind is one.VAR_KEYWORD else ''}{one.name}" for one in parameters} - {"self", "cls"}
        told = documented(function.__doc__)
        assert wanted <= told, f"{name}: {wanted - told}"
        found += len(wanted)
    assert found >= 30


# They take arguments and raise nothing of their own: bad readings are no errors.
NEVER_RAISE = {"Model.update", "Columns.enriched", "Enricher.device", "Outcomes.of"}


def test_every_result_and_every_error_is_documented():
    for name, function in public_functions():
        if inspect.signature(function).return_annotation != "None":
            assert section_of(function.__doc__, "Returns"), name
        raised = section_of(function.__doc__, "Raises")
        takes = set(inspect.signature(function).parameters) - {"self", "cls"}
        assert bool(raised) == (bool(takes) and name not in NEVER_RAISE), name
        for kind in re.findall(r"^(\w+(?:, \w+)*)$", raised, re.M):
            assert all(issubclass(getattr(cortado, one), cortado.Error) for one in kind.split(", ")), name


def test_the_types_hold_and_misuse_is_seen(tmp_path):
    (tmp_path / "use.py").write_text(USE)
    (tmp_path / "misuse.py").write_text(MISUSE)
    mypy = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"),
            "--disable-error-code", "import-untyped"]
    package = run(*mypy, "-p", "cortado", cwd=tmp_path)
    assert package.returncode == 0, package.stdout
    good = run(*mypy, "use.py", cwd=tmp_path)
    assert good.returncode == 0, good.stdout
    for words in ('"float | None"', "ndarray[", '"cortado.model.Model"'):
        assert words in good.stdout.replace("Union[builtins.float, None]", "float | None").replace("builtins.", ""), good.stdout
    bad = run(*mypy, "misuse.py", cwd=tmp_path)
    assert bad.stdout.count("error:") == 6, bad.stdout


def test_the_stub_is_the_cores():
    found = run(sys.executable, "-m", "mypy.stubtest", "cortado._core")
    assert found.returncode == 0, found.stdout


def test_the_stub_names_what_the_core_has():
    from cortado import _core
    stub = (pathlib.Path(cortado.__file__).parent / "_core.pyi").read_text(encoding="utf-8")
    for name, item in vars(_core).items():
        if name.startswith("_"):
            continue
        assert name in stub
        for member in (vars(item) if isinstance(item, type) else ()):
            assert member.startswith("_") or f"def {member}(" in stub, f"{name}.{member}"


@pytest.fixture(scope="module")
def wheel():
    wheels = list(DIST.glob("*.whl"))
    assert len(wheels) == 1, f"script/wheel makes one: {wheels}"
    return wheels[0]


def test_the_wheel_is_self_contained(wheel):
    assert "manylinux" in wheel.name
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    wanted = {"cortado/__init__.py", "cortado/_core.pyi", "cortado/py.typed", "cortado/options.py"}
    assert wanted <= set(names)
    assert any("licenses/LICENSE" in name for name in names)
    assert not [name for name in names if "test" in name or name.endswith((".h", ".a", ".cc"))]
    assert not [name for name in names if "spdlog" in name or "libfmt" in name or "rdkafka" in name]


def test_a_clean_environment_needs_numpy_alone(wheel, tmp_path):
    assert run("/usr/bin/python3", "-m", "venv", tmp_path / "clean").returncode == 0
    python = tmp_path / "clean/bin/python"
    installed = run(python, "-m", "pip", "install", "-q", "--disable-pip-version-check", wheel)
    assert installed.returncode == 0, installed.stderr
    result = run(python, "-c", "import cortado, sys; m = cortado.Model(); m.update('2020-01-01', 1.0); "
                 "assert 'pandas' not in sys.modules; print(m.update('2020-01-02', 1.0).sequence)", cwd=tmp_path)
    assert result.stdout == "2\n", result.stderr


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sdist")
    made = run(ROOT / "build/python/tools/bin/python", "-m", "build", "--no-isolation", "--sdist", "--outdir", folder,
               ROOT / "python")
    assert made.returncode == 0, made.stderr
    return next(folder.glob("*.tar.gz"))


def test_a_source_distribution_holds_what_the_module_is_made_of(archive):
    names = run("tar", "tzf", archive).stdout
    for part in ("core/CMakeLists.txt", "core/cmake/Rooms.cmake", "core/libs/htm/src/", "core/libs/enrich/src/enricher.cc",
                 "core/libs/config/src/loading.cc", "core/libs/stream/src/options.cc", "bindings/module.cc", "LICENSE"):
        assert part in names, part
    for part in ("/tests/", "librdkafka", "core/libs/dashboard/web", "core/libs/files", "core/libs/evaluate"):
        assert part not in names, part


def test_a_clean_environment_builds_the_source_distribution_and_passes_the_tests(full, archive, tmp_path):
    """With --full as pip does it for a user, from its own sources alone and with build tools of its own; else only unpacked."""
    assert run("tar", "xzf", archive, "-C", tmp_path).returncode == 0
    assert len(list(tmp_path.glob("cortado-*/pyproject.toml"))) == 1
    if not full:
        return
    assert run("/usr/bin/python3", "-m", "venv", tmp_path / "clean").returncode == 0
    python = tmp_path / "clean/bin/python"
    installed = run(python, "-m", "pip", "install", "-q", "--disable-pip-version-check", archive, "-r",
                    ROOT / "tests/python/requirements.txt", timeout=3000)
    assert installed.returncode == 0, installed.stderr
    suites = [ROOT / f"tests/python/{name}_test.py" for name in ("model", "detector", "enricher", "parity", "notebook")]
    tested = run(python, "-m", "pytest", "-q", *suites, cwd=tmp_path, timeout=3000)
    assert tested.returncode == 0 and " passed" in tested.stdout, tested.stdout
    where = run(python, "-c", "import cortado; print(cortado.__file__)", cwd=tmp_path)
    assert where.stdout.startswith(str(tmp_path / "clean")), where.stdout
