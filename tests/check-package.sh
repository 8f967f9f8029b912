#!/bin/sh
# check-package.sh: what whoever packages this program relies on. Prints its results as cmocka does.
set -u
status=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
ok() { echo "[       OK ] $1"; }
bad() { echo "[  FAILED  ] $1"; shift; [ $# -eq 0 ] || printf '%s\n' "$@"; status=1; }

# ---- flags on the command line are added to the program's own
said=$(make -n V=1 B="$work/none" CPPFLAGS=-DOURS CFLAGS=-O7 LDFLAGS=-Lours all 2>&1)
compile=$(printf '%s\n' "$said" | grep -e '-c -o .*/src/main\.o') link=$(printf '%s\n' "$said" | grep -e '-o .*/flstm-tui .*main\.o')
case $compile in *-DOURS*) case $compile in *-Isrc*) compile=right ;; esac ;; esac
case $link in *-Lours*) case $link in *-O7*) link=right ;; esac ;; esac
[ "$compile" = right ] && [ "$link" = right ] && ok flags_on_the_command_line_are_honoured ||
    bad flags_on_the_command_line_are_honoured "$compile" "$link"

# ---- without a build folder everything is built again
make -n V=1 B="$work/none" all 2>&1 | grep -q -e '-c -o .*/src/core/lstm\.o' && ok without_a_build_folder_everything_is_built ||
    bad without_a_build_folder_everything_is_built

# ---- installing into a place with a blank in its name, as somebody whose files nobody else may read
place="$work/a place"
(umask 077; make -s install DESTDIR="$place" PREFIX=/usr) >"$work/log" 2>&1 || bad installing "$(cat "$work/log")"
wrong=$(find "$place/usr" -type d ! -perm 755; find "$place/usr" -type f ! -perm 644 ! -name flstm-tui; find "$place/usr/bin" -type f ! -perm 755)
[ -z "$wrong" ] && [ "$(find "$place" -type f | wc -l)" -eq 7 ] && ok whatever_the_umask_what_is_installed_can_be_read ||
    bad whatever_the_umask_what_is_installed_can_be_read "$wrong" "$(find "$place" -type f)"
(cd / && "$place/usr/bin/flstm-tui" --version) | grep -q '^flstm-tui ' && ok the_installed_program_runs || bad the_installed_program_runs
make -s uninstall DESTDIR="$place" PREFIX=/usr >"$work/log" 2>&1
left=$(find "$place" -type f)
[ -z "$left" ] && ok uninstalling_leaves_no_file || bad uninstalling_leaves_no_file "$left"

# ---- one version: Makefile, program, CHANGELOG; a release is tagged vVERSION
version=$(sed -n 's/^VERSION *:= *//p' Makefile)
newest=$(sed -n 's/^## \([0-9][0-9.]*\).*/\1/p' CHANGELOG.md | sed -n 1p)
[ "$(./flstm-tui --version)" = "flstm-tui $version" ] && [ "$newest" = "$version" ] && ok the_version_is_one ||
    bad the_version_is_one "Makefile $version, CHANGELOG.md $newest, $(./flstm-tui --version)"
tag=$(git describe --tags --exact-match 2>/dev/null)
case $tag in "" | "v$version") ok a_tag_is_the_version ;; *) bad a_tag_is_the_version "found $tag, the version is $version" ;; esac
exit $status
