#!/usr/bin/env bash
# Trains random pipelines of scikit-learn's newest, saves each, and asks the library and Davit the same rows.
#   run.sh [--seconds 60 | --count PIPELINES] [--seed N] [--only NUMBER] [--wide]
# Without a seed it is the date, so that every day tries others; a failure prints the line that repeats it and keeps the file.
# --wide draws also sparse rows, texts beside numbers, encoders of category_encoders and several targets, and leaves out what
# the library answers at random there; without it a seed draws the same pipelines from version to version (see README.md).
# Sets up a virtual environment of its own, with Python 3.11 to 3.13 (PYTHON names another than python3).
# Closing line: "N passed, N failed".
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../../.."
source test/interop/setup.sh

environment=${DAVIT_PIPELINES_VENV:-.cache/random-pipelines}
need_python 11 13
set_up "$environment" 'scikit-learn: about a minute' "$(cat "$here/requirements.txt")" \
  python_packages "$environment" --no-deps -r "$here/requirements.txt"
# One thread: sums come out in one order, and the server has the other core.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1
exec "$environment/bin/python" "$here/main.py" "$@"
