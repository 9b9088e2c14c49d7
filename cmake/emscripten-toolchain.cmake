# Emscripten's own toolchain file, found through em-config, with what it needs to answer CMake's checks.
#
# `emcmake` is not used: it passes Node a flag that newer versions reject, and CheckTypeSize then takes
# Node's exit code (9) for the size it asked for.
find_program(WEBUNMIX_EM_CONFIG em-config REQUIRED)
execute_process(COMMAND "${WEBUNMIX_EM_CONFIG}" EMSCRIPTEN_ROOT OUTPUT_VARIABLE webunmix_em_root
                OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)

# The Node that runs wasm programs must not offer `fetch`: the glue would try it on a file path.
find_program(WEBUNMIX_NODE node REQUIRED)
set(CMAKE_CROSSCOMPILING_EMULATOR "${WEBUNMIX_NODE};--no-experimental-fetch" CACHE STRING "Runs wasm programs")
# Programs are CommonJS scripts (NAME.js), whatever the package around the build folder says of itself.
file(WRITE "${CMAKE_BINARY_DIR}/package.json" "{ \"type\": \"commonjs\" }\n")

include("${webunmix_em_root}/cmake/Modules/Platform/Emscripten.cmake")

# Linking at -O2 and above runs a Node script that needs acorn, which Debian keeps where only its own Node looks:
# the path is set for CMake's checks (now) and for every link (later, whoever starts the build).
if(IS_DIRECTORY /usr/share/nodejs/acorn)
  set(ENV{NODE_PATH} /usr/share/nodejs)
  set(CMAKE_C_LINKER_LAUNCHER "${CMAKE_COMMAND}" -E env NODE_PATH=/usr/share/nodejs)
  set(CMAKE_CXX_LINKER_LAUNCHER ${CMAKE_C_LINKER_LAUNCHER})
endif()
