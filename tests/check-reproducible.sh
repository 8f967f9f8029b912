#!/bin/sh
# check-reproducible.sh [whole|package]: one source is one program, whoever builds it, where and when. Two copies of the source are built in
# folders of other names, as another user (where we are root), with another umask, locale, time zone and number of jobs, some
# seconds apart, and compared. Without "whole" a few objects are (seconds); with it the program, the static one and, where its tools
# are there, the Debian package of what git has (minutes); with "package" that alone. Prints its results as cmocka does, for tests/run.sh.
set -u
status=0
work=$(mktemp -d)
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT INT TERM
unset B                          # where the make that called us builds; the copies have a folder of their own
export CCACHE_DISABLE=1          # what it remembers would be the same by itself
ok() { echo "[       OK ] $1"; }
bad() { echo "[  FAILED  ] $1"; shift; [ $# -eq 0 ] || printf '%s\n' "$@"; status=1; }
skip() { echo "[  REASON  ] $1: $2"; echo "[  SKIPPED ] $1"; }

if [ -n "${FLSTM_SANITIZED:-}" ]; then
    skip the_same_source_gives_the_same_objects "a sanitizer's build has objects of its own"
    exit 0
fi

# A time that the compiler puts into a program is an error: then it does not matter when that is.
flags='-Werror=date-time'
parts='build/builtins.o build/src/app/loop.o build/src/core/lstm.o build/src/core/train_loops_portable.o build/src/platform/cjson.o'

# copied FOLDER: the source, without what has been built.
copied() {
    mkdir -p "$1"
    tar -cf - --exclude=./build --exclude=./deb --exclude=./.git --exclude=./flstm-tui . | tar -xf - -C "$1" --no-same-owner
}

# As nobody, where that can be had; else as who we are.
other_user() {
    if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null 2>&1; then
        chown -R 65534:65534 "$1"
        shift
        setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
    else
        shift
        "$@"
    fi
}

# here FOLDER GOALS… and elsewhere FOLDER GOALS…
here() {
    (cd "$1" && shift && umask 022 && unset MAKEFLAGS MFLAGS MAKELEVEL &&
        LC_ALL=C TZ=UTC make -s -j2 EXTRA="$flags" "$@") >"$work/log" 2>&1
}
elsewhere() {
    (cd "$1" && umask 077 && unset MAKEFLAGS MFLAGS MAKELEVEL &&
        other_user "$1" env HOME=/nonexistent USER=another LC_ALL=tr_TR.UTF-8 TZ=Asia/Kathmandu make -s -j1 EXTRA="$flags" \
            $(shift; echo "$@")) >"$work/log" 2>&1
}

# compared NAME FILE…: the same in both copies?
compared() {
    name=$1
    shift
    differ=
    for file; do
        cmp "$one/$file" "$two/$file" >"$work/cmp" 2>&1 || differ="$differ$(cat "$work/cmp")
"
    done
    [ -z "$differ" ] && ok "$name" || bad "$name" "$differ"
}

one=$work/one two="$work/quite another/place"
[ "${1:-}" = package ] || { copied "$one"; copied "$two"; }
if [ -z "${1:-}" ]; then
    # shellcheck disable=SC2086
    here "$one" $parts && elsewhere "$two" $parts && compared the_same_source_gives_the_same_objects $parts ||
        bad the_same_source_gives_the_same_objects "$(cat "$work/log")"
    exit $status
fi

whole() {
    here "$one" all && elsewhere "$two" all && compared the_same_source_gives_the_same_program flstm-tui ||
        bad the_same_source_gives_the_same_program "$(cat "$work/log")"
    if [ -e "$("${CC:-cc}" -print-file-name=libncursesw.a)" ]; then
        here "$one" static && elsewhere "$two" static && compared the_same_source_gives_the_same_static_program flstm-tui-static ||
            bad the_same_source_gives_the_same_static_program "$(cat "$work/log")"
    else
        skip the_same_source_gives_the_same_static_program "no libncursesw.a"
    fi
}
[ "${1:-}" = package ] || whole

# The package is made of what git has; its times are those of the newest entry of its changelog.
name=the_same_commit_gives_the_same_package
if ! command -v dpkg-buildpackage >/dev/null 2>&1 || ! command -v dh >/dev/null 2>&1 || ! git rev-parse HEAD >/dev/null 2>&1; then
    skip $name "no dpkg-buildpackage, no debhelper, or no git"
    exit $status
fi
for copy in "$one" "$two"; do
    rm -rf "$copy"
    git clone -q . "$copy" 2>"$work/log" || bad $name "$(cat "$work/log")"
done
unset MAKEFLAGS MFLAGS MAKELEVEL
(cd "$one" && umask 022 && LC_ALL=C TZ=UTC make -s deb) >"$work/log" 2>&1 &&
    (cd "$two" && umask 077 && LC_ALL=tr_TR.UTF-8 TZ=Asia/Kathmandu make -s deb) >"$work/log" 2>&1 || bad $name "$(cat "$work/log")"
version=$(sed -n 's/^VERSION *:= *//p' Makefile)
# shellcheck disable=SC2046
compared $name "deb/flstm-tui_$version.orig.tar.gz" $(cd "$one" && ls deb/*.deb deb/*.debian.tar.* deb/*.dsc)
exit $status
