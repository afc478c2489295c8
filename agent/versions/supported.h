/* Which CPythons the agent serves, and how the rest of agent/versions/ asks for them. */
#ifndef HEAPSNAP_AGENT_VERSIONS_SUPPORTED_H
#define HEAPSNAP_AGENT_VERSIONS_SUPPORTED_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <frameobject.h>
#include <structmember.h>
#if PY_VERSION_HEX < 0x03000000
#include <longintrepr.h>
#endif

#include <stdbool.h>
#include <stdint.h>

#if PY_VERSION_HEX < 0x02070000 || PY_VERSION_HEX >= 0x03100000 || \
	(PY_VERSION_HEX >= 0x03000000 && PY_VERSION_HEX < 0x03060000)
#error "the agent serves CPython 2.7 and 3.6 to 3.15"
#endif
#ifdef Py_GIL_DISABLED
#error "the agent does not serve free-threaded builds"
#endif
#ifdef Py_TRACE_REFS
#error "the agent does not serve builds with Py_TRACE_REFS"
#endif
_Static_assert(sizeof(void *) == 8, "the agent serves 64-bit interpreters");

#define VERSION_AT_LEAST(minor) (PY_VERSION_HEX >= 0x03000000 + ((minor) << 16))
#define PYTHON2 (PY_VERSION_HEX < 0x03000000)

#if PYTHON2
typedef long Py_hash_t;
/* What generators grew into: there are only generators. */
#define PyCoro_Type PyGen_Type
#define PyAsyncGen_Type PyGen_Type
#endif

/* PY_VERSION_HEX of the interpreter that runs, 0 where it is not to be had (up to 3.10:
 * the version text is compared instead). */
static inline uint32_t running_version_hex(void)
{
#if VERSION_AT_LEAST(11)
	return (uint32_t)Py_Version;
#else
	return PY_VERSION_HEX;
#endif
}

#endif
