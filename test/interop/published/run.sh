#!/usr/bin/env bash
# Model files of others: does Davit open them, and does it answer as the library that wrote them?
#   run.sh FOLDER [--python PYTHON]… [--json FILE]
# Each PYTHON has scikit-learn, and may have XGBoost, LightGBM, imbalanced-learn and dill; without any, the environments that
# test/corpus/generate.sh made are taken. Loading a pickle runs what is in it: bubblewrap (bwrap) keeps that away from this machine.
# Prints what is not right, and a table. Exit status 1 when an answer is wrong.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
command -v bwrap >/dev/null || { echo "published: bwrap is not installed, expected bubblewrap" >&2; exit 1; }
pythons=()
if [[ " $* " != *" --python "* ]]; then
  for python in "${DAVIT_CORPUS_CACHE:-$HOME/.cache/davit-corpus}"/sk-*/bin/python; do pythons+=(--python "$python"); done
fi
exec python3 test/interop/published/main.py "${pythons[@]}" "$@"
