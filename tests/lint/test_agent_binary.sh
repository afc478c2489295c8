#!/bin/sh
# The agent is a guest: it needs libc and nothing else, of glibc nothing newer than
# 2.17, exports its init function alone, and leaves nothing to bind later.
set -eu
cd "$HEAPSNAP_BUILD/python/heapsnap"
failures=0
wrong() {
	echo "$1"
	failures=$((failures + 1))
}
seen=0
for agent in _agent*.so; do
	[ -e "$agent" ] || break
	seen=$((seen + 1))
	dynamic=$(readelf -dW "$agent")
	symbols=$(readelf --dyn-syms -W "$agent")
	needed=$(echo "$dynamic" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | tr '\n' ' ')
	[ "$needed" = "libc.so.6 " ] || wrong "$agent needs $needed"
	echo "$dynamic" | grep -q BIND_NOW || wrong "$agent binds lazily"
	! echo "$dynamic" | grep -q TEXTREL || wrong "$agent has text relocations"
	exported=$(echo "$symbols" | awk '$5 == "GLOBAL" && $7 != "UND" && $7 != "Ndx" { print $8 }')
	case $agent in
	*cpython-27*) entry=init_agent ;;
	*) entry=PyInit__agent ;;
	esac
	[ "$exported" = $entry ] || wrong "$agent exports $exported"
	newest=$(echo "$symbols" | sed -n 's/.*@GLIBC_\([0-9.]*\).*/\1/p' | sort -V | tail -n 1)
	[ "$(printf '%s\n2.17\n' "$newest" | sort -V | tail -n 1)" = 2.17 ] ||
		wrong "$agent needs glibc $newest: $(echo "$symbols" | grep -o "[a-z_0-9]*@GLIBC_$newest")"
	echo "$agent: $needed, glibc $newest"
done
[ "$seen" -gt 0 ] || wrong "there is no agent"
[ "$failures" = 0 ]
