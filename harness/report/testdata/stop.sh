#!/bin/sh
# How long stop waits
# With t=10, as seen on docker-20.10.
# The images named below must be there; plimsoll loads its own when it runs.
set -eu
S=${S:-/var/run/docker.sock}
# The n-th text member of that name in the answer's JSON.
member() {
  printf '%s' "$answer" | tr ',{' '\n' |
    sed -n "s/^ *\"$1\": *\"\([^\"]*\)\".*/\1/p" | sed -n "${2:-1}p"
}

answer=$(curl --unix-socket "$S" -sS -i -X POST 'http://d/v1.41/containers/create?name=plimsoll-demo' \
  -H 'Content-Type: application/json' \
  -d '{"Image":"plimsoll/probe"}')
printf '%s\n' "$answer"
box=$(member Id)
curl --unix-socket "$S" -sS -i -X POST "http://d/v1.41/containers/${box}/start"
curl --unix-socket "$S" -sS -i -X POST "http://d/v1.41/containers/${box}/wait" &
sleep 0.25
curl --unix-socket "$S" -sS -i -X POST "http://d/v1.41/containers/${box}/stop?t=10" &
curl --unix-socket "$S" -sS -i -X POST "http://d/v1.41/containers/${box}/stop?t=10" &
wait

# Clean up.
curl --unix-socket "$S" -sS -i -X DELETE "http://d/v1.41/containers/${box}?force=1&v=1" || true
