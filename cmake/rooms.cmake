# A room is a folder of core/: one static library, one test program.
#
#   webunmix_room(stats PIXELS DEPENDS image EXTERNAL eigen)
#
# compiles core/stats/*.cpp into `webunmix_stats` (alias webunmix::stats) and tests/core/stats/*.cpp into
# `test_stats`. New files are found by the next build. DEPENDS names the rooms it may import, EXTERNAL the libraries
# of cmake/dependencies.cmake; tests/layering reads the same lines and checks every #include against them. A room that works through
# PIXELS is optimised under sanitizers too; the others are settings, plans and reports, which take longer to optimise than to run.
# Files named *_native.cpp are left out of wasm, files named *_wasm.cpp out of native builds.
#
# Most of a compiler's time goes into headers and into what they leave in every object file, so the presets of the two commands
# compile several files of a room as one (CMAKE_UNITY_BUILD). Names in a room's anonymous namespaces therefore differ; the preset
# `native` compiles each file by itself and shows an #include that is missing.

function(webunmix_sources result folder)
  file(GLOB sources CONFIGURE_DEPENDS "${folder}/*.cpp")
  if(EMSCRIPTEN)
    list(FILTER sources EXCLUDE REGEX "_native\\.cpp$")
  else()
    list(FILTER sources EXCLUDE REGEX "_wasm\\.cpp$")
  endif()
  # What only wasm has is looked at by clang-tidy by itself.
  set(wasm_only ${sources})
  list(FILTER wasm_only INCLUDE REGEX "_wasm\\.cpp$")
  set_source_files_properties(${wasm_only} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  set(${result} "${sources}" PARENT_SCOPE)
endfunction()

# Tells clang-tidy that the joined files of a target include .cpp files because the build writes them so.
function(webunmix_joined target)
  set_target_properties(${target} PROPERTIES
    UNITY_BUILD_CODE_BEFORE_INCLUDE "// NOLINTNEXTLINE(bugprone-suspicious-include): files joined by the build")
endfunction()

function(webunmix_room name)
  cmake_parse_arguments(PARSE_ARGV 1 room "PIXELS" "" "DEPENDS;EXTERNAL")
  webunmix_sources(sources "${CMAKE_CURRENT_SOURCE_DIR}/${name}")
  list(TRANSFORM room_DEPENDS PREPEND webunmix:: OUTPUT_VARIABLE libraries)
  list(TRANSFORM room_EXTERNAL PREPEND external:: OUTPUT_VARIABLE externals)
  list(APPEND libraries ${externals})

  # A room of headers alone has nothing to compile.
  if(sources)
    add_library(webunmix_${name} STATIC ${sources})
    webunmix_joined(webunmix_${name})
    target_include_directories(webunmix_${name} PUBLIC "${CMAKE_CURRENT_SOURCE_DIR}")
    target_link_libraries(webunmix_${name} PUBLIC ${libraries} PRIVATE webunmix_flags)
    if(WEBUNMIX_SANITIZE AND room_PIXELS)
      target_compile_options(webunmix_${name} PRIVATE -O1)
    endif()
  else()
    add_library(webunmix_${name} INTERFACE)
    target_include_directories(webunmix_${name} INTERFACE "${CMAKE_CURRENT_SOURCE_DIR}")
    target_link_libraries(webunmix_${name} INTERFACE ${libraries})
  endif()
  add_library(webunmix::${name} ALIAS webunmix_${name})
  set_property(GLOBAL APPEND PROPERTY WEBUNMIX_ROOMS ${name})
endfunction()
