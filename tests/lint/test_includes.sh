#!/bin/sh
# Holds the direction of the includes: agent -> format <- analyzer, base <- graph <-
# algorithms <- commands, render -> base; writer and reader of format/ never see each
# other; Python.h in agent/ alone, cbor.h in the reader alone, zstd.h in one file.
set -eu
cd "$HEAPSNAP_SOURCE"

# The names listed in `set(NAME ...)` of format/CMakeLists.txt, as stems.
listed() {
	tr '\n' ' ' <format/CMakeLists.txt |
		sed "s/.*set($1 \([^)]*\)).*/\1/; s/\.[ch]\b//g"
}

find agent analyzer format -name '*.[ch]' -exec grep -H '^ *# *include' {} + |
	awk -F: -v writer="$(listed writer_files)" -v shared="$(listed shared_files)" '
function layer(path,    stem) {
	if (path ~ /^analyzer\/[a-z]+\//)
		return gensub_dir(path)
	if (path ~ /^analyzer\//)
		return "main"
	if (path ~ /^agent\//)
		return "agent"
	if (path !~ /^format\//)
		return "elsewhere"
	stem = path
	sub(/^format\//, "", stem)
	sub(/\.[ch]$/, "", stem)
	if ((" " shared " ") ~ (" " stem " "))
		return "shared"
	if ((" " writer " ") ~ (" " stem " "))
		return "writer"
	return "reader"
}
function gensub_dir(path,    parts) {
	split(path, parts, "/")
	return parts[2]
}
function wrong(why) {
	print $1 ": " $2 ": " why
	failures++
}
BEGIN {
	allowed["shared"] = " shared "
	allowed["writer"] = " shared writer "
	allowed["reader"] = " shared reader "
	allowed["agent"] = " agent shared writer "
	allowed["base"] = " base "
	allowed["render"] = " base render "
	allowed["graph"] = " base graph shared reader "
	allowed["algorithms"] = " base graph algorithms shared reader "
	allowed["commands"] = " base graph algorithms render commands shared reader "
	allowed["main"] = allowed["commands"]
}
{
	seen++
	mine = layer($1)
	if (!(mine in allowed)) {
		wrong("a layer without a rule: " mine)
		next
	}
}
/include *"/ {
	split($0, quoted, "\"")
	theirs = layer(quoted[2])
	if (index(allowed[mine], " " theirs " ") == 0)
		wrong(mine " may not include " theirs)
}
/<Python\.h>|"Python\.h"/ && mine != "agent" { wrong("Python.h is for agent/ alone") }
/<cbor\.h>/ && mine != "reader" { wrong("cbor.h is for the reader alone") }
/<zstd[a-z_]*\.h>/ {
	if (zstd != "" && zstd != $1)
		wrong("zstd.h is already in " zstd)
	zstd = $1
	if ($1 !~ /^format\//)
		wrong("zstd.h is for format/ alone")
}
END {
	if (seen == 0) {
		print "no include was seen"
		failures++
	}
	print seen " includes, " failures + 0 " wrong"
	exit failures > 0
}'

if grep -n 'PY_VERSION_HEX *[<>=]\|VERSION_AT_LEAST\|PYTHON2' agent/*.c agent/*.h |
	grep -v '^agent/versions\.h:'; then
	echo "tests of the version belong into agent/versions/" >&2
	exit 1
fi
