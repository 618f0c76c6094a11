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
