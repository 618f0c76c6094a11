#!/usr/bin/env bash
# Real clients against a running server: tritonclient, KServe's own client, python-requests, curl over HTTP/1.1 and h2c.
# Sets up a virtual environment of its own, with Python 3.11 to 3.13 (PYTHON names another than python3).
# Closing line: "N passed, N failed".
set -euo pipefail
cd "$(dirname "$0")/../.."

python=${PYTHON:-python3}
environment=${DAVIT_INTEROP_VENV:-.cache/interop}

if ! "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'; then
  echo "test/interop: found $("$python" --version 2>&1), expected Python 3.11 to 3.13: set PYTHON" >&2
  exit 1
fi

pins=$(cat test/interop/requirements.txt test/interop/constraints.txt)
if [ "$(cat "$environment/pins.txt" 2>/dev/null)" != "$pins" ]; then
  echo "Setting up $environment with tritonclient, kserve and requests: about a minute"
  rm -rf "$environment"
  "$python" -m venv "$environment"
  "$environment/bin/python" -m pip install -q --disable-pip-version-check --no-compile \
    -r test/interop/requirements.txt -c test/interop/constraints.txt
  echo "$pins" >"$environment/pins.txt"
fi
exec "$environment/bin/python" test/interop/clients.py
