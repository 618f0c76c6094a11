#!/usr/bin/env bash
# The lines of the study note of KServe that Davit is for, typed into one shell with kubectl and curl against `davit up`.
#   run.sh [--write]    --write writes docs/reference/seed.md, which is made of the same table
# Shares the virtual environment of test/interop/storage, whose server of Google Cloud Storage it asks, and sets it up where it is not
# there (PYTHON names another than python3). Closing line: "N passed, N failed".
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../../.."

SETUP_ONLY=1 bash "$here/../storage/run.sh"
# `davit` runs many times: its sources are stripped of their types once.
export PYTHONDONTWRITEBYTECODE=1 NODE_COMPILE_CACHE="$PWD/node_modules/.cache/node"
exec "${DAVIT_STORAGE_VENV:-.cache/interop-storage}/bin/python" "$here/main.py" "$@"
