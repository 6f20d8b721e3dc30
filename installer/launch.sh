# Sourced by the launchers: finds a JDK from 21 on and starts a part of Fieldward with it. POSIX sh.

launch_root=$(cd "$(dirname "$0")/.." && pwd)
[ -f "$launch_root/mvnw" ] || launch_root=$(cd "$launch_root/.." && pwd)

# The major version of the JDK at $1, or nothing.
launch_version() {
  [ -x "$1/bin/java" ] || return 1
  v=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null | head -n 1)
  [ -n "$v" ] || v=$("$1/bin/java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
  [ -n "$v" ] && echo "$v"
}

# Sets JAVA_HOME to the first JDK from 21 on: the one asked for, the one on the path, the ones usually installed.
launch_find_java() {
  on_path=$(command -v java 2>/dev/null || true)
  if [ -n "$on_path" ]; then
    while [ -L "$on_path" ]; do
      link=$(readlink "$on_path")
      case $link in /*) on_path=$link ;; *) on_path=$(dirname "$on_path")/$link ;; esac
    done
    on_path=$(cd "$(dirname "$on_path")/.." 2>/dev/null && pwd)
  fi
  for home in "${FIELDWARD_JAVA_HOME:-}" "${JAVA_HOME:-}" "$on_path" \
    /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [ -n "$home" ] || continue
    v=$(launch_version "$home") || continue
    if [ "$v" -ge 21 ] 2>/dev/null; then
      JAVA_HOME=$home
      export JAVA_HOME
      return 0
    fi
  done
  echo "fieldward: no JDK from version 21 on was found." >&2
  echo "  Looked at FIELDWARD_JAVA_HOME, JAVA_HOME, the java on the PATH, /usr/lib/jvm and the other usual places." >&2
  echo "  Install one (for example Temurin 25), or set FIELDWARD_JAVA_HOME to where it is." >&2
  exit 69
}

# launch_part MODULE MAIN-CLASS JVM-FLAGS ARGS...: replaces this shell by the part. More of the JVM's options may stand in
# the file that launch_options names.
launch_part() {
  module=$1 main=$2 flags=$3
  shift 3
  launch_find_java
  lib=$launch_root/$module/target/app/lib
  if [ ! -d "$lib" ]; then
    echo "fieldward: $module is not built yet: run ./mvnw -DskipTests package first." >&2
    exit 69
  fi
  # Flags are words, and are meant to be split.
  # shellcheck disable=SC2086
  exec "$JAVA_HOME/bin/java" ${launch_options:+"@$launch_options"} --enable-native-access=ALL-UNNAMED $flags \
    ${FIELDWARD_JAVA_OPTIONS:-} -cp "$lib/*" "$main" "$@"
}

# launch_build [FLAG]: builds everything without its tests (-DskipTests compiles them), and says which part it is at; FIELDWARD_SKIP_BUILD=yes takes what is there.
launch_build() {
  if [ "${FIELDWARD_SKIP_BUILD:-}" = yes ]; then
    return 0
  fi
  launch_find_java
  echo "Building (the first time takes some minutes, because the libraries are fetched):"
  build_log=$(mktemp)
  # A pipe forgets the exit code of its first command, so it travels as the last line.
  (
    cd "$launch_root"
    code=0
    ./mvnw -B "${1:--Dmaven.test.skip=true}" -Dspotless.check.skip=true package 2>&1 || code=$?
    echo "exit $code"
  ) | tee "$build_log" | sed -n 's/^\[INFO\] Building \([a-z-]*\) .*/  ·  \1/p'
  if [ "$(tail -n 1 "$build_log")" != "exit 0" ]; then
    grep -E '^\[ERROR\]' "$build_log" | head -n 20 >&2
    echo "fieldward: the build failed; all it said is in $build_log" >&2
    exit 1
  fi
  rm -f "$build_log"
}

# launch_proof MAIN-CLASS ARGS...: replaces this shell by one of the proofs, which stand with the installer's tests.
launch_proof() {
  main=$1
  shift
  launch_find_java
  if [ ! -d "$launch_root/installer/target/test-classes" ]; then
    echo "fieldward: the proofs are not built yet: run ./mvnw -DskipTests package first." >&2
    exit 69
  fi
  exec "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -Xmx512m \
    -cp "$launch_root/installer/target/test-classes:$launch_root/installer/target/app/lib/*" \
    "$main" --root "$launch_root" "$@"
}
