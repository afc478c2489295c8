#!/bin/sh
# The other compiler has no warning, and clang-tidy (.clang-tidy) finds nothing.
set -eu
cd "$HEAPSNAP_SOURCE"
suffix=-14
command -v clang-14 >/dev/null || suffix=
for tool in clang clang-tidy; do
	command -v $tool$suffix >/dev/null || {
		echo "skipped: no $tool"
		exit 77
	}
done
build=$HEAPSNAP_BUILD/clang
cmake --log-level=WARNING -S . -B "$build" -G Ninja -DCMAKE_C_COMPILER=clang$suffix \
	-DCMAKE_BUILD_TYPE=Debug -DHEAPSNAP_WERROR=ON -DHEAPSNAP_ONE_PYTHON=ON
cmake --build "$build" -- --quiet
# One file a run: with several, its va_list checker sees ghosts.
find agent analyzer format -name '*.c' -print0 |
	xargs -0 -r -n 1 -P 2 clang-tidy$suffix --quiet -p "$build"
