#!/bin/sh
# fetch_debian.sh [SUITE:MINOR...]
# CPythons that this system has no package of, out of Debian's testing suite, else
# unstable: unpacked side by side below ${XDG_CACHE_HOME:-~/.cache}/heapsnap/pythons,
# nothing installed. cmake/Pythons.cmake finds them there. What the cache holds is
# not asked for again; `rm -r` a folder to have it anew. Named ones (stable:3.13) are
# added to the three that are always wanted.
#
# apt does the work, with the system's Debian mirror and Debian's keys, but with lists
# and a status of its own, so that each package brings all it depends on, the C library
# and the dynamic linker included.
#
# One line for each interpreter; exit status 0 also where nothing can be had.
set -eu

wanted="testing:3.13 testing:3.14 testing:3.15 $*"
cache=${XDG_CACHE_HOME:-$HOME/.cache}/heapsnap/pythons
keys=/usr/share/keyrings/debian-archive-keyring.gpg
here=$(cd "$(dirname "$0")" && pwd)

skip() {
	echo "skipped: $*"
}

# All of it ends in time, whatever the network does.
if [ "${FETCH_BOUNDED:-}" = "" ]; then
	limit=${HEAPSNAP_FETCH_SECONDS:-300}
	FETCH_BOUNDED=1 timeout "$limit" sh "$0" "$@" && exit 0
	skip "CPythons from Debian: not fetched within $limit s, or failed"
	exit 0
fi

# The interpreter of MINOR in the folder ROOT, where it runs.
interpreter() {
	python=$1/usr/bin/python$2
	[ -x "$python" ] && "$python" -c pass 2>/dev/null && echo "$python"
}

say() {
	echo "CPython $(cat "$1/heapsnap-version"): $(interpreter "$1" "$2")"
}

# Whether the cache has MINOR of SUITE, or of the one that stood in for it.
have() {
	for suite in "$1" unstable; do
		root=$cache/$2-$suite
		[ -n "$(interpreter "$root" "$2")" ] || continue
		say "$root" "$2"
		return 0
	done
	return 1
}

missing=
for item in $wanted; do
	have "${item%:*}" "${item#*:}" || missing="$missing $item"
done
[ -n "$missing" ] || exit 0

for tool in apt-get apt-cache dpkg-deb gcc; do
	command -v $tool >/dev/null || {
		skip "CPythons from Debian ($missing ): no $tool here"
		exit 0
	}
done
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' |
	grep '/debian/$' | head -n 1)
if [ -z "$mirror" ] || [ ! -f "$keys" ]; then
	skip "CPythons from Debian ($missing ): no Debian mirror among apt's sources, or no keys"
	exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
chmod 755 "$work"
mkdir -p "$cache"

# An apt of our own: `ours SUITE COMMAND...`
ours() {
	suite=$1
	tool=$2
	shift 2
	"$tool" -q -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$work/$suite/sources" \
		-o Dir::State::Lists="$work/$suite/lists" -o Dir::State::status="$work/$suite/status" \
		-o Dir::Cache::archives="$work/$suite/archives" \
		-o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
		-o Acquire::Languages=none -o Acquire::Retries=1 \
		-o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20 \
		-o APT::Update::Error-Mode=any -o Dpkg::Use-Pty=0 "$@"
}

# The suite's lists, once; false where they cannot be had.
open_suite() {
	[ ! -e "$work/$1/opened" ] || return "$(cat "$work/$1/opened")"
	mkdir -p "$work/$1/sources" "$work/$1/lists/partial" "$work/$1/archives/partial"
	: >"$work/$1/status"
	cat >"$work/$1/sources/debian.sources" <<-SOURCES
		Types: deb
		URIs: $mirror
		Suites: $1
		Components: main
		Signed-By: $keys
	SOURCES
	opened=0
	ours "$1" apt-get update >"$work/$1/log" 2>&1 || opened=1
	echo $opened >"$work/$1/opened"
	return $opened
}

version_in() {
	ours "$1" apt-cache policy "python$2" 2>/dev/null | sed -n 's/^  Candidate: \([0-9].*\)/\1/p'
}

# What makes the unpacked folder ROOT an interpreter: the launcher, linked to the
# folder's libraries and dynamic linker, and a pyconfig.h that needs no -I of its own.
complete() {
	root=$1
	place=$2
	minor=$3
	libraries=$(cd "$root" && ls -d usr/lib/*-linux-gnu*)
	linker=$(cd "$root" && ls -d usr/lib*/ld-linux*.so.* | head -n 1)
	rm -f "$root/usr/bin/python$minor"
	gcc -O2 -o "$root/usr/bin/python$minor" "$here/launcher.c" \
		"$root/$libraries/libpython$minor.so.1.0" \
		-Wl,--allow-shlib-undefined -Wl,--dynamic-linker="$place/$linker" \
		-Wl,--disable-new-dtags -Wl,-rpath,"$place/$libraries"
	cp -f "$root"/usr/include/*-linux-gnu*/python"$minor"/pyconfig.h \
		"$root/usr/include/python$minor/pyconfig.h"
}

# Downloads and unpacks MINOR of SUITE; the folder appears whole or not at all.
unpack() {
	suite=$1
	minor=$2
	version=$3
	place=$cache/$minor-$suite
	root=$work/$minor-$suite
	rm -f "$work/$suite"/archives/*python3.*.deb
	ours "$suite" apt-get -y --download-only --no-install-recommends install \
		"python$minor" "libpython$minor" || return 1
	(cd "$work/$suite/archives" && ours "$suite" apt-get download "libpython$minor-dev") || return 1
	mkdir -p "$root"
	for package in "$work/$suite"/archives/*.deb; do
		dpkg-deb -x "$package" "$root" || return 1
	done
	rm -rf "$root"/usr/share/doc "$root"/usr/lib/*/libpython*.a \
		"$root"/usr/lib/python*/config-*/*.a
	complete "$root" "$place" "$minor" || return 1
	echo "${version%%[-+~]*} (Debian $suite, $version)" >"$root/heapsnap-version"
	# Another run may have been quicker, and what does not run is replaced.
	[ -n "$(interpreter "$place" "$minor")" ] && return 0
	rm -rf "$place"
	cp -a "$root" "$place.$$" && mv -T "$place.$$" "$place"
}

fetch() {
	for suite in "$1" unstable; do
		open_suite "$suite" || continue
		version=$(version_in "$suite" "$2")
		[ -n "$version" ] || continue
		unpack "$suite" "$2" "$version" >"$work/log" 2>&1 || {
			skip "CPython $2: $(tail -n 1 "$work/log")"
			return
		}
		if [ -n "$(interpreter "$cache/$2-$suite" "$2")" ]; then
			say "$cache/$2-$suite" "$2"
		else
			skip "CPython $2: what Debian $suite has does not run here"
		fi
		return
	done
	if [ "$(cat "$work/$1/opened")" = 0 ]; then
		skip "CPython $2: Debian's $1 and unstable have none"
	else
		skip "CPython $2: Debian's $1 is out of reach ($(tail -n 1 "$work/$1/log"))"
	fi
}

for item in $missing; do
	fetch "${item%:*}" "${item#*:}"
done
