#!/bin/sh
# Puts the JVM build into a directory as the image has it: a JDK of the modules that are used, the jars, the flags. Run by Containerfile.jvm,
# and by rootfs.sh, so that what is tried there is what is shipped: native-build/assemble.sh DIR
set -eu
root=$(cd "$(dirname "$0")/.." && pwd -P)
. "$root/bin/find-jdk25"
. "$root/bin/class-path"
[ -f "$root/target/quarkus-app/quarkus-run.jar" ] || { echo "build first: bin/skipstone --version" >&2; exit 1; }
mkdir -p "$1"
"$JAVA_HOME/bin/jlink" --add-modules "$(paste -sd, "$root/native-build/jvm.modules")" \
  --strip-debug --no-man-pages --no-header-files --generate-cds-archive --output "$1/java"
# With the times of the files: an AOT cache goes by them.
cp -a "$root/target/quarkus-app" "$1/app"
{
  cat "$root/native-build/jvm.options"
  printf -- '-cp\n%s\n' "$(class_path "$1/app" | sed "s|$1/app/|/opt/skipstone/app/|g")"
} >"$1/jvm.options"
