#!/usr/bin/env bash
# Containers of real engines in pods: Podman, with a storage of its own, and Docker where its daemon runs.
#   run.sh [podman] [docker]    only those
# Images are made of programs of this machine; no registry is needed. kubectl is fetched into the user's cache.
# Without an engine that works there is nothing to run; apt-get install podman brings one. Closing line: "N passed, N failed".
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../../.."

python=${PYTHON:-python3}
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 9))'; then
  echo "test/interop/containers: found $("$python" --version 2>&1), expected Python 3.9 or newer: set PYTHON" >&2
  exit 1
fi
export PYTHONDONTWRITEBYTECODE=1
exec "$python" "$here/main.py" "$@"
