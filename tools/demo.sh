#!/usr/bin/env bash
# Starts the server in dev mode, walks the four flows against it, prints the addresses to open.
# At a terminal it keeps serving until Ctrl-C; otherwise it stops the server and exits with the
# status of the walk. `make demo` builds the server first; this script builds nothing.
set -euo pipefail

limen=${1:-build/release/limen}
work=$(mktemp -d)
credentials=$work/credentials.json
server=

# Ends the one process this script started. SIGTERM makes it finish what is in hand, for which it
# allows itself ten seconds.
stop() {
  trap - EXIT INT TERM
  if [ -n "$server" ]; then
    kill -TERM "$server" 2>/dev/null || true
    for _ in $(seq 150); do
      kill -0 "$server" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap stop EXIT
trap 'stop; exit "${status:-130}"' INT
trap 'stop; exit 143' TERM

"$limen" dev --listen 127.0.0.1:0 --data "$work/data" --credentials "$credentials" \
  >"$work/log" 2>&1 &
server=$!

# The file is renamed into place once the server answers.
for _ in $(seq 300); do
  [ -s "$credentials" ] && break
  if ! kill -0 "$server" 2>/dev/null; then
    cat "$work/log" >&2
    echo "demo: the server ended before it answered" >&2
    exit 1
  fi
  sleep 0.1
done
if [ ! -s "$credentials" ]; then
  cat "$work/log" >&2
  echo "demo: the server did not answer within 30 s" >&2
  exit 1
fi

status=0
"$limen" tour --credentials "$credentials" || status=$?

base=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["base_url"])' \
  "$credentials")
printf '\nserver       %s\ninbox        %s/dev/inbox\nskills       %s/skills\nhealth       %s\n' \
  "$base" "$base" "$base" "$base/healthz"
printf 'metrics      %s/metrics\ncredentials  %s\n' "$base" "$credentials"

if [ "$status" -ne 0 ]; then
  tail -n 50 "$work/log" >&2
  echo "demo: the tour failed with status $status" >&2
elif [ -t 0 ]; then
  printf '\nServing until Ctrl-C.\n'
  wait "$server" || true
fi
exit "$status"
