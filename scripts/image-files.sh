#!/usr/bin/env bash
# What the Dockerfile copies into its last stage is enough to serve: the same files in an empty folder, started as the image
# starts them, asked as its health check asks. Needs a finished `npm run build`; of node_modules all is taken, not what
# `npm prune` leaves.
set -euo pipefail
cd "$(dirname "$0")/.."
work="$(mktemp -d)"
grep -oP '(?<=^COPY --from=build /app/)\S+' Dockerfile | while read -r name; do
  if [ "$name" = node_modules ]; then ln -s "$PWD/node_modules" "$work/node_modules"; else cp -r "$name" "$work/$name"; fi
done
mkdir "$work/data"
port="${PORT:-7893}"
(cd "$work" && NODE_ENV=production DRAGFLOW_HOME="$work/data" DRAGFLOW_TOKEN="$(head -c 32 /dev/urandom | sha256sum | cut -d' ' -f1)" \
  exec node dist/cli/main.js serve --host 0.0.0.0 --port "$port") >"$work/log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
for _ in $(seq 120); do
  if node -e "fetch('http://127.0.0.1:$port/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"; then break; fi
  kill -0 "$server" || { cat "$work/log"; exit 1; }
  sleep 0.5
done
for path in / /api/docs /api/v1/about; do
  curl -sf -o "$work/answer" "http://127.0.0.1:$port$path" && echo "$path: $(wc -c <"$work/answer") bytes"
done
grep -q '"models":\["mini"' "$work/answer" && echo "the embedded model is there"
