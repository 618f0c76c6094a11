#!/usr/bin/env bash
# Installs what the measurements compare Davit with, each in its own environment under $PEERS_DIR (default
# ~/.cache/peers), and makes the models and requests. Idempotent. Needs Debian, root for apt-get, and Python 3.11.
#   bench/setup.sh               everything
#   bench/setup.sh tools models  only these (models needs bare)
set -euo pipefail
export PEERS_DIR=${PEERS_DIR:-$HOME/.cache/peers}
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3.11}
learn=(scikit-learn==1.9.1 joblib==1.6.0) # one version everywhere: the peers differ only by the server
boost=(xgboost==3.2.0 lightgbm==4.7.0)            # the last XGBoost for Python 3.11
targets=(tools bare models mlserver kserve)

environment() { # name requirement...
  local into=$PEERS_DIR/$1
  shift
  [[ -x $into/bin/pip ]] || "$python" -m venv "$into"
  "$into/bin/python" -m pip install -q --disable-pip-version-check "$@"
}

tools() {
  { command -v wrk && command -v nginx; } >/dev/null || { apt-get update -qq && apt-get install -y -qq wrk nginx-light; }
}
bare() { environment bare "${learn[@]}" numpy==2.4.6 "${boost[@]}"; }
models() {
  "$PEERS_DIR/bare/bin/python" "$here/models.py"
  "$PEERS_DIR/bare/bin/python" "$here/tabular/models.py"
}
mlserver() { # newer uvloops have no implicit event loop, and then MLServer's own workers (its default) die at birth
  environment mlserver uvloop==0.21.0 mlserver{,-sklearn,-xgboost,-lightgbm}==1.7.1 "${learn[@]}" "${boost[@]}"
}
kserve() { environment kserve kserve==0.21.0 kserve-storage==0.21.0 "${learn[@]}" "${boost[@]}"; }

for target in "${@:-${targets[@]}}"; do
  [[ " ${targets[*]} " == *" $target "* ]] || {
    echo "no such target: $target (${targets[*]})" >&2
    exit 2
  }
  echo "== $target"
  "$target"
done
