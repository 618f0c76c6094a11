#!/usr/bin/env bash
# Make generated files of the corpus again:
#   generate.sh                                   everything
#   generate.sh sklearn | lightgbm | xgboost | pickle | …   one part
#   generate.sh sklearn FAMILY… [--only VERSION]  models of these families, for every scikit-learn or for one
#   generate.sh environments                      only set the environments of scikit-learn up
# Needs Python 2.7, 3.6, 3.8, 3.9, 3.11 and 3.12 (pyenv's layout; PYENV_ROOT says where). Environments are kept in $DAVIT_CORPUS_CACHE
# (default ~/.cache/davit-corpus) and made once. NumPy before 1.17 is only published for Python up to 3.7, and so on:
# each pin is the last that its scikit-learn was released with.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${DAVIT_CORPUS_CACHE:-$HOME/.cache/davit-corpus}
pythons=${PYENV_ROOT:-$HOME/.pyenv}/versions

# name | Python | packages
environments='
sk-0.18.2 | 3.6.15 | scikit-learn==0.18.2 numpy==1.13.3 scipy==0.19.1 pandas==0.20.3
sk-0.20.4 | 3.6.15 | scikit-learn==0.20.4 numpy==1.16.6 scipy==1.2.3 pandas==0.24.2 imbalanced-learn==0.4.3 sklearn-pandas==1.8.0
sk-0.22.2.post1 | 3.8.18 | scikit-learn==0.22.2.post1 numpy==1.18.5 scipy==1.4.1 joblib==0.14.1 pandas==1.0.5 category_encoders==2.2.2 statsmodels==0.12.2 patsy==0.5.3 imbalanced-learn==0.6.2 sklearn-pandas==1.8.0
sk-0.24.2 | 3.9.18 | scikit-learn==0.24.2 numpy==1.19.5 scipy==1.6.3 joblib==1.0.1 threadpoolctl==3.7.0 pandas==1.2.5 category_encoders==2.3.0 statsmodels==0.12.2 patsy==0.5.3 imbalanced-learn==0.8.0 sklearn-pandas==2.2.0 six==1.17.0
sk-1.0.2 | 3.9.18 | scikit-learn==1.0.2 numpy==1.21.6 scipy==1.7.3 joblib==1.1.1 threadpoolctl==3.7.0 pandas==1.3.5 category_encoders==2.4.1 statsmodels==0.13.5 patsy==0.5.3 imbalanced-learn==0.9.0 sklearn-pandas==2.2.0 six==1.17.0
sk-1.2.2 | 3.11.7 | scikit-learn==1.2.2 numpy==1.24.4 scipy==1.10.1 joblib==1.2.0 threadpoolctl==3.8.0 pandas==1.5.3 category_encoders==2.6.0 statsmodels==0.14.0 patsy==0.5.3 imbalanced-learn==0.10.1 sklearn-pandas==2.2.0 six==1.17.0
sk-1.3.2 | 3.11.7 | scikit-learn==1.3.2 numpy==1.25.2 scipy==1.11.4 joblib==1.3.2 threadpoolctl==3.8.0 pandas==2.1.4 category_encoders==2.6.3 statsmodels==0.14.1 patsy==0.5.6 imbalanced-learn==0.11.0 sklearn-pandas==2.2.0 six==1.17.0
sk-1.4.2 | 3.11.7 | scikit-learn==1.4.2 numpy==1.26.4 scipy==1.13.1 joblib==1.4.2 threadpoolctl==3.8.0 pandas==2.2.3 category_encoders==2.6.4 statsmodels==0.14.4 patsy==1.0.1 imbalanced-learn==0.12.4 sklearn-pandas==2.2.0 six==1.17.0
sk-1.6.1 | 3.11.7 | scikit-learn==1.6.1 numpy==2.2.6 scipy==1.15.3 joblib==1.4.2 threadpoolctl==3.8.0 pandas==2.2.3 category_encoders==2.8.1 statsmodels==0.14.5 patsy==1.0.1 imbalanced-learn==0.13.0 sklearn-pandas==2.2.0 six==1.17.0
sk-1.9.1 | 3.11.7 | scikit-learn==1.9.1 numpy==2.4.6 scipy==1.17.1 joblib==1.6.0 threadpoolctl==3.8.0 pandas==3.1.1 category_encoders==2.11.2 imbalanced-learn==0.14.2 pyarrow==26.0.1
xgb-0.90 | 3.6.15 | xgboost==0.90 numpy==1.16.6 scipy==1.2.3 scikit-learn==0.20.4
xgb-1.0.2 | 3.6.15 | xgboost==1.0.2 numpy==1.16.6 scipy==1.4.1 scikit-learn==0.22.2.post1 joblib==0.14.1
xgb-1.2.1 | 3.8.18 | xgboost==1.2.1 numpy==1.18.5 scipy==1.5.4 scikit-learn==0.23.2 joblib==0.17.0 threadpoolctl==2.1.0
xgb-1.5.2 | 3.9.18 | xgboost==1.5.2 numpy==1.21.6 scipy==1.7.3 scikit-learn==1.0.2 joblib==1.1.1 threadpoolctl==3.7.0
xgb-1.7.6 | 3.11.7 | xgboost==1.7.6 numpy==1.24.4 scipy==1.10.1 scikit-learn==1.2.2 joblib==1.2.0 threadpoolctl==3.8.0
xgb-2.1.4 | 3.11.7 | xgboost-cpu==2.1.4 numpy==1.26.4 scipy==1.13.1 scikit-learn==1.4.2 joblib==1.4.2 threadpoolctl==3.8.0
xgb-3.0.5 | 3.11.7 | xgboost-cpu==3.0.5 numpy==2.2.6 scipy==1.15.3 scikit-learn==1.6.1 joblib==1.4.2 threadpoolctl==3.8.0
xgb-3.4.1 | 3.12.1 | xgboost-cpu==3.4.1 numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1 joblib==1.6.0 threadpoolctl==3.8.0 pandas==3.1.1
lgb-2.0.4 | 3.6.15 | lightgbm==2.0.4 scikit-learn==0.20.4 numpy==1.16.6 scipy==1.2.3 joblib==0.13.2 pandas==0.24.2
lgb-2.0.12 | 3.6.15 | lightgbm==2.0.12 scikit-learn==0.20.4 numpy==1.16.6 scipy==1.2.3 joblib==0.13.2 pandas==0.24.2
lgb-2.1.2 | 3.6.15 | lightgbm==2.1.2 scikit-learn==0.20.4 numpy==1.16.6 scipy==1.2.3 joblib==0.13.2 pandas==0.24.2
lgb-2.3.1 | 3.8.18 | lightgbm==2.3.1 scikit-learn==0.22.2.post1 numpy==1.19.5 scipy==1.5.4 joblib==1.0.1 pandas==1.0.5
lgb-3.0.0 | 3.8.18 | lightgbm==3.0.0 scikit-learn==0.23.2 numpy==1.19.5 scipy==1.5.4 joblib==1.0.1 threadpoolctl==3.5.0 pandas==1.1.5
lgb-3.3.5 | 3.9.18 | lightgbm==3.3.5 scikit-learn==1.0.2 numpy==1.21.6 scipy==1.7.3 joblib==1.1.1 threadpoolctl==3.7.0 pandas==1.3.5
lgb-4.0.0 | 3.11.7 | lightgbm==4.0.0 scikit-learn==1.2.2 numpy==1.24.4 scipy==1.10.1 joblib==1.2.0 threadpoolctl==3.8.0 pandas==1.5.3
lgb-4.3.0 | 3.11.7 | lightgbm==4.3.0 scikit-learn==1.4.2 numpy==1.26.4 scipy==1.13.1 joblib==1.4.2 threadpoolctl==3.8.0 pandas==2.2.3
lgb-4.7.0 | 3.11.7 | lightgbm==4.7.0 scikit-learn==1.6.1 numpy==2.2.6 scipy==1.15.3 joblib==1.4.2 threadpoolctl==3.8.0 pandas==2.2.3 narwhals==2.0.1
pandas-3.1.1-pyarrow | 3.11.7 | pandas==3.1.1 numpy==2.4.6 pyarrow==26.0.1
python-2.7 | 2.7.18 | numpy==1.16.6
joblib-0.9.4 | 3.6.15 | joblib==0.9.4 numpy==1.16.6
joblib-0.11 | 3.6.15 | joblib==0.11 numpy==1.16.6
joblib-1.6.0 | 3.11.7 | joblib==1.6.0 numpy==2.4.6 scipy==1.17.1 lz4==4.4.5 dill==0.4.1 scikit-learn==1.9.1
joblib-1.1.1 | 3.9.18 | joblib==1.1.1 numpy==1.21.6 scipy==1.7.3 scikit-learn==1.0.2
'

# Python 2 has no venv: a launcher that puts a folder of packages on the path does as well.
make_environment() {
  local python=$1 folder=$2
  case $python in
  */2.7*)
    mkdir -p "$folder/bin" "$folder/packages"
    # shellcheck disable=SC2016 # the launcher expands it
    printf '#!/bin/sh\nPYTHONPATH=%q PIP_TARGET=%q exec %q "$@"\n' "$folder/packages" "$folder/packages" "$python" >"$folder/bin/python"
    chmod +x "$folder/bin/python"
    ;;
  */3.12*)
    "$python" -m venv "$folder"
    ;;
  *)
    "$python" -m venv "$folder"
    # Python 3.6 comes with a pip too old to know which files fit it; this is the last for 3.6.
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --upgrade 'pip==21.3.1' >&2
    ;;
  esac
}

# Set the environment up unless it is there with these very pins, and print its Python. One at a time, for the case that
# two of these scripts run at once.
python_of() {
  local name version packages folder
  IFS='|' read -r name version packages < <(grep "^$1 |" <<<"$environments" | sed 's/ *| */|/g')
  folder=$cache/$name
  mkdir -p "$cache"
  (
    flock 9
    if [ "$(cat "$folder/pins" 2>/dev/null)" != "$version $packages" ]; then
      rm -rf "$folder"
      make_environment "$pythons/$version/bin/python" "$folder"
      # shellcheck disable=SC2086 # the packages are words
      "$folder/bin/python" -m pip install --quiet --disable-pip-version-check $packages >&2
      echo "$version $packages" >"$folder/pins"
    fi
  ) 9>"$cache/$name.lock"
  echo "$folder/bin/python"
}

# One thread everywhere: sums come out in the same order on every machine.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0

sklearn_versions='0.18.2 0.20.4 0.22.2.post1 0.24.2 1.0.2 1.2.2 1.3.2 1.4.2 1.6.1 1.9.1'

make_environments() {
  local version
  for version in $sklearn_versions; do
    python_of "sk-$version" >/dev/null
  done
}

# [FAMILY…] [--only VERSION]; without a family: all of them.
make_sklearn() {
  local version python chosen=$sklearn_versions families=()
  while [ $# -gt 0 ]; do
    if [ "$1" = --only ]; then
      chosen=$2
      shift
    else
      families+=("$1")
    fi
    shift
  done
  for version in $chosen; do
    python=$(python_of "sk-$version")
    "$python" "$here/sklearn/generate.py" ${families[@]+"${families[@]}"}
  done
}

# The wheel of 2.0.4 calls itself 2.0.1, and so does its folder.
make_lightgbm() {
  local version python
  for version in 2.0.4 2.0.12 2.1.2 2.3.1 3.0.0 3.3.5 4.0.0 4.3.0 4.7.0; do
    python=$(python_of "lgb-$version")
    "$python" "$here/lightgbm/generate.py"
  done
  make_looks
}

make_xgboost() {
  local version python
  for version in 0.90 1.0.2 1.2.1 1.5.2 1.7.6 2.1.4 3.0.5 3.4.1; do
    python=$(python_of "xgb-$version")
    "$python" "$here/xgboost/generate.py"
  done
  make_looks
}

# What the newest of both say of their models, where these are there.
make_looks() {
  local python
  if [ -d "$here/lightgbm/4.7.0" ]; then
    python=$(python_of lgb-4.7.0)
    "$python" "$here/lightgbm/looks.py"
  fi
  if [ -d "$here/xgboost/3.4.1" ]; then
    python=$(python_of xgb-3.4.1)
    "$python" "$here/xgboost/looks.py"
  fi
}

# Names of the files beside those of the environments that have that pandas.
pandas_files='
sk-0.22.2.post1 1.0.5
sk-0.24.2 1.2.5
sk-1.0.2 1.3.5
sk-1.2.2 1.5.3
sk-1.3.2 2.1.4
sk-1.6.1 2.2.3
sk-1.9.1 3.1.1
pandas-3.1.1-pyarrow 3.1.1-pyarrow
'

make_pandas() {
  local name file python
  while read -r name file; do
    [ -n "$name" ] || continue
    python=$(python_of "$name" </dev/null)
    "$python" "$here/pandas/generate.py" "$file" </dev/null
  done <<<"$pandas_files"
}

make_pickle() {
  local name python
  rm -rf "$here/pickle/files"
  for name in python-2.7 joblib-0.9.4 joblib-0.11 joblib-1.1.1 joblib-1.6.0; do
    python=$(python_of "$name")
    "$python" "$here/pickle/generate.py" "$name"
  done
}

make_iris() {
  local python
  python=$(python_of sk-1.9.1)
  "$python" "$here/../../examples/iris/train.py"
}

if [ $# -eq 0 ]; then
  make_sklearn
  make_lightgbm
  make_xgboost
  make_pandas
  make_pickle
  make_iris
else
  part=$1
  shift
  "make_$part" "$@"
fi
