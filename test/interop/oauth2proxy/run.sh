#!/usr/bin/env bash
# The real oauth2-proxy, as Kubeflow configures it and by discovery, with the built-in issuer.
# Builds it from its Go module into a folder of its own: minutes, the first time. Without Go there is nothing to run.
# Closing line: "N passed, N failed".
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../../.."

version=v7.15.6
folder=${DAVIT_OAUTH2_PROXY:-$PWD/.cache/interop-oauth2proxy}/$version

if [ ! -x "$folder/oauth2-proxy" ]; then
  if ! command -v go >/dev/null; then
    echo "(oauth2-proxy is skipped: there is no Go to build it with)"
    echo "0 passed, 0 failed"
    exit 0
  fi
  echo "Building oauth2-proxy $version into $folder: minutes, the first time"
  mkdir -p "$folder"
  # A newer Go than the one that is here would be fetched otherwise.
  GOTOOLCHAIN=local GOBIN=$folder go install "github.com/oauth2-proxy/oauth2-proxy/v7@$version" 2>"$folder/build.log" || {
    tail -n 20 "$folder/build.log" >&2
    exit 1
  }
  mv "$folder/v7" "$folder/oauth2-proxy" 2>/dev/null || true
fi
exec node_modules/.bin/node "$here/main.ts" "$folder/oauth2-proxy"
