#!/bin/sh
# The writer works in a fork child of a program with threads: it may call nothing
# that allocates, locks or buffers. What its objects ask of libc is held to a list.
set -eu
allowed=' __errno_location __stack_chk_fail memcmp memcpy memmove memset poll strlen write '
nm -u "$HEAPSNAP_BUILD/format/libheapsnap_writer.a" |
	awk -v allowed="$allowed" '
$1 == "U" && $2 !~ /^hs_/ && $2 != "_GLOBAL_OFFSET_TABLE_" {
	seen++
	if (index(allowed, " " $2 " ") == 0) {
		print "the writer calls " $2
		failures++
	}
}
END {
	print seen + 0 " calls to libc"
	exit failures > 0 || seen == 0
}'
