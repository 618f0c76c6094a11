# What the run.sh of every suite sources, in the root of the repository: folders of packages of other people, set up once.

python=${PYTHON:-python3}

# need_python OLDEST NEWEST: of Python 3, those minor versions that the pinned packages are made for.
need_python() {
  if ! "$python" -c "import sys; sys.exit(not (3, $1) <= sys.version_info[:2] <= (3, $2))"; then
    echo "$0: found $("$python" --version 2>&1), expected Python 3.$1 to 3.$2: set PYTHON" >&2
    exit 1
  fi
}

# once_more COMMAND…: a registry may be away for a moment.
once_more() {
  "$@" && return
  echo "That failed; once more in ten seconds: $*" >&2
  sleep 10
  "$@"
}

# set_up FOLDER WHAT PINS COMMAND…: a new FOLDER that COMMAND fills, unless there is one of the same PINS.
set_up() {
  local folder=$1 pins=$3
  [ "$(cat "$folder/pins.txt" 2>/dev/null)" != "$pins" ] || return 0
  echo "Setting up $folder with $2"
  shift 3
  rm -rf "$folder"
  "$@"
  echo "$pins" >"$folder/pins.txt"
}

# python_packages FOLDER WORDS…: a virtual environment, and what pip installs into it.
python_packages() {
  local folder=$1
  shift
  "$python" -m venv "$folder"
  once_more "$folder/bin/python" -m pip install -q --disable-pip-version-check --no-compile "$@"
}

# npm_packages FOLDER SOURCE: the packages of a lock file.
npm_packages() {
  mkdir -p "$1"
  cp "$2/package.json" "$2/package-lock.json" "$1"
  once_more npm ci --prefix "$1" --ignore-scripts --no-audit --no-fund --silent
}
