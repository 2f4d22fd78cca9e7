#!/usr/bin/env bash
# How fast executables start, by turns: from the start of the process to the first linearizable read that is answered, and the memory it
# then has, on an empty directory, with KEYS keys, and after WRITES writes since the last pin, the last two after kill -9:
#   src/bench/startup.sh [-n rounds] [-k keys] [-w writes] EXECUTABLE...
# An executable may have options: src/bench/startup.sh bin/skipstone "bin/skipstone -XX:AOTMode=off" target/skipstone
set -euo pipefail
rounds=20 keys=1000000 writes=50000
while getopts n:k:w: option; do
  case $option in
  n) rounds=$OPTARG ;;
  k) keys=$OPTARG ;;
  w) writes=$OPTARG ;;
  *) exit 64 ;;
  esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || { echo "name at least one executable" >&2; exit 64; }
. "$(dirname "$0")/lib.sh"
never="--snapshot.every-entries=100000000"

rows() {
  seq 1 "$2" | awk -v prefix="$1" '{ printf "%s/%09d\tvalue %d of a row with about one hundred bytes in it, as many small records in practice have\n", prefix, $1, $1 }'
}

# fill DIR COUNT BATCH: a node of its own, killed at last.
fill() {
  rows row "$2" >"$work/rows.tsv"
  start_node "$1" "$never"
  skipstone pin >/dev/null
  skipstone import "$work/rows.tsv" --batch "$3" >/dev/null
  resident "$2 keys, after the import"
  [ "$3" = 1 ] || skipstone pin >/dev/null
  kill_node
  rm "$work/rows.tsv"
}

kib() { awk -v what="$1:" '$1 == what { print $2 }' "/proc/$node_pid/status"; }

resident() { echo "memory with $1: $(kib VmRSS) KiB resident, $(kib RssFile) KiB of it mapped files"; }

# Every start finds the directory as the first one did.
directory() {
  rm -rf "$work/data"
  [ "$1" = empty ] || cp -a "$work/$1" "$work/data"
}

# measure CASE NUMBER COMMAND: one start.
measure() {
  directory "$1"
  binary=$3
  local begin
  begin=$(date +%s%N)
  launch_node "$work/data" "$never"
  until [ "$(read_status)" = 404 ]; do
    kill -0 "$node_pid" 2>/dev/null || { cat "$work/log" >&2; exit 1; }
  done
  echo $((($(date +%s%N) - begin) / 1000)) >>"$work/$1.$2.micros"
  kib VmRSS >>"$work/$1.$2.kib"
  kill_node
}

# Of a key that nobody writes: 404 is an answer from a store that is current, 503 is not yet one.
read_status() {
  curl -s -o "$work/answer" -w '%{http_code}' "http://127.0.0.1:$client/v1/kv/nobody-writes-this" || true
}

commands=("$@")
binary=${commands[0]}
fill "$work/keys" "$keys" 1000
fill "$work/unpinned" "$writes" 1
for round in $(seq "$rounds"); do
  for start in empty keys unpinned; do
    for number in "${!commands[@]}"; do
      measure $start "$number" "${commands[$number]}"
    done
  done
done
for start in empty keys unpinned; do
  for number in "${!commands[@]}"; do
    awk -v start="$start" -v command="${commands[$number]}" -v kib="$(median <"$work/$start.$number.kib")" \
      -v all="$(tr '\n' ' ' <"$work/$start.$number.micros")" -v micros="$(median <"$work/$start.$number.micros")" \
      -v first="$(median <"$work/$start.0.micros")" 'BEGIN {
        printf "%-8s %-40s %8.1f ms, %.2f of the first, %.0f MiB resident (", start, command, micros / 1000, micros / first, kib / 1024
        n = split(all, one, " ")
        for (i = 1; i <= n; i++) printf "%s%.0f", (i > 1 ? " " : ""), one[i] / 1000
        print ")"
      }'
  done
done
