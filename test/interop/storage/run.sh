#!/usr/bin/env bash
# Models fetched from servers of S3 and Google Cloud Storage by `davit storage-initializer`: moto and gcp-storage-emulator.
# Sets up a virtual environment of its own, with Python 3.11 to 3.13 (PYTHON names another than python3).
# With SETUP_ONLY it does no more than that. Closing line: "N passed, N failed".
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../../.."
source test/interop/setup.sh

environment=${DAVIT_STORAGE_VENV:-.cache/interop-storage}
need_python 11 13
set_up "$environment" 'moto and gcp-storage-emulator: about a minute' "$(cat "$here/requirements.txt")" \
  python_packages "$environment" --no-deps -r "$here/requirements.txt"
[ -z "${SETUP_ONLY:-}" ] || exit 0
export PYTHONDONTWRITEBYTECODE=1
exec "$environment/bin/python" "$here/main.py" "$@"
