#!/usr/bin/env bash
# Installs the Debian packages that a set needs and that are not there yet: tools/install.sh SET,
# where SET is build, test or bench. The sets are in tools/packages.txt. When nothing is
# missing it touches neither apt nor the network, so every make target may call it.
# It never removes a package the machine may need: see refuse_unsafe_removal.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)

say() { printf 'install: %s\n' "$*" >&2; }
die() {
  say "$@"
  exit 1
}

case "${1:-}" in
  build) sets=" build " ;;
  test) sets=" build test " ;;
  bench) sets=" build test bench " ;;
  *) die "usage: tools/install.sh build|test|bench" ;;
esac

is_installed() {
  local status
  status=$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) || return 1
  [ "$status" = installed ]
}

# The packages of the chosen sets that are not installed, one a line.
list_missing() {
  local set package command _why
  while read -r set package command _why; do
    case "$set" in '' | '#'*) continue ;; esac
    [[ $sets == *" $set "* ]] || continue
    if [ "$command" != - ] && command -v "$command" >/dev/null; then continue; fi
    is_installed "$package" || printf '%s\n' "$package"
  done <"${LIMEN_PACKAGES:-$here/packages.txt}"
}

run_apt() {
  local run=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300
    -o Acquire::Retries=3 "$@")
  if [ "$(id -u)" -eq 0 ]; then "${run[@]}"; else sudo "${run[@]}"; fi
}

# Boost 1.81 and Debian's default Boost 1.74 exclude each other as -dev packages. The headers of
# 1.74 may make room for ours; anything else that would have to go belongs to somebody: we stop.
refuse_unsafe_removal() {
  local plan removed other
  if ! plan=$(run_apt -s install --no-install-recommends "$@" 2>&1); then
    printf '%s\n' "$plan" >&2
    die "apt cannot install: $*. If Boost 1.74 -dev packages are in the way, remove them first:" \
      "libboost1.81-dev conflicts with libboost1.74-dev."
  fi
  removed=$(sed -n 's/^Remv \([^ ]*\).*/\1/p' <<<"$plan")
  [ -n "$removed" ] || return 0
  other=$(grep -vE '^libboost[a-z-]*(1\.74)?[a-z-]*-dev$' <<<"$removed" || true)
  if [ -n "$other" ]; then
    die "libboost1.81-dev conflicts with Boost 1.74, and making room would also remove:" \
      "$(tr '\n' ' ' <<<"$other")- remove them yourself, or build on another machine."
  fi
  say "Boost 1.74 headers conflict with Boost 1.81 and give way: $(tr '\n' ' ' <<<"$removed")"
  may_remove=yes
}

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  die "this is not Debian: install what tools/packages.txt lists by hand, then build with cmake."
fi

mapfile -t missing < <(list_missing)
[ "${#missing[@]}" -gt 0 ] || exit 0

say "missing: ${missing[*]}"
if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
  die "run as root: apt-get install --no-install-recommends ${missing[*]}"
fi

may_remove=no
run_apt update -q
refuse_unsafe_removal "${missing[@]}"
guard=(--no-remove)
[ "$may_remove" = no ] || guard=()
run_apt install -y -q --no-install-recommends "${guard[@]}" "${missing[@]}"

mapfile -t missing < <(list_missing)
[ "${#missing[@]}" -eq 0 ] || die "still missing after apt: ${missing[*]}"
