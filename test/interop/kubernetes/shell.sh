# What transcripts may use beside the clients' own commands.

# poll PATTERN command…: repeats the command until what it prints has the pattern, for a minute at most; prints the last answer.
poll() {
  local pattern=$1 said status end=$((SECONDS + 45))
  shift
  while true; do
    said=$("$@" 2>&1)
    status=$?
    if grep -Eq -- "$pattern" <<<"$said" || [ "$SECONDS" -ge "$end" ]; then
      printf '%s\n' "$said"
      return "$status"
    fi
    sleep 0.1
  done
}

# during CHANGE PATTERN command…: a command that goes on, and what it says until CHANGE has made it say PATTERN.
during() {
  local change=$1 pattern=$2 watcher
  shift 2
  : >seen
  "$@" >>seen 2>&1 &
  watcher=$!
  poll . cat seen >/dev/null
  bash -c "$change" >/dev/null
  poll "$pattern" cat seen
  kill "$watcher"
  { wait "$watcher"; } 2>/dev/null
}

# finishing JOB command…: a command, and meanwhile the end of the pod that a new job JOB makes: no container runs here.
finishing() {
  local job=$1 old
  shift
  old=$(kubectl get pods -l "job-name=$job" -o name)
  (
    while true; do
      pod=$(kubectl get pods -l "job-name=$job" --field-selector status.phase=Running -o name | grep -vxF "${old:-none}" | head -1)
      if [ -n "$pod" ] && kubectl patch "$pod" --subresource=status -p '{"status":{"phase":"Succeeded"}}'; then break; fi
      [ "$SECONDS" -lt 45 ] || break
      sleep 0.1
    done
  ) >/dev/null 2>&1 &
  "$@"
  local status=$?
  wait
  return "$status"
}
