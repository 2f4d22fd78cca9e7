# To be sourced by the benchmark scripts: a packaged node on ports of its own under a temporary directory.
root=$(cd "$(dirname "$0")/../.." && pwd -P)
. "$root/bin/find-jdk25"
jar=$root/target/quarkus-app/quarkus-run.jar
[ -f "$jar" ] || { echo "build first: bin/skipstone --version" >&2; exit 1; }
work=$(mktemp -d "${BENCH_DIR:-${TMPDIR:-/tmp}}/skipstone-bench.XXXXXX")
client=24790 peer=24800 management=24900
node_pid=
trap 'stop_node; rm -rf "$work"' EXIT

# What is measured, with options if it takes some: a script must end with exec.
binary=$root/bin/skipstone

# launch_node DIR [settings...]
launch_node() {
  dir=$1
  shift
  # shellcheck disable=SC2086
  $binary run --data-dir="$dir" --client.port=$client --peer.port=$peer --management.port=$management "$@" >>"$work/log" 2>&1 &
  node_pid=$!
}

# start_node DIR [settings...]: returns when it is ready.
start_node() {
  launch_node "$@"
  until curl -sf "http://127.0.0.1:$management/q/health/ready" >/dev/null; do
    kill -0 "$node_pid" 2>/dev/null || { cat "$work/log" >&2; exit 1; }
    sleep 0.02
  done
}

stop_node() {
  if [ -n "$node_pid" ]; then
    kill "$node_pid" 2>/dev/null || true
    wait "$node_pid" 2>/dev/null || true
    node_pid=
  fi
}

kill_node() {
  kill -9 "$node_pid" 2>/dev/null || true
  wait "$node_pid" 2>/dev/null || true
  node_pid=
}

skipstone() {
  "$root/bin/skipstone" "$@" --endpoint "http://127.0.0.1:$client"
}

median() {
  sort -n | awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}
