#!/usr/bin/env bash
# What `davit completion` prints, in the shells that it is for: words are typed and TAB is pressed.
# In CI zsh and fish are installed where that can be done; a shell that is not there is skipped. Closing line: "N passed, N failed".
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../../.."
source test/interop/setup.sh

if [ "${CI:-}" = true ] && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  for shell in zsh fish; do
    command -v "$shell" >/dev/null && continue
    { apt-get update -qq && once_more apt-get install -qq -y --no-install-recommends "$shell"; } >/dev/null ||
      echo "($shell could not be installed)"
  done
fi
exec node_modules/.bin/node "$here/main.ts"
