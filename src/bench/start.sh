#!/usr/bin/env bash
# Time from process start to ready after kill -9, at 0 and at N keys, with and without an AOT cache, interleaved; and the memory
# at N keys: src/bench/start.sh [keys] [rounds]
set -euo pipefail
keys=${1:-1000000} rounds=${2:-5}
. "$(dirname "$0")/lib.sh"
aot=$work/skipstone.aot

# The cache is recorded while a node starts, serves a little and stops; with the flags it will be used with.
start_node "$work/training" -XX:AOTCacheOutput="$aot"
skipstone put key value >/dev/null
skipstone get key >/dev/null
stop_node
[ -f "$aot" ] || { echo "no AOT cache was written" >&2; exit 1; }

fill() {
  seq 1 "$keys" | awk '{ printf "row/%09d\tvalue %d of a row with about one hundred bytes in it, as many small records in practice have\n", $1, $1 }' >"$work/rows.tsv"
  start_node "$work/full"
  skipstone import "$work/rows.tsv" >/dev/null
  echo "memory at $keys keys: $(awk '/VmRSS/ { print $2 }' "/proc/$node_pid/status") KiB resident after the import ($(awk '/RssFile/ { print $2 }' "/proc/$node_pid/status") KiB of it mapped files)"
  kill_node
  start_node "$work/full"
  echo "memory at $keys keys: $(awk '/VmRSS/ { print $2 }' "/proc/$node_pid/status") KiB resident after a restart"
  kill_node
}

ready_millis() {
  begin=$(date +%s%N)
  start_node "$@"
  echo $((($(date +%s%N) - begin) / 1000000))
  kill_node
}

fill
start_node "$work/empty"
kill_node
for round in $(seq "$rounds"); do
  for size in empty full; do
    ready_millis "$work/$size" >>"$work/$size-plain"
    ready_millis "$work/$size" -XX:AOTCache="$aot" >>"$work/$size-aot"
  done
done
for size in empty full; do
  for cache in plain aot; do
    echo "$size, $cache: median $(median <"$work/$size-$cache") ms to ready ($(tr '\n' ' ' <"$work/$size-$cache"))"
  done
done
grep 'cold start outcome=skipped' "$work/log" | tail -1
