#!/usr/bin/env bash
# Limits of memory by control groups of version 2, kept by a kernel of their own: User Mode Linux, which is a process of this machine and has
# its root, read only.
#   run.sh
# Needs linux.uml on the PATH (LINUX names another; apt-get install user-mode-linux brings one), and 1.5 GiB of memory. Takes about three
# minutes. Closing line: "N passed, N failed".
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)

linux=${LINUX:-linux.uml}
if ! command -v "$linux" >/dev/null; then
  echo "test/interop/cgroups: there is no $linux: apt-get install user-mode-linux brings it" >&2
  exit 1
fi
node=$(node -p process.execPath)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# What the kernel does not know of its command line is the environment of the first process. It ends by itself; ten minutes are a bound on hanging.
TMPDIR=$scratch timeout 600 "$linux" mem=1500M root=/dev/root rootfstype=hostfs rootflags=/ ro "init=$here/inside.sh" \
  con=null con0=null,fd:1 quiet panic=1 umid=davit "uml_dir=$scratch/uml" "davit_root=$root" "davit_node=$node" \
  </dev/null 2>/dev/null | tr -d '\r' | tee "$scratch/log" | grep -E '^(==|✔|✖|﹣|  .*Error)' || true

passed=$(grep -c '^✔' "$scratch/log" || true)
failed=$(grep -cE '^(✖|﹣)' "$scratch/log" || true)
# Both parts are seen to their end.
[ "$(grep -c '^== done' "$scratch/log" || true)" = 1 ] || failed=$((failed + 1))
echo
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
