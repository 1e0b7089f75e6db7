# SPDX-License-Identifier: Apache-2.0
# One folder of src/ = one namespace = one library that names what it uses.

add_library(hato_flags INTERFACE)
target_include_directories(hato_flags INTERFACE ${CMAKE_SOURCE_DIR}/src ${CMAKE_BINARY_DIR}/gen)
target_compile_options(hato_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
                       -Werror -fno-omit-frame-pointer)
target_compile_definitions(hato_flags INTERFACE
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION BOOST_ALL_NO_LIB
  HATO_VERSION="${PROJECT_VERSION}")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 warns falsely inside libstdc++ and Asio; clang is the judge of these.
  target_compile_options(hato_flags INTERFACE -fcoroutines -Wno-restrict -Wno-maybe-uninitialized
    -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread -Wno-dangling-pointer
    -Wno-mismatched-new-delete -Wno-missing-field-initializers -Wno-use-after-free)
else()
  target_compile_options(hato_flags INTERFACE -Wno-missing-field-initializers
    -Wno-missing-designated-field-initializers)
  add_link_options(-fuse-ld=lld-19)
endif()
if(HATO_SANITIZE)
  list(JOIN HATO_SANITIZE "," _san)
  target_compile_options(hato_flags INTERFACE -fsanitize=${_san} -fno-sanitize-recover=all)
  target_link_options(hato_flags INTERFACE -fsanitize=${_san})
endif()
if(HATO_FUZZ)
  target_compile_options(hato_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # lets ccache keep what was compiled with the precompiled header
  target_compile_options(hato_flags INTERFACE "SHELL:-Xclang -fno-pch-timestamp")
endif()

# hato_library(NAME [USES folder...] [LINK target...]): src/NAME/*.cpp (sub-folders too).
function(hato_library name)
  cmake_parse_arguments(A "" "" "USES;LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  if(NOT sources)
    add_library(hato_${name} INTERFACE)
    set(scope INTERFACE)
  else()
    add_library(hato_${name} STATIC ${sources})
    set(scope PUBLIC)
    if(HATO_PCH)
      target_precompile_headers(hato_${name} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/pch.h)
    endif()
  endif()
  list(TRANSFORM A_USES PREPEND hato_)
  target_link_libraries(hato_${name} ${scope} hato_flags ${A_USES} ${A_LINK})
  add_dependencies(hato_${name} hato_generated)
endfunction()

# Every header must compile alone.
function(hato_header_check)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/*.h)
  set(units)
  foreach(header ${headers})
    file(RELATIVE_PATH rel ${CMAKE_SOURCE_DIR}/src ${header})
    string(REPLACE "/" "_" unit ${rel})
    set(unit ${CMAKE_BINARY_DIR}/headers/${unit}.cpp)
    file(GENERATE OUTPUT ${unit} CONTENT "#include \"${rel}\"\n#include \"${rel}\"\n")
    list(APPEND units ${unit})
  endforeach()
  add_library(header_check OBJECT EXCLUDE_FROM_ALL ${units})
  target_link_libraries(header_check PRIVATE hato_cli)
  add_dependencies(header_check hato_generated)
endfunction()
