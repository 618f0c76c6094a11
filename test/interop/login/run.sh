#!/usr/bin/env bash
# The gateway's login with real counterparts: the Python snippets of Kubeflow's and KServe's documentation, oidc-provider as issuer, and
# every block of docs/guides/login.md, with kubectl and, where they are there, nginx, Caddy and Dex.
#   run.sh [NAME…]    only those of python, otherIssuer, starts, guide, dex
#   run.sh --build [NAME…]    first builds Caddy from its Go module, minutes, where Go is and it is not there yet; later calls find it
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

# Caddy and Dex, where they are: on the PATH, or in this folder. What Go's modules know of Dex is no version that can be built.
programs=${DAVIT_LOGIN_PROGRAMS:-$PWD/.cache/interop-login-programs}
if [ "${1-}" = --build ]; then
  shift
  if ! command -v go >/dev/null; then
    echo '(there is no Go to build Caddy with)'
  elif [ ! -x "$programs/caddy" ]; then
    mkdir -p "$programs"
    # A newer Go than the one that is here would be fetched otherwise.
    GOTOOLCHAIN=local GOBIN=$programs go install github.com/caddyserver/caddy/v2/cmd/caddy@v2.11.9 2>"$programs/build.log" || {
      tail -n 20 "$programs/build.log" >&2
      exit 1
    }
  fi
fi
PATH=$PATH:$programs
exec node_modules/.bin/node "$here/main.ts" "$@"
