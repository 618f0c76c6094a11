#!/usr/bin/env bash
# Real clients against a running server: tritonclient, KServe's own client, python-requests, curl over HTTP/1.1 and h2c.
# Sets up a virtual environment of its own, with Python 3.11 to 3.13 (PYTHON names another than python3).
# Closing line: "N passed, N failed".
set -euo pipefail
cd "$(dirname "$0")/../.."
source test/interop/setup.sh

environment=${DAVIT_INTEROP_VENV:-.cache/interop}
need_python 11 13
pins=$(cat test/interop/requirements.txt test/interop/constraints.txt)
set_up "$environment" 'tritonclient, kserve and requests: about a minute' "$pins" \
  python_packages "$environment" -r test/interop/requirements.txt -c test/interop/constraints.txt
exec "$environment/bin/python" test/interop/clients.py
