#!/usr/bin/env bash
# The gateway's login with real counterparts: the Python snippets of Kubeflow's and KServe's documentation, and oidc-provider as issuer.
# Sets up npm packages and a virtual environment of its own (PYTHON names another than python3). Closing line: "N passed, N failed".
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../../.."

packages=${DAVIT_LOGIN_PACKAGES:-.cache/interop-login}
pins=$(cat "$here/package-lock.json" "$here/requirements.txt")
if [ "$(cat "$packages/pins.txt" 2>/dev/null)" != "$pins" ]; then
  echo "Setting up $packages with oidc-provider and requests: about half a minute"
  rm -rf "$packages"
  mkdir -p "$packages"
  cp "$here/package.json" "$here/package-lock.json" "$packages"
  npm ci --prefix "$packages" --ignore-scripts --no-audit --no-fund --silent
  "${PYTHON:-python3}" -m venv "$packages/python"
  "$packages/python/bin/python" -m pip install -q --disable-pip-version-check --no-compile -r "$here/requirements.txt"
  echo "$pins" >"$packages/pins.txt"
fi
export LOGIN_PACKAGES="$PWD/$packages"
exec node_modules/.bin/node "$here/main.ts"
