#!/usr/bin/env bash
# Puts per second with group commit (A) against one transaction per entry (B), interleaved: src/bench/group-commit.sh [rounds] [seconds]
set -euo pipefail
rounds=${1:-3} seconds=${2:-8}
. "$(dirname "$0")/lib.sh"

put_rate() {
  skipstone bench --workload put --in-flight "$1" --value-bytes 128 --keys 100000 --duration-seconds "$seconds" 2>/dev/null |
    awk '$1 == "ops/s" { gsub(",", "", $2); print $2 }'
}

for inFlight in 64 256; do
  : >"$work/a" && : >"$work/b"
  for round in $(seq "$rounds"); do
    for variant in a b; do
      entries=$([ $variant = a ] && echo 1024 || echo 1)
      start_node "$work/data-$inFlight-$round-$variant" --apply.batch-entries="$entries"
      put_rate "$inFlight" >/dev/null # warm
      put_rate "$inFlight" | tee -a "$work/$variant" | sed "s/^/in flight $inFlight round $round batch $entries: /"
      stop_node
    done
  done
  a=$(median <"$work/a") b=$(median <"$work/b")
  echo "in flight $inFlight: grouped $a ops/s, one per transaction $b ops/s, ratio $(awk "BEGIN { printf \"%.1f\", $a / $b }")"
done
