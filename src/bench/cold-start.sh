#!/usr/bin/env bash
# How a start depends on the size: skipping with 1,000 keys and with N keys of 128-byte values, and the same N keys restored from an
# artifact, interleaved; the restore against cp of the same file: src/bench/cold-start.sh [keys] [rounds]
set -euo pipefail
keys=${1:-5000000} rounds=${2:-5}
. "$(dirname "$0")/lib.sh"

rows() {
  awk -v n="$1" 'BEGIN {
    for (i = 0; i < 128; i++) filler = filler sprintf("%c", 97 + i % 26)
    for (i = 1; i <= n; i++) printf "row/%09d\t%09d%s\n", i, i, substr(filler, 1, 119)
  }'
}

# fill DIR KEYS
fill() {
  rows "$2" >"$work/rows.tsv"
  start_node "$1"
  skipstone import "$work/rows.tsv" >/dev/null
}

# The figures of the last cold start, as NAME=value words.
last_start() { grep 'cold start outcome' "$work/log" | tail -1; }
field() { last_start | grep -o "$1=[^ ]*" | cut -d= -f2; }

# timed_start NAME DIR OUTCOME: to ready, after which the node is killed.
timed_start() {
  begin=$(date +%s%N)
  start_node "$2"
  echo $((($(date +%s%N) - begin) / 1000000)) >>"$work/$1.ready"
  for phase in openMillis gateMillis sinceStartMillis repairMillis raftMillis; do
    field $phase >>"$work/$1.$phase"
  done
  [ "$(field outcome)" = "$3" ] || { echo "expected a start that is $3:" >&2; last_start >&2; exit 1; }
  kill_node
}

fill "$work/small" 1000
stop_node
fill "$work/large" "$keys"
skipstone snapshot save "$work/large.skip" >/dev/null
stop_node
rm "$work/rows.tsv"
artifact_bytes=$(stat -c %s "$work/large.skip")
echo "$keys keys: store $(du -sm "$work/large/store" | cut -f1) MiB, artifact $((artifact_bytes >> 20)) MiB"

# The same node without its store: what is left is the log and the artifact.
forget_store() {
  rm -rf "$work/large/store"
  mkdir -p "$work/large/artifact"
  ln -f "$work/large.skip" "$work/large/artifact/large.skip"
}

for round in $(seq "$rounds"); do
  timed_start small "$work/small" skipped
  timed_start large "$work/large" skipped
  begin=$(date +%s%N)
  cp "$work/large.skip" "$work/copy"
  sync "$work/copy"
  echo $((($(date +%s%N) - begin) / 1000000)) >>"$work/cp"
  rm "$work/copy"
  forget_store
  timed_start restored "$work/large" restored
done

for start in small large restored; do
  printf '%-9s ready %s ms (%s)' "$start" "$(median <"$work/$start.ready")" "$(tr '\n' ' ' <"$work/$start.ready")"
  for phase in openMillis gateMillis sinceStartMillis repairMillis raftMillis; do
    printf ' %s %s' "$phase" "$(median <"$work/$start.$phase")"
  done
  echo
done
awk -v bytes="$artifact_bytes" -v cp="$(median <"$work/cp")" -v restore="$(median <"$work/restored.repairMillis")" 'BEGIN {
  printf "restore %.0f MB/s, cp with sync %.0f MB/s: ratio %.2f\n", bytes / restore / 1000, bytes / cp / 1000, cp / restore
}'
