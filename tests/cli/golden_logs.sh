#!/usr/bin/env bash
# Digests of made-up logs against tests/golden/generated_logs.txt: the same on every machine, with
# every compiler and build.
# Usage: golden_logs.sh BROKERLAB FOLDER GOLDEN [bless]
set -uo pipefail

brokerlab=$1
golden=$3
rm -rf "$2" && mkdir -p "$2" && cd "$2" || exit 1

options=(
    "--seed 1"
    "--seed 2 --records 5000 --keys 0 --leader-changes 20"
    "--seed 3 --records 5000 --transactions --segment-bytes 20000 --index-interval-bytes 500"
    "--seed 4 --records 8000 --keys 200 --compact --segment-bytes 16384"
    "--seed 5 --records 8000 --keys 30 --compact --transactions --segment-bytes 16384"
    "--seed 6 --records 3000 --value-bytes 5000 --records-per-batch 300"
)
for words in "${options[@]}"; do
    rm -rf log
    # The options are words apart on purpose.
    # shellcheck disable=SC2086
    made=$("$brokerlab" generate-log $words log) || exit 1
    printf '%s: %s\n' "$words" "${made#log: }"
done >found.txt

if [[ ${4:-} == bless ]]; then
    cp found.txt "$golden"
fi
diff "$golden" found.txt && echo "all as in the golden file"
