#!/usr/bin/env bash
# Trains random pipelines of scikit-learn's newest, saves each, and asks the library and Davit the same rows.
#   run.sh [--seconds 60 | --count PIPELINES] [--seed N] [--only NUMBER]
# Without a seed it is the date, so that every day tries others; a failure prints the line that repeats it and keeps the file.
# Sets up a virtual environment of its own, with Python 3.11 to 3.13 (PYTHON names another than python3).
# Closing line: "N passed, N failed".
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../../.."

python=${PYTHON:-python3}
environment=${DAVIT_PIPELINES_VENV:-.cache/random-pipelines}

if ! "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'; then
  echo "random-pipelines: found $("$python" --version 2>&1), expected Python 3.11 to 3.13: set PYTHON" >&2
  exit 1
fi

pins=$(cat "$here/requirements.txt")
if [ "$(cat "$environment/pins.txt" 2>/dev/null)" != "$pins" ]; then
  echo "Setting up $environment with scikit-learn: about a minute"
  rm -rf "$environment"
  "$python" -m venv "$environment"
  "$environment/bin/python" -m pip install -q --disable-pip-version-check --no-compile --no-deps -r "$here/requirements.txt"
  echo "$pins" >"$environment/pins.txt"
fi
# One thread: sums come out in one order, and the server has the other core.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1
exec "$environment/bin/python" "$here/main.py" "$@"
