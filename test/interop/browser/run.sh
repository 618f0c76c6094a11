#!/usr/bin/env bash
# The pages of a login in a headless Chromium: what people do there, how it looks and whether everybody can use it.
#   run.sh [--screenshots FOLDER]    also writes what it looked like
# Sets up a folder of npm packages of its own, among them a Chromium for Linux on x64. Closing line: "N passed, N failed".
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../../.."

environment=${DAVIT_BROWSER_PACKAGES:-.cache/interop-browser}

pins=$(cat "$here/package-lock.json")
if [ "$(cat "$environment/pins.txt" 2>/dev/null)" != "$pins" ]; then
  echo "Setting up $environment with a Chromium: about half a minute"
  rm -rf "$environment"
  mkdir -p "$environment"
  cp "$here/package.json" "$here/package-lock.json" "$environment"
  npm ci --prefix "$environment" --ignore-scripts --no-audit --no-fund --silent
  echo "$pins" >"$environment/pins.txt"
fi
export BROWSER_PACKAGES="$PWD/$environment"
exec node_modules/.bin/node "$here/main.ts" "$@"
