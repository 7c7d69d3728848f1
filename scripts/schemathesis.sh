#!/usr/bin/env bash
# The API's document against a running server, by schemathesis (PyPI, in a virtual environment of its own): no 5xx, no answer
# that the document does not tell. Usage: scripts/schemathesis.sh [seconds], default 300.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds="${1:-300}"
root="$PWD"
venv="${SCHEMATHESIS_VENV:-$root/node_modules/.cache/schemathesis}"
if [ ! -x "$venv/bin/schemathesis" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet "schemathesis>=4,<5"
fi
work="$(mktemp -d)"
node --import tsx scripts/api-server.ts "$work" >"$work/server.log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
for _ in $(seq 480); do [ -s "$work/ready" ] && break; sleep 0.5; done
read -r url session <"$work/ready"
# What it remembers of a run stays out of the checkout.
cd "$work"
# events never ends, and closing the session would leave the others nothing to ask for.
# SIGINT ends a run in good order, with its summary; 130 would hide what it found.
set +e
timeout --signal=INT --kill-after=30 "$seconds" "$venv/bin/schemathesis" --config-file schemathesis.toml run "$url/api/openapi.json" \
  --url "$url/api/v1" --header "Dragflow-Session: $session" \
  --checks not_a_server_error,response_schema_conformance,status_code_conformance,content_type_conformance,response_headers_conformance \
  --exclude-operation-id events --exclude-operation-id closeSession \
  --request-timeout 60 --continue-on-failure "${@:2}"
status=$?
set -e
grep -c '"status":5' "$work/server.log" | sed 's/^/answers with 5xx in the log: /' || true
exit "$status"
