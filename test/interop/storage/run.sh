#!/usr/bin/env bash
# Models fetched from servers of S3 and Google Cloud Storage by `davit storage-initializer`: moto and gcp-storage-emulator.
# Sets up a virtual environment of its own, with Python 3.11 to 3.13 (PYTHON names another than python3).
# With SETUP_ONLY it does no more than that. Closing line: "N passed, N failed".
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../../.."

python=${PYTHON:-python3}
environment=${DAVIT_STORAGE_VENV:-.cache/interop-storage}

if ! "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'; then
  echo "test/interop/storage: found $("$python" --version 2>&1), expected Python 3.11 to 3.13: set PYTHON" >&2
  exit 1
fi

pins=$(cat "$here/requirements.txt")
if [ "$(cat "$environment/pins.txt" 2>/dev/null)" != "$pins" ]; then
  echo "Setting up $environment with moto and gcp-storage-emulator: about a minute"
  rm -rf "$environment"
  "$python" -m venv "$environment"
  "$environment/bin/python" -m pip install -q --disable-pip-version-check --no-compile --no-deps -r "$here/requirements.txt"
  echo "$pins" >"$environment/pins.txt"
fi
[ -z "${SETUP_ONLY:-}" ] || exit 0
export PYTHONDONTWRITEBYTECODE=1
exec "$environment/bin/python" "$here/main.py" "$@"
