#!/usr/bin/env bash
# KServe's own end-to-end tests, unmodified, against `davit up`: of the module github.com/kserve/kserve v0.20.0, which Go's module
# proxy hands out. Their models are trained here and lie under the same names in a local server of Google Cloud Storage.
#   run.sh [--write] [FILE[::TEST]…]    only those tests; --write writes docs/reference/kserve-e2e.md
# Needs go, and Python 3.11 to 3.12 (PYTHON names another than python3); sets up a virtual environment of its own.
# Takes about ten minutes. Closing line: "N passed, N failed"; a test passes here when it does what the table in main.py says of it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../../.."
source test/interop/setup.sh

environment=${DAVIT_KSERVE_E2E_VENV:-.cache/interop-kserve-e2e}
module=github.com/kserve/kserve@v0.20.0

need_python 11 12
if ! command -v go >/dev/null; then
  echo "test/interop/kserve-e2e: there is no go on the PATH: it fetches KServe's tests" >&2
  exit 1
fi

set_up "$environment" "what KServe's tests import: about two minutes" "$(cat "$here/requirements.txt")" \
  python_packages "$environment" --compile --no-deps -r "$here/requirements.txt"
KSERVE=$(cd / && go mod download -json "$module" | "$python" -c 'import json, sys; print(json.load(sys.stdin)["Dir"])')
export KSERVE PYTHONDONTWRITEBYTECODE=1 NODE_COMPILE_CACHE="$PWD/node_modules/.cache/node"
exec "$environment/bin/python" "$here/main.py" "$@"
