#!/usr/bin/env bash
# KServe's own end-to-end tests, unmodified, against `davit up`: of the module github.com/kserve/kserve v0.20.0, which Go's module
# proxy hands out. Their models are trained here and lie under the same names in a local server of Google Cloud Storage.
#   run.sh [--write] [FILE[::TEST]…]    only those tests; --write writes docs/reference/kserve-e2e.md
# Needs go, and Python 3.11 to 3.12 (PYTHON names another than python3); sets up a virtual environment of its own.
# Takes about ten minutes. Closing line: "N passed, N failed"; a test passes here when it does what the table in main.py says of it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../../.."

python=${PYTHON:-python3}
environment=${DAVIT_KSERVE_E2E_VENV:-.cache/interop-kserve-e2e}
module=github.com/kserve/kserve@v0.20.0

if ! "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))'; then
  echo "test/interop/kserve-e2e: found $("$python" --version 2>&1), expected Python 3.11 or 3.12: set PYTHON" >&2
  exit 1
fi
if ! command -v go >/dev/null; then
  echo "test/interop/kserve-e2e: there is no go on the PATH: it fetches KServe's tests" >&2
  exit 1
fi

pins=$(cat "$here/requirements.txt")
if [ "$(cat "$environment/pins.txt" 2>/dev/null)" != "$pins" ]; then
  echo "Setting up $environment with what KServe's tests import: about two minutes"
  rm -rf "$environment"
  "$python" -m venv "$environment"
  "$environment/bin/python" -m pip install -q --disable-pip-version-check --no-deps -r "$here/requirements.txt"
  echo "$pins" >"$environment/pins.txt"
fi
KSERVE=$(cd / && go mod download -json "$module" | "$python" -c 'import json, sys; print(json.load(sys.stdin)["Dir"])')
export KSERVE PYTHONDONTWRITEBYTECODE=1 NODE_COMPILE_CACHE="$PWD/node_modules/.cache/node"
exec "$environment/bin/python" "$here/main.py" "$@"
