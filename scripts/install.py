"""Make .venv and install mtalign in it, unless that is done: python3 scripts/install.py [EXTRA].

Runs on the standard library alone. Nothing is fetched when what is there still fits.
"""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
RUN = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
BUILDER = "setuptools>=77"  # as pyproject.toml says
STAMP = VENV / "mtalign-installed.json"
LOOK = "import sys, mtalign as m; sys.exit(m.__file__ != sys.argv[1])"


def fits(extra):
    """Whether the environment runs, holds this checkout, and was made from this pyproject."""
    try:
        done = json.loads(STAMP.read_text(encoding="utf-8"))
        look = [RUN, "-c", LOOK, str(ROOT / "mtalign" / "__init__.py")]
        return done.get(extra) == wanted() and subprocess.run(look, cwd="/").returncode == 0
    except (OSError, ValueError):
        return False


def wanted():
    """Fingerprint of what an install depends on."""
    state = hashlib.sha256((ROOT / "pyproject.toml").read_bytes())
    state.update(f"{sys.version_info[:2]} {ROOT}".encode())
    return state.hexdigest()


def install(extra):
    """Make the environment afresh where it does not run, then install."""
    look = [RUN, "-m", "pip", "-V"]
    if not RUN.exists() or subprocess.run(look, capture_output=True).returncode != 0:
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
    what = f"{ROOT}[{extra}]" if extra else str(ROOT)
    print(f"installing {what} into {VENV}", file=sys.stderr, flush=True)
    pip = [RUN, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, BUILDER], check=True)
    # Built by what is installed, so that a moved or changed checkout needs no network.
    subprocess.run([*pip, "--no-build-isolation", "-e", what], check=True)
    both = {extra: wanted()} | ({"": wanted()} if extra == "dev" else {})
    STAMP.write_text(json.dumps(both), encoding="utf-8")


if __name__ == "__main__":
    if sys.version_info < (3, 10):  # noqa: UP036
        sys.exit("mtalign needs Python 3.10 or later: make PYTHON=python3.11 demo")
    chosen = sys.argv[1] if len(sys.argv) > 1 else ""
    if not fits(chosen):
        try:
            install(chosen)
        except subprocess.CalledProcessError as error:
            sys.exit(f"scripts/install.py: {' '.join(map(str, error.cmd))} failed; see above")
