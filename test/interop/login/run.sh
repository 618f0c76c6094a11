#!/usr/bin/env bash
# The gateway's login with real counterparts: the Python snippets of Kubeflow's and KServe's documentation, oidc-provider as issuer, and
# every block of docs/guides/login.md, with kubectl and, where it is there, nginx.
#   run.sh [NAME…]    only those of python, otherIssuer, starts, guide
# Sets up npm packages and a virtual environment of its own (PYTHON names another than python3). Closing line: "N passed, N failed".
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../../.."
source test/interop/setup.sh

packages=${DAVIT_LOGIN_PACKAGES:-.cache/interop-login}
counterparts() {
  npm_packages "$packages" "$here"
  python_packages "$packages/python" -r "$here/requirements.txt"
}
set_up "$packages" 'oidc-provider and requests: about half a minute' \
  "$(cat "$here/package-lock.json" "$here/requirements.txt")" counterparts
export LOGIN_PACKAGES="$PWD/$packages"
KUBECTL_FOLDER=$(cd "$here/../kubernetes" && "$LOGIN_PACKAGES/python/bin/python" -B -c 'import tools; print(tools.fetched().path)' | tail -n 1)
export KUBECTL_FOLDER
exec node_modules/.bin/node "$here/main.ts" "$@"
