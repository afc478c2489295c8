#!/bin/sh
# cppcheck finds nothing in the product's C. Both compilers shift signed numbers
# arithmetically, and the zigzag code says so.
set -eu
cd "$HEAPSNAP_SOURCE"
command -v cppcheck >/dev/null || {
	echo "skipped: no cppcheck"
	exit 77
}
mkdir -p "$HEAPSNAP_BUILD/cppcheck"
cppcheck --quiet --std=c11 --language=c -I . -j 2 --inline-suppr --error-exitcode=1 \
	--enable=warning,performance,portability --suppress=missingIncludeSystem \
	--suppress=shiftTooManyBitsSigned \
	--cppcheck-build-dir="$HEAPSNAP_BUILD/cppcheck" agent analyzer format
