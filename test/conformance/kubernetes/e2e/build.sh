#!/usr/bin/env bash
# Builds Kubernetes' own end-to-end tests from public Go modules: build.sh FOLDER puts e2e.test into FOLDER/bin.
# Needs Go 1.26 or newer and the module proxy; 15 minutes on two cores. What is there is kept.
set -euo pipefail
version=1.37.2
folder=$(realpath -m "${1:?usage: $0 FOLDER}")
module=$folder/src/e2e
program=$folder/bin/e2e.test
[[ -x $program ]] && { echo "$program is there"; exit; }
export CGO_ENABLED=0 GOFLAGS="-buildvcs=false ${GOFLAGS:-}"
mkdir -p "$module" "$folder/bin"

# Where the published files of MODULE@VERSION lie.
files_of() { go mod download -json "$1" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p'; }

# k8s.io/kubernetes replaces its k8s.io/* requirements by ./staging, which its module leaves out: ours replaces each by the
# module that was published of it at the same release.
cd "$module"
if [[ ! -f go.sum ]]; then
  source=$(files_of "k8s.io/kubernetes@v$version")
  {
    printf 'module davit.example/e2e\n\ngo 1.26.0\n\ngodebug default=go1.26\n\nrequire k8s.io/kubernetes v%s\n\nreplace (\n' "$version"
    sed -nE "s#^\t(k8s\.io/[a-z-]+) v0\.0\.0( .*)?\$#\t\1 => \1 v0.${version#*.}#p" "$source/go.mod" | sort -u
    echo ')'
  } >go.mod
  printf '//go:build tools\n\npackage tools\n\nimport _ "k8s.io/kubernetes/test/e2e"\n' >tools.go
  cp "$source/go.sum" go.sum
  chmod u+w go.sum
  go mod tidy -e
fi
stamp=k8s.io/component-base/version
flags="-s -w -X $stamp.gitVersion=v$version -X $stamp.gitMajor=${version%%.*} -X $stamp.gitMinor=$(cut -d. -f2 <<<"$version")"
go test -c -trimpath -vet=off -ldflags "$flags" -o "$program" k8s.io/kubernetes/test/e2e
