#!/usr/bin/env bash
# Real clients of InferenceServices against `davit up`: the guide with kubectl, KServe's own Python SDK.
#   run.sh [guide|logins|sdk|transformers]    only those suites
# Sets up a virtual environment of its own, with Python 3.11 to 3.13 (PYTHON names another than python3), and kubectl in the
# user's cache. Closing line: "N passed, N failed".
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../../.."

python=${PYTHON:-python3}
environment=${DAVIT_KSERVE_VENV:-.cache/interop-kserve}

if ! "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'; then
  echo "test/interop/kserve: found $("$python" --version 2>&1), expected Python 3.11 to 3.13: set PYTHON" >&2
  exit 1
fi

pins=$(cat "$here/requirements.txt")
if [ "$(cat "$environment/pins.txt" 2>/dev/null)" != "$pins" ]; then
  echo "Setting up $environment with kserve and scikit-learn: about a minute"
  rm -rf "$environment"
  "$python" -m venv "$environment"
  "$environment/bin/python" -m pip install -q --disable-pip-version-check --no-compile \
    --no-deps -r "$here/requirements.txt"
  echo "$pins" >"$environment/pins.txt"
fi
# `davit` runs many times: its sources are stripped of their types once.
export PYTHONDONTWRITEBYTECODE=1 NODE_COMPILE_CACHE="$PWD/node_modules/.cache/node"
exec "$environment/bin/python" "$here/main.py" "$@"
