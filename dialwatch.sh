#!/usr/bin/env bash
# dialwatch from a fresh clone: installs what is missing (Debian 12 or later), builds, then does what is asked.
set -euo pipefail

usage() {
  cat <<'END'
usage: ./dialwatch.sh COMMAND [ARGUMENT…]
  demo              replay the 2020 case against real servers on this machine, with the alert in view
  test              build everything and run all tests
  run -c FILE       watch; so with every other command of dialwatch: check, probe, check-config, …
  build [TARGET…]   build only
  install GROUP…    install Debian packages only; the groups are those of .ci/packages
END
}

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
build=$root/build/release
policy=/usr/sbin/policy-rc.d

say() { echo "dialwatch.sh: $*" >&2; }

# Runs a command without a word; where it fails, says what it said and ends.
quietly() {
  local log status=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 </dev/null || status=$?
  if ((status != 0)); then
    cat "$log" >&2
    say "failed with status $status: $*"
  fi
  rm -f "$log"
  return "$status"
}

as_root() {
  if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

missing() {
  local group package
  for group in "$@"; do
    sed -n "s/^$group: *//p" "$root/.ci/packages" | tr ' ' '\n'
  done | while read -r package; do
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || echo "$package"
  done
}

# A daemon that comes with a package (unbound, named, coturn, …) must not start on somebody's machine, and
# policy-rc.d is how Debian is told. Whoever has one of their own gets it back, also after an interrupted run.
forbid_starts() {
  trap allow_starts EXIT
  if [[ -e $policy && ! -e $policy.saved ]]; then as_root mv "$policy" "$policy.saved"; fi
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
  as_root chmod 755 "$policy"
}

allow_starts() {
  trap - EXIT
  as_root rm -f "$policy"
  if [[ -e $policy.saved ]]; then as_root mv "$policy.saved" "$policy"; fi
}

install() {
  command -v dpkg-query >/dev/null || return 0  # not Debian: CMake says what it does not find
  local packages
  mapfile -t packages < <(missing "$@")
  ((${#packages[@]} == 0)) && return
  if ((EUID != 0)) && ! command -v sudo >/dev/null; then
    say "as root, run: apt-get install ${packages[*]}"
    exit 2
  fi
  say "installing ${packages[*]}"
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=300)
  quietly as_root "${apt[@]}" update
  forbid_starts
  quietly as_root "${apt[@]}" install --no-install-recommends "${packages[@]}"
  allow_starts
}

build() {
  [[ -e $build/build.ninja ]] || quietly cmake -S "$root" --preset release
  if ! ninja -C "$build" -n "$@" | grep -q 'no work to do'; then say "building (the first time takes some minutes)"; fi
  quietly cmake --build "$build" --target "$@"
}

command=${1:-help}
case $command in
  help | -h | --help)
    usage
    ;;
  install)
    install "${@:2}"
    ;;
  build)
    install build
    if (($# > 1)); then build "${@:2}"; else build all; fi
    ;;
  test)
    install run build test
    build all
    cd "$root"
    exec ctest --preset release "${@:2}"
    ;;
  demo)
    install run build test
    build dialwatch dialwatch_demo
    exec "$build/tests/demo/dialwatch_demo" "${@:2}"
    ;;
  *)
    install run build
    build dialwatch
    exec "$build/daemon/dialwatch" "$@"
    ;;
esac
