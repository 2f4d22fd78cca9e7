# To be sourced by the benchmark scripts: a packaged node on ports of its own under a temporary directory.
root=$(cd "$(dirname "$0")/../.." && pwd -P)
. "$root/bin/find-jdk25"
jar=$root/target/quarkus-app/quarkus-run.jar
[ -f "$jar" ] || { echo "build first: bin/skipstone --version" >&2; exit 1; }
work=$(mktemp -d "${BENCH_DIR:-${TMPDIR:-/tmp}}/skipstone-bench.XXXXXX")
client=24790 peer=24800 management=24900
node_pid=
trap 'stop_node; rm -rf "$work"' EXIT

java_flags="--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Djava.util.logging.manager=org.jboss.logmanager.LogManager -XX:+UseG1GC"

# start_node DIR [JVM options and settings...]: settings begin with --, JVM options with -X.
start_node() {
  dir=$1
  shift
  jvm= settings=
  for option in "$@"; do
    case $option in -X*) jvm="$jvm $option" ;; *) settings="$settings $option" ;; esac
  done
  # shellcheck disable=SC2086
  "$JAVA_HOME/bin/java" $java_flags $jvm -jar "$jar" run --data-dir="$dir" \
    --client.port=$client --peer.port=$peer --management.port=$management $settings >>"$work/log" 2>&1 &
  node_pid=$!
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
