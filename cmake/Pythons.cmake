# Finds the CPythons of this machine: every python3, python3.N and python2.7 on PATH,
# /usr/bin/python3, pyenv's versions, those that tests/python/pythons/fetch_debian.sh
# brought, and HEAPSNAP_PYTHONS (a:b:c). One that cannot be served is named with the
# reason.
#
# Out, lists of "PATH|VERSION|EXT_SUFFIX|INCLUDE_DIR":
#   HEAPSNAP_AGENTS   one for each ABI, in the order found: what is built
#   HEAPSNAP_PATCHES  further patch releases of these that bring headers of their own:
#                     an agent made with those is for the tests alone
#   HEAPSNAP_PYTHONS  every interpreter that one of these serves: what is tested;
#                     their paths also in pythons.txt, a line each

set(supported_min 2.7) # but for 3.0 to 3.5
set(supported_max 3.15)
set(supported "supported are ${supported_min} and 3.6 to ${supported_max}")

function(python_candidates out)
  string(REPLACE ":" ";" named "$ENV{HEAPSNAP_PYTHONS}")
  string(REPLACE ":" ";" path "$ENV{PATH}")
  if(DEFINED ENV{PYENV_ROOT})
    set(pyenv "$ENV{PYENV_ROOT}")
  else()
    set(pyenv "$ENV{HOME}/.pyenv")
  endif()
  list(TRANSFORM path APPEND "/python3" OUTPUT_VARIABLE plain)
  list(TRANSFORM path APPEND "/python2.7" OUTPUT_VARIABLE old)
  list(FILTER old EXCLUDE REGEX "/shims/")
  list(TRANSFORM path APPEND "/python3.[0-9]*" OUTPUT_VARIABLE versioned)
  list(APPEND versioned /usr/bin/python3.*-dbg)
  list(FILTER versioned EXCLUDE REGEX "/shims/")
  file(GLOB versioned ${versioned})
  list(FILTER versioned INCLUDE REGEX "/python3\\.[0-9]+(-dbg)?$")
  file(GLOB pyenv_pythons ${pyenv}/versions/*/bin/python)
  list(SORT pyenv_pythons COMPARE NATURAL)
  set(cache "$ENV{HOME}/.cache")
  if(NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
    set(cache "$ENV{XDG_CACHE_HOME}")
  endif()
  file(GLOB fetched ${cache}/heapsnap/pythons/*/usr/bin/python3.*)
  list(FILTER fetched INCLUDE REGEX "/python3\\.[0-9]+$")
  list(SORT fetched COMPARE NATURAL)
  set(${out} ${named} /usr/bin/python3 ${plain} ${versioned} ${old} ${pyenv_pythons}
    ${fetched} PARENT_SCOPE)
endfunction()

set(ask [[
import os, sys
try:
    import sysconfig
    suffix = sysconfig.get_config_var("EXT_SUFFIX") or ""
    if sys.version_info[0] == 2:  # its modules are all ".so": agent/heapsnap/_python2.py
        suffix = ".cpython-27%sm%s.so" % ("d" if hasattr(sys, "gettotalrefcount") else "",
                                          "u" if sys.maxunicode > 0xffff else "")
    include = sysconfig.get_paths()["include"]
    threads = sysconfig.get_config_var("Py_GIL_DISABLED") or 0
except Exception:
    suffix, include, threads = "", "", 0
version = "%d.%d.%d" % sys.version_info[:3]
if hasattr(sys, "gettotalrefcount"):
    version += "-debug"
name = getattr(getattr(sys, "implementation", None), "name", "cpython")
sys.stdout.write("|".join((os.path.realpath(sys.executable), version, suffix, include,
                           name, str(threads), str(int(hasattr(sys, "getobjects"))))))
]])

python_candidates(candidates)
set(HEAPSNAP_AGENTS "")
set(HEAPSNAP_PATCHES "")
set(HEAPSNAP_PYTHONS "")
set(seen "")
set(suffixes "")
set(releases "") # whose headers an agent is made with
foreach(candidate IN LISTS candidates)
  if(NOT EXISTS "${candidate}")
    continue()
  endif()
  execute_process(COMMAND "${candidate}" -I -c "${ask}" RESULT_VARIABLE failed
    OUTPUT_VARIABLE answer ERROR_VARIABLE complaint TIMEOUT 20)
  if(failed) # 2.7 has no -I
    execute_process(COMMAND "${candidate}" -c "${ask}" RESULT_VARIABLE failed
      OUTPUT_VARIABLE answer ERROR_QUIET TIMEOUT 20)
  endif()
  if(failed)
    message(NOTICE "${candidate}: skipped, it does not run")
    continue()
  endif()
  string(REPLACE "|" ";" fields "${answer}")
  list(GET fields 0 executable)
  list(GET fields 1 version)
  list(GET fields 2 suffix)
  list(GET fields 3 include)
  list(GET fields 4 implementation)
  list(GET fields 5 free_threaded)
  list(GET fields 6 trace_refs)
  if("${executable}" IN_LIST seen OR (HEAPSNAP_ONE_PYTHON AND suffixes))
    continue()
  endif()
  list(APPEND seen "${executable}")

  string(REGEX MATCH "^[0-9]+\\.[0-9]+" minor "${version}")
  set(reason "")
  if(NOT implementation STREQUAL "cpython")
    set(reason "it is ${implementation}, not CPython")
  elseif(minor VERSION_LESS supported_min OR minor VERSION_GREATER supported_max OR
      (minor VERSION_GREATER 2.7 AND minor VERSION_LESS 3.6))
    set(reason "${supported}")
  elseif(free_threaded)
    set(reason "free-threaded builds are not supported")
  elseif(trace_refs)
    set(reason "builds with Py_TRACE_REFS are not supported")
  elseif(suffix STREQUAL "")
    set(reason "it does not say how its modules are named")
  elseif("${suffix}" IN_LIST suffixes)
    message(NOTICE "CPython ${version} (${executable}): served by the agent of the same ABI")
    list(APPEND HEAPSNAP_PYTHONS "${executable}|${version}|${suffix}|${include}")
    if(EXISTS "${include}/Python.h" AND NOT "${version}" IN_LIST releases)
      list(APPEND HEAPSNAP_PATCHES "${executable}|${version}|${suffix}|${include}")
      list(APPEND releases "${version}")
    endif()
    continue()
  elseif(NOT EXISTS "${include}/Python.h")
    set(reason "${include}/Python.h is missing (Debian: python3-dev)")
  endif()
  if(reason)
    message(NOTICE "CPython ${version} (${executable}): skipped, ${reason}")
    continue()
  endif()
  message(NOTICE "CPython ${version} (${executable}): agent _agent${suffix}")
  list(APPEND suffixes "${suffix}")
  list(APPEND releases "${version}")
  list(APPEND HEAPSNAP_AGENTS "${executable}|${version}|${suffix}|${include}")
  list(APPEND HEAPSNAP_PYTHONS "${executable}|${version}|${suffix}|${include}")
endforeach()

if(NOT HEAPSNAP_AGENTS)
  message(WARNING "no CPython with headers (${supported}): "
    "no agent is built, snapshots can only be read")
endif()
set(paths ${HEAPSNAP_PYTHONS})
list(TRANSFORM paths REPLACE "\\|.*" "")
string(REPLACE ";" "\n" paths "${paths}")
file(WRITE ${PROJECT_BINARY_DIR}/pythons.txt "${paths}\n")
