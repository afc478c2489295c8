#!/bin/sh
# Holds what docs/contributing.md says about files: one concept and one name each,
# short, and opening with a comment that says what it is.
set -eu
cd "$HEAPSNAP_SOURCE"
failures=0
wrong() {
	echo "$1"
	failures=$((failures + 1))
}

files=$(find agent analyzer format tests -name '*.[ch]' | sort)
[ -n "$files" ] || wrong "no C file was seen"

for name in $(printf '%s\n' $files | sed 's|.*/||' | sort | uniq -d); do
	wrong "two files are called $name"
done
for file in $files; do
	case $(basename "$file") in
	*util* | *helper* | *common* | *misc*) wrong "$file: a name that says nothing" ;;
	esac
	case $(head -c 2 "$file") in
	'/*') ;;
	*) wrong "$file: does not open with a comment" ;;
	esac
done
found=$(grep -nE '\b(TODO|FIXME|XXX)\b' $files || true)
[ -z "$found" ] || wrong "unfinished: $found"

lengths=$(find agent analyzer format -name '*.c' -exec awk 'END { print NR }' {} \; | sort -n)
if [ -n "$lengths" ]; then
	count=$(printf '%s\n' $lengths | wc -l)
	median=$(printf '%s\n' $lengths | sed -n "$(((count + 1) / 2))p")
	long=$(printf '%s\n' $lengths | awk '$1 > 500' | wc -l)
	echo "$count .c files, median $median lines, $long above 500"
	[ "$median" -le 200 ] || wrong "the median is above 200 lines"
	[ "$long" -le 3 ] || wrong "more than 3 files are above 500 lines"
fi
[ "$failures" = 0 ]
