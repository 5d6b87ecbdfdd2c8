"""Makes the agent's Python and its stubs as the README does, once per user, list of pins and state of the protos.

Prints the interpreter and the folder of the stubs as JSON. Run at the same time by several, one makes and the others
wait.
"""

import fcntl
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

AGENT = Path(__file__).resolve().parent.parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dialplane"
PINS = [AGENT / "requirements.txt", AGENT / "constraints.txt"]
PROTOS = sorted((AGENT / "../../proto/dialplane/v1").resolve().glob("*.proto"))


def run(*command):
    subprocess.run([str(part) for part in command], check=True, cwd=AGENT, stdout=sys.stderr)


def hash_of(files):
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:16]


def make_once(name, make):
    """Makes a folder under another name and moves it into place, so that a half-made one is never used."""
    folder = CACHE / name
    if not folder.exists():
        making = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=CACHE))
        make(making)
        making.rename(folder)
    return folder


def make_environment(folder):
    run(sys.executable, "-m", "venv", folder)
    run(folder / "bin/python", "-m", "pip", "install", "--quiet", "--requirement", PINS[0])


def make_stubs(folder):
    command = re.search(r"^mkdir -p stubs && python (.*)$", (AGENT / "README.md").read_text(), re.M)[1]
    run("bash", "-euc", f"{python} {command.replace('=stubs', f'={folder}')}")


CACHE.mkdir(parents=True, exist_ok=True)
with open(CACHE / "agent-python.lock", "w") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    python = make_once(f"agent-python-{hash_of(PINS)}", make_environment) / "bin/python"
    stubs = make_once(f"agent-python-stubs-{hash_of([*PINS, *PROTOS])}", make_stubs)
print(json.dumps({"python": str(python), "stubs": str(stubs)}))
