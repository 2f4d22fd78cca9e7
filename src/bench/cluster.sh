#!/usr/bin/env bash
# Three nodes on this machine: throughput and latency, reads by barrier, by lease and local ones, the gap after the leader is killed, and how fast a
# follower catches up, and how fast all three restart: src/bench/cluster.sh [seconds per figure] [kills] [seconds of warm-up] [restarts]
set -euo pipefail
seconds=${1:-10} kills=${2:-20} warmUp=${3:-90} restarts=${4:-10}
. "$(dirname "$0")/lib.sh"
peers=n1=127.0.0.1:24801,n2=127.0.0.1:24802,n3=127.0.0.1:24803
endpoints=http://127.0.0.1:24791,http://127.0.0.1:24792,http://127.0.0.1:24793
trap 'stop_all; rm -rf "$work"' EXIT

stop_all() {
  for node in n1 n2 n3; do
    [ ! -f "$work/$node.pid" ] || kill -9 "$(cat "$work/$node.pid")" 2>/dev/null || true
  done
  wait
}

# Also for Failover.java, which starts the nodes again that it has killed.
cat >"$work/start" <<EOF
#!/usr/bin/env bash
number=\${1#n}
"$root/bin/skipstone" -Xmx512m run --data-dir="$work/data/\$1" --node-id=\$1 --peers=$peers \\
  --client.port=2479\$number --peer.port=2480\$number --management.port=2490\$number \\
  --read.lease=\$(cat "$work/lease") >>"$work/\$1.log" 2>&1 &
echo \$! >"$work/\$1.pid"
EOF
chmod +x "$work/start"

ready() {
  for node in "$@"; do
    until curl -sf "http://127.0.0.1:2490${node#n}/q/health/ready" >/dev/null; do
      kill -0 "$(cat "$work/$node.pid")" 2>/dev/null || { cat "$work/$node.log" >&2; exit 1; }
      sleep 0.1
    done
  done
}

start_all() {
  echo "$1" >"$work/lease"
  for node in n1 n2 n3; do "$work/start" $node; done
  ready n1 n2 n3
}

# Through the leader, so that what is measured is the agreement and not the way to it.
leader() {
  for number in 1 2 3; do
    if curl -s "http://127.0.0.1:2479$number/v1/status" | grep -q '"role":"leader"'; then
      echo $number
      return
    fi
  done
}

# bench NODE WORKLOAD IN-FLIGHT WHAT [how it reads]
bench() {
  "$root/bin/skipstone" bench --endpoint "http://127.0.0.1:2479$1" --workload "$2" --read "${5:-linearizable}" --in-flight "$3" \
    --value-bytes 128 --keys 10000 --duration-seconds "$seconds" 2>/dev/null | awk -v what="$4 at $3 in flight" '
      $1 == "ops/s" { rate = $2 } $1 == "p50" { median = $2 " " $3 } $1 == "p99" { tail = $2 " " $3 }
      END { print what ": " rate " per second, median " median ", p99 " tail }'
}

# Three JVMs that compile what they run share the cores with it: cold, they answer a tenth of what they do after 60,000 writes.
warm() {
  "$root/bin/skipstone" bench --endpoint "http://127.0.0.1:2479$(leader)" --workload put --in-flight 256 --value-bytes 128 --keys 10000 \
    --duration-seconds "$warmUp" 2>/dev/null | awk '$1 == "ops/s" { print "warm-up: " $2 " per second" }'
  for read in linearizable local; do
    "$root/bin/skipstone" bench --endpoint "http://127.0.0.1:2479$(leader)" --workload get --read $read --in-flight 64 --value-bytes 128 \
      --keys 10000 --duration-seconds $((warmUp / 6)) >/dev/null 2>&1
  done
}

applied() {
  curl -s "http://127.0.0.1:2479$1/v1/status" | sed 's/.*"applied":{[^}]*"index":\([0-9]*\)}.*/\1/'
}

start_all false
warm
for inFlight in 1 64 256; do
  bench "$(leader)" put $inFlight "puts"
  bench "$(leader)" get $inFlight "linearizable gets by barrier"
  bench "$(leader)" get $inFlight "local gets" local
done

# A follower that misses what is written meanwhile. It gets the log, or the store of another member if the log is gone by then.
late=$(($(leader) % 3 + 1))
kill -9 "$(cat "$work/n$late.pid")"
before=$(applied "$(leader)")
"$root/bin/skipstone" bench --endpoint "http://127.0.0.1:2479$(leader)" --workload put --in-flight 256 --keep --duration-seconds "$seconds" >/dev/null 2>&1
target=$(applied "$(leader)")
begun=$(date +%s%N)
"$work/start" n$late
ready n$late
until [ "$(applied $late)" -ge "$target" ]; do sleep 0.05; done
millis=$((($(date +%s%N) - begun) / 1000000))
echo "a follower caught up $((target - before)) entries in $millis ms with its start: $(((target - before) * 1000 / millis)) per second," \
  "stores sent: $(grep -c 'store of another member is in use' "$work/n$late.log" || true)"

WORK="$work" "$JAVA_HOME/bin/java" "$root/src/bench/Failover.java" "$kills" \
  n1=http://127.0.0.1:24791=http://127.0.0.1:24901 n2=http://127.0.0.1:24792=http://127.0.0.1:24902 \
  n3=http://127.0.0.1:24793=http://127.0.0.1:24903

# Of a key that nobody writes: 404 is an answer from a node that has agreed with the others, 503 is not yet one.
answers() {
  [ "$(curl -s --max-time 1 -o /dev/null -w '%{http_code}' "http://127.0.0.1:2479$1/v1/kv/nobody-writes-this")" = 404 ]
}

# The power comes back: all three are started at once, and each is asked until it answers a linearizable read.
for _ in $(seq "$restarts"); do
  stop_all
  begun=$(date +%s%N)
  for node in n1 n2 n3; do "$work/start" $node; done
  for number in 1 2 3; do
    {
      until answers "$number"; do sleep 0.05; done
      echo $((($(date +%s%N) - begun) / 1000000))
    } >"$work/answered.$number" &
    asking[number]=$!
  done
  wait "${asking[@]}"
  sort -n "$work"/answered.* | head -n 1 >>"$work/first"
  sort -n "$work"/answered.* | tail -n 1 >>"$work/all"
done
[ "$restarts" = 0 ] || echo "all restarted after kill -9: first linearizable read $(median <"$work/first") ms," \
  "at every node $(median <"$work/all") ms, median of $restarts ($(tr '\n' ' ' <"$work/all"))"

stop_all
rm -rf "$work/data"
start_all true
warm
for inFlight in 1 64 256; do
  bench "$(leader)" get $inFlight "linearizable gets by lease"
done
