"""Where the package may run what it reads, unpack it, or start a program: nowhere but in the places named here."""

import ast
from functools import cache

import pytest

from tests.test_house import MODULES, PACKAGE, parsed

CALLS: dict[str, set[str]] = {
    # Text or bytes that become code. `Module.eval()` of torch is no such thing, and has no argument.
    **{
        name: set()
        for name in ["eval", "exec", "compile", "__import__", "execfile", "runpy.run_path", "runpy.run_module"]
    },
    **{name: set() for name in ["pickle.load", "pickle.loads", "marshal.loads", "yaml.load", "os.system", "os.popen"]},
    "importlib.import_module": set(),
    "enable_load_extension": set(),
    "register_custom_ops_library": set(),
    # Files of others' makes. Each says that it takes no pickles.
    "np.load": {"training/photographs.py", "training/measuring/validation.py"},
    "torch.load": {"training/heads/location_encoder.py", "training/pretraining/restart.py"},
    # Programs: pip alone.
    **{name: set() for name in ["subprocess.run", "subprocess.call", "subprocess.check_output", "os.startfile"]},
    "subprocess.Popen": {"packs/download.py", "photos/apart.py"},
    # Names that nobody can guess, in folders that are cleared.
    "tempfile.mktemp": set(),
    "tempfile.mkstemp": {"packs/writing.py"},
    "tempfile.mkdtemp": {"packs/sources.py"},
    "tempfile.TemporaryDirectory": {"training/checkpoints/streetclip.py"},
    "TemporaryDirectory": {"cases/cluster.py", "training/texts/text_export.py", "training/texts/prompts.py"},
    # Unpacking without a bound.
    **{
        name: set() for name in ["zlib.decompress", "lzma.decompress", "gzip.decompress", "bz2.decompress", "lzma.open"]
    },
    **{name: set() for name in ["gzip.open", "tarfile.open", "shutil.unpack_archive", "extractall", "extract"]},
    # Databases are opened in one place, which is wary of them.
    "sqlite3.connect": {"cases/database.py"},
    "ort.InferenceSession": {"engine/devices.py"},
}
"""A call -> where alone it may stand."""


@cache
def calls() -> tuple[tuple[str, str, ast.Call], ...]:
    """Every call of something by its name in the package: its module, the name as it is written, and itself."""
    return tuple(
        (path.relative_to(PACKAGE).as_posix(), ast.unparse(node.func), node)
        for path in MODULES
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
    )


def test_nothing_is_run_unpacked_or_started_elsewhere() -> None:
    found: dict[str, set[str]] = {name: set() for name in CALLS}
    for where, called, _ in calls():
        for name in CALLS:
            method = name in ("enable_load_extension", "register_custom_ops_library", "extractall", "extract")
            if called == name or (method and called.endswith(f".{name}")):
                found[name].add(where)
    assert found == CALLS


@pytest.mark.parametrize(
    ("call", "keyword", "value"), [("np.load", "allow_pickle", False), ("torch.load", "weights_only", True)]
)
def test_files_are_loaded_as_data(call: str, keyword: str, value: bool) -> None:
    made = [node for _, called, node in calls() if called == call]
    assert made
    for node in made:
        given = {one.arg: ast.literal_eval(one.value) for one in node.keywords if isinstance(one.value, ast.Constant)}
        assert given.get(keyword) is value, ast.unparse(node)
