#!/usr/bin/env bash
# Real clients of Kubernetes against Davit’s API server: kubectl and helm, the official Python and JavaScript clients, client-go.
#   run.sh [NAME…]    only those transcripts and suites
# Sets up what it needs: a virtual environment with Python 3.11 to 3.13 (PYTHON names another than python3), a folder of npm
# packages; kubectl 1.35 and 1.37, helm and, where none is there, go in the user's cache. KUBECTL names another kubectl than 1.37.
# Closing line: "N passed, N failed".
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../../.."

python=${PYTHON:-python3}
environment=${DAVIT_KUBERNETES_VENV:-.cache/interop-kubernetes}

if ! "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'; then
  echo "test/interop/kubernetes: found $("$python" --version 2>&1), expected Python 3.11 to 3.13: set PYTHON" >&2
  exit 1
fi

pins=$(cat "$here/requirements.txt" "$here/javascript/package-lock.json")
if [ "$(cat "$environment/pins.txt" 2>/dev/null)" != "$pins" ]; then
  echo "Setting up $environment with the official Python and JavaScript clients: about half a minute"
  rm -rf "$environment"
  "$python" -m venv "$environment"
  "$environment/bin/python" -m pip install -q --disable-pip-version-check --no-compile --no-deps -r "$here/requirements.txt"
  mkdir "$environment/javascript"
  cp "$here/javascript/package.json" "$here/javascript/package-lock.json" "$environment/javascript"
  npm ci --prefix "$environment/javascript" --ignore-scripts --no-audit --no-fund --silent
  echo "$pins" >"$environment/pins.txt"
fi
export PYTHONDONTWRITEBYTECODE=1 CLIENTS="$PWD/$environment/javascript"
exec "$environment/bin/python" "$here/main.py" "$@"
