#!/usr/bin/env bash
# Real clients of Kubernetes against Davit’s API server: kubectl and helm, the official Python and JavaScript clients, client-go.
#   run.sh [NAME…]    only those transcripts and suites
# Sets up what it needs: a virtual environment with Python 3.11 to 3.13 (PYTHON names another than python3), a folder of npm
# packages; kubectl 1.35 and 1.37, helm and, where none is there, go in the user's cache. KUBECTL names another kubectl than 1.37.
# Closing line: "N passed, N failed".
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../../.."
source test/interop/setup.sh

environment=${DAVIT_KUBERNETES_VENV:-.cache/interop-kubernetes}
need_python 11 13
clients() {
  python_packages "$environment" --no-deps -r "$here/requirements.txt"
  npm_packages "$environment/javascript" "$here/javascript"
}
set_up "$environment" 'the official Python and JavaScript clients: about half a minute' \
  "$(cat "$here/requirements.txt" "$here/javascript/package-lock.json")" clients
export PYTHONDONTWRITEBYTECODE=1 CLIENTS="$PWD/$environment/javascript"
exec "$environment/bin/python" "$here/main.py" "$@"
