#!/usr/bin/env bash
# Real clients of InferenceServices against `davit up`: the guide with kubectl, KServe's own Python SDK.
#   run.sh [guide|logins|sdk|transformers]    only those suites
# Sets up a virtual environment of its own, with Python 3.11 to 3.13 (PYTHON names another than python3), and kubectl in the
# user's cache. Closing line: "N passed, N failed".
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../../.."
source test/interop/setup.sh

environment=${DAVIT_KSERVE_VENV:-.cache/interop-kserve}
need_python 11 13
set_up "$environment" 'kserve and scikit-learn: about a minute' "$(cat "$here/requirements.txt")" \
  python_packages "$environment" --no-deps -r "$here/requirements.txt"
# `davit` runs many times: its sources are stripped of their types once.
export PYTHONDONTWRITEBYTECODE=1 NODE_COMPILE_CACHE="$PWD/node_modules/.cache/node"
exec "$environment/bin/python" "$here/main.py" "$@"
