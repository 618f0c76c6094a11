#!/usr/bin/env bash
# The pages of a login in a headless Chromium: what people do there, how it looks and whether everybody can use it.
#   run.sh [--screenshots FOLDER]    also writes what it looked like
# Sets up a folder of npm packages of its own, among them a Chromium for Linux on x64. Closing line: "N passed, N failed".
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../../.."
source test/interop/setup.sh

environment=${DAVIT_BROWSER_PACKAGES:-.cache/interop-browser}
set_up "$environment" 'a Chromium: about half a minute' "$(cat "$here/package-lock.json")" npm_packages "$environment" "$here"
export BROWSER_PACKAGES="$PWD/$environment"
exec node_modules/.bin/node "$here/main.ts" "$@"
