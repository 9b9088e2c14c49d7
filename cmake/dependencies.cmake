# The libraries we stand on, under names that mean the same natively and in wasm:
# external::eigen, ::json, ::tiff, ::xml, ::catch2, ::threads.
#
# Natively they are the system's. In wasm the header-only ones are the system's headers, and the compiled ones come
# from wasm/third_party, which `npm run setup` builds into build/third_party/wasm.
# Headers of others are SYSTEM: their warnings are not ours.

function(webunmix_external name)
  add_library(external_${name} INTERFACE)
  add_library(external::${name} ALIAS external_${name})
  target_link_libraries(external_${name} INTERFACE ${ARGN})
endfunction()

if(NOT EMSCRIPTEN)
  find_package(Eigen3 3.4 REQUIRED)
  find_package(nlohmann_json 3.11 REQUIRED)
  find_package(TIFF REQUIRED)
  find_package(pugixml REQUIRED)
  find_package(Threads REQUIRED)
  webunmix_external(eigen Eigen3::Eigen)
  webunmix_external(json nlohmann_json::nlohmann_json)
  webunmix_external(tiff TIFF::TIFF)
  webunmix_external(xml pugixml::pugixml)
  webunmix_external(threads Threads::Threads)
  if(WEBUNMIX_TESTS)
    find_package(Catch2 2.13 REQUIRED)
    webunmix_external(catch2 Catch2::Catch2)
  endif()
  return()
endif()

# The system's include root would hide Emscripten's own headers, so header-only libraries are linked, one by one,
# into a folder of the build tree.
set(webunmix_headers "${CMAKE_BINARY_DIR}/headers")
file(MAKE_DIRECTORY "${webunmix_headers}")
function(webunmix_header_only name folder)
  find_path(WEBUNMIX_HEADERS_OF_${name} "${folder}" PATHS /usr/include /usr/local/include REQUIRED
            NO_CMAKE_FIND_ROOT_PATH)
  file(CREATE_LINK "${WEBUNMIX_HEADERS_OF_${name}}/${folder}" "${webunmix_headers}/${folder}" SYMBOLIC)
  webunmix_external(${name})
  target_include_directories(external_${name} SYSTEM INTERFACE "${webunmix_headers}")
endfunction()
webunmix_header_only(json nlohmann)
webunmix_header_only(catch2 catch2)
find_path(WEBUNMIX_EIGEN Eigen/Core PATHS /usr/include/eigen3 /usr/local/include/eigen3 REQUIRED
          NO_CMAKE_FIND_ROOT_PATH)
webunmix_external(eigen)
target_include_directories(external_eigen SYSTEM INTERFACE "${WEBUNMIX_EIGEN}")

set(WEBUNMIX_WASM_PREFIX "${CMAKE_SOURCE_DIR}/build/third_party/wasm" CACHE PATH
    "Where wasm/third_party has been installed")
function(webunmix_wasm_library name)
  set(archives)
  foreach(archive IN LISTS ARGN)
    set(file "${WEBUNMIX_WASM_PREFIX}/lib/lib${archive}.a")
    if(NOT EXISTS "${file}")
      message(FATAL_ERROR "${file} is missing: run `npm run setup` once, it builds the libraries for wasm.")
    endif()
    list(APPEND archives "${file}")
  endforeach()
  webunmix_external(${name} ${archives})
  target_include_directories(external_${name} SYSTEM INTERFACE "${WEBUNMIX_WASM_PREFIX}/include")
endfunction()
webunmix_wasm_library(tiff tiff jpeg zstd deflate z)
webunmix_wasm_library(xml pugixml)

# No threads in wasm: parallel work is done by web workers, each with an instance of its own.
webunmix_external(threads)
