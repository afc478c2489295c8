#!/bin/sh
# Every C file is laid out as clang-format 14 does it (`./dev format`); another
# version lays out differently, so there is none to ask instead.
set -eu
cd "$HEAPSNAP_SOURCE"
formatter=clang-format-14
if ! command -v $formatter >/dev/null; then
	formatter=clang-format
	case $($formatter --version 2>/dev/null) in
	*"version 14."*) ;;
	*)
		echo "skipped: no clang-format 14"
		exit 77
		;;
	esac
fi
find agent analyzer format tests -name '*.[ch]' -exec $formatter --dry-run -Werror {} +
