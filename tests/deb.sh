#!/bin/sh
# deb.sh VERSION FOLDER: a Debian package of what git has, in FOLDER: source (orig, debian, dsc) and binary. Called by `make deb`.
# debian/ comes from .ci/debian; changelog and copyright are made here, from CHANGELOG.md's version and LICENSE, so that no fact
# stands twice. lintian, where it is there, must have nothing to say.
# DEBFULLNAME and DEBEMAIL: whose package it is. DEB_BUILD_OPTIONS: nocheck unless told (autopkgtest runs the tests anyway).
set -eu
umask 022                         # the modes of files in the package are not those of whoever builds it
version=$1 to=$2
: "${DEBFULLNAME:=flstm-tui maintainers}" "${DEBEMAIL:=maintainers@flstm-tui.example}" "${DEB_BUILD_OPTIONS=nocheck}"
export DEB_BUILD_OPTIONS
for tool in dpkg-buildpackage dh; do
    command -v $tool >/dev/null || { echo "make deb: $tool is missing: apt-get install build-essential debhelper lintian" >&2; exit 1; }
done
root=$(pwd)
tree=$to/flstm-tui-$version
rm -rf "$to"
mkdir -p "$to"
git archive --prefix="flstm-tui-$version/" HEAD | gzip -n >"$to/flstm-tui_$version.orig.tar.gz"
tar -xzf "$to/flstm-tui_$version.orig.tar.gz" -C "$to"
cp -r .ci/debian "$tree/debian"
sed "s/@MAINTAINER@/$DEBFULLNAME <$DEBEMAIL>/" .ci/debian/control >"$tree/debian/control"
{
    echo "flstm-tui ($version-1~local) unstable; urgency=medium"
    echo
    echo "  * What has changed is in CHANGELOG.md."
    echo
    echo " -- $DEBFULLNAME <$DEBEMAIL>  $(git log -1 --format=%aD)"
} >"$tree/debian/changelog"
{
    echo "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/"
    echo "Upstream-Name: flstm-tui"
    echo "Source: $(git config --get remote.origin.url || echo "https://flstm-tui.example")"
    echo
    echo "Files: *"
    sed -n 's/^Copyright (c) \(.*\)/Copyright: \1/p' LICENSE
    echo "License: Expat"
    sed '1,/^Copyright/d' LICENSE | sed '1d; s/^$/./; s/^/ /'
} >"$tree/debian/copyright"
(cd "$tree" && dpkg-buildpackage -us -uc -F >"$root/$to/build.log" 2>&1) || { tail -40 "$to/build.log"; exit 1; }
if command -v lintian >/dev/null; then
    said=$(LC_ALL=C.UTF-8 lintian --allow-root --fail-on error,warning --tag-display-limit 0 "$to"/*.changes 2>&1) || {
        echo "$said"
        exit 1
    }
    [ -z "$said" ] || { echo "$said"; exit 1; }
else
    echo "make deb: lintian is not here: the package was not looked through" >&2
fi
ls "$to"/flstm-tui_*.deb
