#!/usr/bin/env bash
# The root file system of an image without a container engine: puts it together, and runs a node in it as a cluster would, with this root
# and no other, read-only, as user 65532, with a volume and /tmp to write to. So a library that is missing is missing here.
#   native-build/rootfs.sh jvm       what Containerfile.jvm makes, but for the AOT cache
#   native-build/rootfs.sh PATH      an executable, with the libraries it is linked to
# Needs Linux and name spaces (unshare), no root. Prints the sizes, and what the node answered.
set -euo pipefail
what=${1:?jvm, or the path of an executable}
project=$(cd "$(dirname "$0")/.." && pwd -P)
user=65532
command -v curl >/dev/null || { echo "needs curl" >&2; exit 69; }
unshare -rm true 2>/dev/null || { echo "name spaces are not permitted here" >&2; exit 69; }
work=$(mktemp -d "${TMPDIR:-/tmp}/skipstone-rootfs.XXXXXX")
root=$work/root
node=
trap end EXIT

end() {
  [ -z "$node" ] || kill -9 "$node" 2>/dev/null || true
  rm -rf "$work"
}

# Each shared library that these files are linked to, and the loader, at the same place.
libraries() {
  ldd "$@" 2>/dev/null | awk '$2 == "=>" && $3 ~ /^\// { print $3 } $1 ~ /^\/.*ld-/ { print $1 }' | sort -u | while read -r library; do
    case $library in
    "$root"/*) ;;
    *) cp -L --parents "$library" "$root" ;;
    esac
  done
}

mkdir -p "$root"/{proc,dev,tmp,etc,opt/skipstone,var/lib/skipstone} "$work/volume"
touch "$root"/dev/{null,random,urandom}
echo "nonroot:x:$user:$user::/:/none" >"$root/etc/passwd"
printf '127.0.0.1 localhost\n' >"$root/etc/hosts"
if [ "$what" = jvm ]; then
  rmdir "$root/opt/skipstone"
  "$project/native-build/assemble.sh" "$root/opt/skipstone"
  find "$root/opt/skipstone/java" -type f \( -name '*.so' -o -name java -o -name jspawnhelper \) >"$work/linked"
  while read -r file; do libraries "$file"; done <"$work/linked"
  command=(/opt/skipstone/java/bin/java @/opt/skipstone/jvm.options io.skipstone.node.Main)
else
  [ "$(head -c 4 "$what" | tail -c 3)" = ELF ] || { echo "no executable of this kind of machine: $what" >&2; exit 66; }
  cp "$what" "$root/opt/skipstone/skipstone"
  libraries "$what"
  command=(/opt/skipstone/skipstone)
fi
echo "root file system: $(du -sm "$root" | cut -f1) MiB, of it"
(cd "$root" && { du -sk opt/skipstone/* lib* usr 2>/dev/null || true; }) | sort -rn | awk '{ printf "  %6.1f MiB  %s\n", $1 / 1024, $2 }'

# inside WORD...: becomes that command in the new root.
inside() {
  exec env -i SKIPSTONE_DATA_DIR=/var/lib/skipstone/data SKIPSTONE_LISTEN=127.0.0.1 SKIPSTONE_CLIENT_PORT="$client" \
    SKIPSTONE_PEER_PORT="$peer" SKIPSTONE_MANAGEMENT_PORT="$management" PATH="$PATH" \
    unshare -rm sh -ec '
      root=$1 volume=$2 user=$3
      shift 3
      mount --rbind "$root" "$root"
      mount --rbind /proc "$root/proc"
      for device in null random urandom; do mount --bind "/dev/$device" "$root/dev/$device"; done
      mount --bind "$volume" "$root/var/lib/skipstone"
      mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
      mount -o remount,bind,ro "$root"
      if touch "$root/written" 2>/dev/null; then echo "the root is not read-only" >&2; exit 70; fi
      exec unshare -U --map-user="$user" --map-group="$user" --root="$root" --wd=/ "$@"
    ' sh "$root" "$work/volume" "$user" "${command[@]}" "$@"
}

client=$((20000 + RANDOM % 10000)) peer=$((30000 + RANDOM % 1000)) management=$((31000 + RANDOM % 1000))
inside run >"$work/log" 2>&1 &
node=$!
for _ in $(seq 600); do
  kill -0 "$node" 2>/dev/null || { cat "$work/log" >&2; echo "the node has ended" >&2; exit 1; }
  [ "$(curl -s -o "$work/ready" -w '%{http_code}' "http://127.0.0.1:$management/q/health/ready")" != 200 ] || break
  sleep 0.1
done
[ "$(awk '{ print $1 }' "/proc/$node/uid_map")" = "$user" ] || { echo "the node runs as another user" >&2; exit 1; }
(inside put greeting hello --endpoint "http://127.0.0.1:$client") || { cat "$work/log" >&2; exit 1; }
[ "$(inside get greeting --endpoint "http://127.0.0.1:$client")" = hello ] || { echo "get did not answer hello" >&2; exit 1; }
curl -sf "http://127.0.0.1:$client/q/openapi" -o "$work/openapi" || { echo "no /q/openapi" >&2; exit 1; }
kill "$node"
code=0
wait "$node" || code=$?
node=
case $code in
0 | 143) echo "a node started, took a put, answered a get, and stopped with $code" ;;
*) cat "$work/log" >&2; echo "the node ended with $code" >&2; exit 1 ;;
esac
