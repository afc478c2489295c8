# cmake -P cmake/FuzzAll.cmake SECONDS: each libFuzzer target of build/fuzz for that
# long, from its corpus; what it finds is left in build/fuzz/found/.

file(GLOB targets build/fuzz/tests/fuzz_*)
file(MAKE_DIRECTORY build/fuzz/found)
set(failures 0)
foreach(target IN LISTS targets)
  get_filename_component(name ${target} NAME)
  string(REPLACE "fuzz_" "" subject ${name})
  set(corpus tests/fuzz/corpus/${subject})
  if(NOT IS_DIRECTORY ${CMAKE_SOURCE_DIR}/${corpus})
    set(corpus tests/fuzz/corpus)
  endif()
  file(MAKE_DIRECTORY build/fuzz/corpus/${subject})
  message(NOTICE "== ${name}, ${CMAKE_ARGV3} s")
  execute_process(COMMAND ${target} -max_total_time=${CMAKE_ARGV3} -timeout=10
    -rss_limit_mb=2048 -verbosity=0 -print_final_stats=1 -artifact_prefix=build/fuzz/found/${subject}-
    build/fuzz/corpus/${subject} ${corpus} RESULT_VARIABLE failed)
  if(failed)
    math(EXPR failures "${failures} + 1")
  endif()
endforeach()
if(failures)
  message(FATAL_ERROR "${failures} targets failed: see build/fuzz/found")
endif()
