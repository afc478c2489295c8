/* Every difference between CPython versions, and nothing else: outside of
 * agent/versions/ the agent has no test of PY_VERSION_HEX. What the installed headers
 * do not say is mirrored there (`struct mirror_*`) and compared with live objects by
 * interpreter_check() before the first dump, so that a build which differs is refused,
 * not misread. */
#ifndef HEAPSNAP_AGENT_VERSIONS_H
#define HEAPSNAP_AGENT_VERSIONS_H

#include "agent/versions/class_layout.h"
#include "agent/versions/collector_layout.h"
#include "agent/versions/dict_layout.h"
#include "agent/versions/field_tables.h"
#include "agent/versions/frame_layout.h"
#include "agent/versions/instance_layout.h"
#include "agent/versions/interpreter_state.h"
#include "agent/versions/library_layout.h"
#include "agent/versions/object_layout.h"
#include "agent/versions/set_layout.h"
#include "agent/versions/str_layout.h"
#include "agent/versions/supported.h"
#include "agent/versions/thread_frames.h"
#include "agent/versions/type_layout.h"

#endif
