#!/bin/sh
# Standard input of a created container
# With OpenStdin=true, Tty=false, as seen on docker-20.10.
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
  -d '{"Image":"plimsoll/probe","Cmd":["cat","it'\''s"],"OpenStdin":true,"Tty":false}')
printf '%s\n' "$answer"
box=$(member Id)
# POST /v1.41/containers/$box/attach?stream=1&stdin=1&stdout=1
# Here a stream is opened: curl cannot take over the connection, write to it and
# close one side. For the whole case:
#   plimsoll run --engine "unix://$S" --filter 'containers/stdin-flags[OpenStdin=true,Tty=false]' scenarios/containers/stdin-flags.yaml
curl --unix-socket "$S" -sS -i -X POST "http://d/v1.41/containers/${box}/start"
sleep 1  # plimsoll asked again and again until it was as wanted
curl --unix-socket "$S" -sS -i -X GET "http://d/v1.41/containers/${box}/json"

# Clean up.
curl --unix-socket "$S" -sS -i -X DELETE "http://d/v1.41/containers/${box}?force=1&v=1" || true
