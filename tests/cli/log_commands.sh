#!/usr/bin/env bash
# The story of a log on disk: made up, dumped, read and written again, damaged, mended.
# Usage: log_commands.sh BROKERLAB FOLDER (which is emptied first)
set -uo pipefail

brokerlab=$1
rm -rf "$2" && mkdir -p "$2" && cd "$2" || exit 1
failures=0

# check WHAT EXPECTED GOT
check() {
    if [[ "$2" != "$3" ]]; then
        printf '%s:\n  expected: %s\n  got:      %s\n' "$1" "$2" "$3"
        failures=$((failures + 1))
    fi
}

# holds WHAT TEXT PART: TEXT must contain PART
holds() {
    if [[ "$2" != *"$3"* ]]; then
        printf '%s:\n  expected it to hold: %s\n  got: %s\n' "$1" "$3" "$2"
        failures=$((failures + 1))
    fi
}

made=$("$brokerlab" generate-log --seed 7 --records 400 --transactions --segment-bytes 16384 orders-0)
check "generate-log" 0 $?
check "the same options give the same log, on every machine" \
    "orders-0: 15 files, offsets 0 to 406, 3 segments, 36522 bytes, digest 785eda472fdcd4dd" "$made"

"$brokerlab" export-log orders-0 copy-0 >/dev/null
check "export-log of a whole log" 0 $?
check "read and written again it is the same" "" "$(diff -r orders-0 copy-0)"

dumped=$("$brokerlab" dump-log --print-data-log orders-0)
check "dump-log" 0 $?
holds "dump-log shows batches" "$dumped" "baseOffset: 0 lastOffset: "
holds "dump-log shows records" "$dumped" '| offset: 0 CreateTime: 1700000000'
holds "dump-log shows markers" "$dumped" "endTxnMarker: COMMIT coordinatorEpoch: 0"
holds "dump-log shows aborted transactions" "$dumped" "version: 0 producerId: 1001 firstOffset: "
holds "dump-log shows producers" "$dumped" "producerId: 1000 producerEpoch: 0 coordinatorEpoch: -1"

first=00000000000000000000.log
cp -r orders-0 broken-0
printf 'xxxx' | dd of="broken-0/$first" bs=1 seek=5000 conv=notrunc 2>/dev/null
said=$("$brokerlab" dump-log "broken-0/$first" 2>&1 >/dev/null)
check "dump-log of a damaged file" 1 $?
holds "it names file and position" "$said" "broken-0/$first: at byte "

said=$("$brokerlab" export-log broken-0 mended-0 2>&1 >/dev/null)
check "export-log of a damaged log" 1 $?
holds "it names file and position" "$said" "broken-0/$first: at byte "
holds "it says what is left out" "$said" "is left out, because the log was cut before it"
"$brokerlab" export-log mended-0 again-0 >/dev/null
check "what was kept is whole" 0 $?

truncate -s 100 "broken-0/$first"
said=$("$brokerlab" dump-log "broken-0/$first" 2>&1)
holds "a file that is cut" "$said" "Found 100 invalid bytes at the end of $first"

out=$("$brokerlab" generate-log orders-0 2>/dev/null)
check "nothing is overwritten" "2 " "$? $out"
out=$("$brokerlab" export-log nowhere to-0 2>/dev/null)
check "a folder that is not there" "2 " "$? $out"
out=$("$brokerlab" dump-log nowhere.log 2>/dev/null)
check "a file that is not there" "2 " "$? $out"

if [[ $failures -ne 0 ]]; then
    exit 1
fi
echo "all as told"
