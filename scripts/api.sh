#!/bin/sh
# openapi.json and the console's types, generated from the routes: `write` them, or `check` that
# the committed ones are fresh.
set -eu
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
schema=openapi.json
types=web/console/src/api/schema.d.ts
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT

python -m parley openapi >"$fresh/openapi.json"
(cd web && npx --no-install openapi-typescript "$fresh/openapi.json" \
    --output "$fresh/schema.d.ts" >/dev/null)
case ${1:-check} in
write)
    cp "$fresh/openapi.json" $schema
    cp "$fresh/schema.d.ts" $types
    ;;
check)
    if cmp -s "$fresh/openapi.json" $schema && cmp -s "$fresh/schema.d.ts" $types; then
        echo "$schema and $types are fresh"
    else
        echo "$schema or $types is not what the routes say: make api" >&2
        exit 1
    fi
    ;;
esac
