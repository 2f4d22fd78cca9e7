#!/usr/bin/env bash
# etcd and Skipstone side by side: the same load over etcd's API, the same disk, each with the durability it has by default, by turns:
#   src/bench/compare-etcd.sh [-n rounds] [-s seconds per figure] [-w seconds of warm-up] [-f "in flight..."] [-c "sizes of group..."]
#     [-k "keys..."] [-r restarts] [-W watchers]
# Needs etcd on the path. Both run all the time, and one is idle while the other is measured. BENCH_DIR is the disk. A ratio is Skipstone's
# figure to etcd's.
set -euo pipefail
rounds=3 seconds=10 warmUp=60 inFlights="1 64 256 1000" sizes="1 3" keys="1000000 5000000" restarts=5 watchers=1000
while getopts n:s:w:f:c:k:r:W: option; do
  case $option in
  n) rounds=$OPTARG ;;
  s) seconds=$OPTARG ;;
  w) warmUp=$OPTARG ;;
  f) inFlights=$OPTARG ;;
  c) sizes=$OPTARG ;;
  k) keys=$OPTARG ;;
  r) restarts=$OPTARG ;;
  W) watchers=$OPTARG ;;
  *) exit 64 ;;
  esac
done
command -v etcd >/dev/null || { echo "etcd is not installed" >&2; exit 1; }
. "$(dirname "$0")/lib.sh"
trap 'stop_all; rm -rf "$work"' EXIT
quota=$((8 << 30))

app=$root/target/quarkus-app
"$JAVA_HOME/bin/javac" -cp "$app/app/*:$app/lib/main/*:$app/lib/boot/*" -d "$work/load" "$root/src/bench/EtcdLoad.java"
etcd_load() {
  "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Xmx1g \
    -Djava.util.logging.manager=org.jboss.logmanager.LogManager \
    -cp "$work/load:$app/app/*:$app/lib/main/*:$app/lib/boot/*" EtcdLoad "$@"
}

# start-etcd and start-skipstone NUMBER SIZE: in the background, with the process id in a file.
cat >"$work/start-etcd" <<EOF
#!/usr/bin/env bash
cluster=n1=http://127.0.0.1:24701
[ \$2 = 1 ] || cluster=\$cluster,n2=http://127.0.0.1:24702,n3=http://127.0.0.1:24703
etcd --name=n\$1 --data-dir="$work/etcd/\$1" --quota-backend-bytes=$quota \\
  --listen-client-urls=http://127.0.0.1:2469\$1 --advertise-client-urls=http://127.0.0.1:2469\$1 \\
  --listen-peer-urls=http://127.0.0.1:2470\$1 --initial-advertise-peer-urls=http://127.0.0.1:2470\$1 \\
  --initial-cluster=\$cluster >>"$work/etcd-\$1.log" 2>&1 &
echo \$! >"$work/etcd-\$1.pid"
EOF
cat >"$work/start-skipstone" <<EOF
#!/usr/bin/env bash
peers=
[ \$2 = 1 ] || peers=n1=127.0.0.1:24801,n2=127.0.0.1:24802,n3=127.0.0.1:24803
"$root/bin/skipstone" run --data-dir="$work/skipstone/\$1" --node-id=n\$1 --peers="\$peers" \\
  --client.port=2479\$1 --peer.port=2480\$1 --management.port=2490\$1 >>"$work/skipstone-\$1.log" 2>&1 &
echo \$! >"$work/skipstone-\$1.pid"
EOF
chmod +x "$work/start-etcd" "$work/start-skipstone"

endpoints() { # SERVER SIZE
  local base=2469
  [ "$1" = etcd ] || base=2479
  for number in $(seq "$2"); do echo "127.0.0.1:$base$number"; done
}

start_command() { # SERVER SIZE
  for number in $(seq "$2"); do printf '"%s" %s %s; ' "$work/start-$1" "$number" "$2"; done
}

# shellcheck disable=SC2046
start_servers() { etcd_load start "$(start_command "$1" "$2")" $(endpoints "$1" "$2"); }

kill_servers() { # SERVER
  for file in "$work/$1"-*.pid; do
    [ -f "$file" ] || continue
    pid=$(cat "$file")
    kill -9 "$pid" 2>/dev/null || true
    while kill -0 "$pid" 2>/dev/null; do sleep 0.02; done
    rm "$file"
  done
}

stop_all() {
  kill_servers etcd
  kill_servers skipstone
}

# shellcheck disable=SC2046
leader() { etcd_load leader $(endpoints "$1" "$2"); }

# compare WHAT UNIT COLUMN: medians of what both have noted, and their ratio.
compare() {
  for server in etcd skipstone; do
    awk -v column="$3" '{ print $column }' "$work/figures/$1.$server" | median >"$work/median.$server"
  done
  awk -v what="$1" -v unit="$2" -v a="$(cat "$work/median.etcd")" -v b="$(cat "$work/median.skipstone")" \
    -v all="$(awk -v column="$3" '{ printf "%s ", $column }' "$work/figures/$1.etcd" | sed 's/ $//')" \
    -v ours="$(awk -v column="$3" '{ printf "%s ", $column }' "$work/figures/$1.skipstone" | sed 's/ $//')" 'BEGIN {
      printf "%-44s etcd %s, Skipstone %s %s, ratio %.2f (%s | %s)\n", what, a, b, unit, (a > 0 ? b / a : 0), all, ours
    }'
}

# figures WHAT SIZE COMMAND...: as many rounds as asked for, by turns. The command gets the endpoint as its second word.
figures() {
  local what=$1 size=$2 command=$3
  shift 3
  for _ in $(seq "$rounds"); do
    for server in etcd skipstone; do
      etcd_load "$command" "$(leader $server "$size")" "$@" >>"$work/figures/$what.$server"
    done
  done
  compare "$what" "$unit" 1
  compare "$what" "us, median" 2
  compare "$what" "us, p99" 3
}

warm() { # SERVER SIZE
  for workload in put get serializable range mixed; do
    etcd_load load "$(leader "$1" "$2")" $workload 64 $((warmUp / 5 + 1)) >/dev/null
  done
}

mkdir -p "$work/figures"
for size in $sizes; do
  echo "# $size node(s)"
  for server in etcd skipstone; do start_servers $server "$size" >/dev/null; done
  for server in etcd skipstone; do warm $server "$size"; done
  unit=ops/s
  for workload in put get serializable range mixed; do
    for inFlight in $inFlights; do
      figures "$size.$workload.$inFlight" "$size" load $workload "$inFlight" "$seconds"
    done
  done
  unit=events/s
  figures "$size.watch.$watchers" "$size" watch "$watchers" "$seconds"
  stop_all
  rm -rf "$work/etcd" "$work/skipstone"
done

resident() { # SERVER: MiB of all its processes
  for file in "$work/$1"-*.pid; do awk '$1 == "VmRSS:" { print $2 }' "/proc/$(cat "$file")/status"; done | awk '{ kib += $1 } END { print kib / 1024 }'
}

unit=
for count in $keys; do
  for size in $sizes; do
    echo "# $count keys of 128 bytes, $size node(s)"
    for server in etcd skipstone; do
      start_servers $server "$size" >/dev/null
      etcd_load fill "$(leader $server "$size")" "$count" >"$work/figures/$size.fill.$count.$server"
      resident $server >"$work/figures/$size.resident-after-fill.$count.$server"
      for _ in $(seq "$restarts"); do
        kill_servers $server
        start_servers $server "$size" >>"$work/figures/$size.restart.$count.$server"
        resident $server >>"$work/figures/$size.resident-after-restart.$count.$server"
      done
      du -sm "$work/$server" | cut -f1 >"$work/figures/$size.disk.$count.$server"
      kill_servers $server
      rm -rf "${work:?}/$server"
    done
    compare "$size.fill.$count" keys/s 1
    compare "$size.resident-after-fill.$count" MiB 1
    compare "$size.restart.$count" "ms to the first read" 1
    compare "$size.resident-after-restart.$count" MiB 1
    compare "$size.disk.$count" MiB 1
  done
done
