# zstd and libcbor, static where a static library exists, so that the analyzer
# runs on a machine that has neither. The agent insists on the static zstd: it is
# a guest and brings no shared library into somebody else's process.

find_path(ZSTD_INCLUDE_DIR zstd.h)
find_library(ZSTD_STATIC_LIBRARY libzstd.a)
find_library(ZSTD_ANY_LIBRARY NAMES libzstd.a zstd)
find_path(CBOR_INCLUDE_DIR cbor.h)
find_library(CBOR_ANY_LIBRARY NAMES libcbor.a cbor)

foreach(needed ZSTD_INCLUDE_DIR ZSTD_ANY_LIBRARY CBOR_INCLUDE_DIR CBOR_ANY_LIBRARY)
  if(NOT ${needed})
    message(FATAL_ERROR "${needed} not found: install libzstd-dev and libcbor-dev "
      "(`./dev build` does)")
  endif()
endforeach()

add_library(zstd INTERFACE)
target_include_directories(zstd SYSTEM INTERFACE ${ZSTD_INCLUDE_DIR})
target_link_libraries(zstd INTERFACE ${ZSTD_ANY_LIBRARY})

add_library(cbor INTERFACE)
target_include_directories(cbor SYSTEM INTERFACE ${CBOR_INCLUDE_DIR})
target_link_libraries(cbor INTERFACE ${CBOR_ANY_LIBRARY})
