# Compiler settings shared by every target of ours: language, warnings, sanitizers, and the flags without which
# native and wasm results would differ.
#
# `webunmix_flags` carries what code of ours is compiled with; libraries of others never see it.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

add_library(webunmix_flags INTERFACE)
target_compile_options(webunmix_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # Once std::string and std::vector are inlined, GCC 12 sees overlapping and overflowing copies in them that are not
  # there (its bugs 105651 and 105329, mended in 13), and vectors freed in the middle of their memory.
  target_compile_options(webunmix_flags INTERFACE -Wno-restrict -Wno-stringop-overflow -Wno-free-nonheap-object)
endif()
if(WEBUNMIX_WERROR)
  target_compile_options(webunmix_flags INTERFACE -Werror)
endif()

# A fused multiply-add rounds once where the source rounds twice; wasm has none, so native must not use it either.
target_compile_options(webunmix_flags INTERFACE -ffp-contract=off)

if(WEBUNMIX_SANITIZE)
  # Null pointers and what lies beyond objects AddressSanitizer stops at by itself; UndefinedBehaviorSanitizer's own checks of them are
  # a fifth of the time to compile.
  set(sanitizers -fsanitize=address,undefined -fno-sanitize=null,object-size -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_compile_options(webunmix_flags INTERFACE ${sanitizers}
    "-fsanitize-ignorelist=${CMAKE_CURRENT_LIST_DIR}/sanitizer-ignorelist.txt")
  target_link_options(webunmix_flags INTERFACE ${sanitizers})
endif()

if(EMSCRIPTEN)
  target_compile_options(webunmix_flags INTERFACE -msimd128 -fwasm-exceptions)
  target_link_options(webunmix_flags INTERFACE -fwasm-exceptions)
else()
  include(CheckLinkerFlag)
  check_linker_flag(CXX -fuse-ld=lld WEBUNMIX_HAS_LLD)
  if(WEBUNMIX_HAS_LLD)
    target_link_options(webunmix_flags INTERFACE -fuse-ld=lld)
  endif()
endif()

find_program(WEBUNMIX_CCACHE ccache)
if(WEBUNMIX_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER "${WEBUNMIX_CCACHE}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros "${WEBUNMIX_CCACHE}")
endif()
