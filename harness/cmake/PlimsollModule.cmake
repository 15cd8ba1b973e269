# plimsoll_module(NAME RANK n [USES module...] [LIBRARIES target...])
#
# A folder is a library: every X.cc below it except X_test.cc, which make the program NAME_test.
# USES is the whole truth about which folders its includes may name; the ctest `layering` holds the
# sources to it, and a module may only use modules of a lower rank.

add_library(plimsoll_warnings INTERFACE)
target_compile_options(plimsoll_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Werror
  -Wno-missing-field-initializers)  # designated initialisers leave members to their defaults on purpose
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 sees overruns in inlined std::string code that are not there (GCC PR 105651, PR 105329).
  target_compile_options(plimsoll_warnings INTERFACE -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow
    -Wno-stringop-overread -Wno-maybe-uninitialized)
endif()

if(PLIMSOLL_SANITIZE)
  add_compile_options(-fsanitize=${PLIMSOLL_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${PLIMSOLL_SANITIZE})
endif()

# Everything is instrumented, so that the fuzzer sees which way an input took; a finding ends the program.
if(PLIMSOLL_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()

set_property(GLOBAL PROPERTY PLIMSOLL_LAYERS "")

# Most of a compilation is the JSON library and the standard headers, gmock in tests: parsed once here.
# Sources include what they use all the same. CLI11 is not among them: it defines objects that every source
# which sees it compiles anew, 4 s each; cli is compiled as one piece instead. Tests are not optimised: they
# are compiled more often than they run.
add_library(plimsoll_pch STATIC "${CMAKE_CURRENT_LIST_DIR}/pch.cc")
target_link_libraries(plimsoll_pch PUBLIC nlohmann_json::nlohmann_json fmt::fmt tl::expected
  PRIVATE plimsoll_warnings)
target_precompile_headers(plimsoll_pch PRIVATE <algorithm> <chrono> <functional> <map> <memory> <optional> <string>
  <variant> <vector> <fmt/format.h> <nlohmann/json.hpp> <tl/expected.hpp>)
if(BUILD_TESTING)
  add_library(plimsoll_test_pch STATIC "${CMAKE_CURRENT_LIST_DIR}/pch.cc")
  target_link_libraries(plimsoll_test_pch PUBLIC nlohmann_json::nlohmann_json fmt::fmt tl::expected GTest::gmock
    PRIVATE plimsoll_warnings)
  target_compile_options(plimsoll_test_pch PRIVATE -O0)
  target_precompile_headers(plimsoll_test_pch PRIVATE <algorithm> <chrono> <functional> <map> <memory> <optional>
    <string> <variant> <vector> <fmt/format.h> <nlohmann/json.hpp> <tl/expected.hpp> <gmock/gmock.h> <gtest/gtest.h>)
endif()

function(plimsoll_test_program target)
  target_compile_options(${target} PRIVATE -O0)
  # What they define for the preprocessor must be the same as in the header.
  target_link_libraries(${target} PRIVATE fmt::fmt GTest::gmock)
  target_precompile_headers(${target} REUSE_FROM plimsoll_test_pch)
endfunction()

# Notes which folders the includes of folder `name` may name, and holds them to the ranks.
function(plimsoll_layer name rank)
  foreach(used IN LISTS ARGN)
    get_property(used_rank GLOBAL PROPERTY PLIMSOLL_RANK_${used})
    if(used_rank STREQUAL "" OR NOT used_rank LESS rank)
      message(FATAL_ERROR "module ${name} (rank ${rank}) may not use ${used} (rank '${used_rank}')")
    endif()
  endforeach()
  set_property(GLOBAL PROPERTY PLIMSOLL_RANK_${name} ${rank})
  string(REPLACE ";" "," uses "${ARGN}")
  set_property(GLOBAL APPEND PROPERTY PLIMSOLL_LAYERS "${name}:${uses}")
endfunction()

function(plimsoll_module name)
  cmake_parse_arguments(ARG "" "RANK" "USES;LIBRARIES;TEST_LIBRARIES" ${ARGN})
  plimsoll_layer(${name} ${ARG_RANK} ${ARG_USES})

  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cc")
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "(_test|/main)\\.cc$")
  list(TRANSFORM ARG_USES PREPEND plimsoll_ OUTPUT_VARIABLE used_targets)

  if(sources)
    add_library(plimsoll_${name} STATIC ${sources})
    set(visibility PUBLIC)
    target_link_libraries(plimsoll_${name} PRIVATE plimsoll_warnings)
    target_precompile_headers(plimsoll_${name} REUSE_FROM plimsoll_pch)
  else()
    add_library(plimsoll_${name} INTERFACE)
    set(visibility INTERFACE)
  endif()
  target_include_directories(plimsoll_${name} ${visibility} "${PROJECT_SOURCE_DIR}/harness")
  target_link_libraries(plimsoll_${name} ${visibility} ${used_targets} ${ARG_LIBRARIES})

  if(tests AND BUILD_TESTING)
    add_executable(${name}_test ${tests})
    target_compile_definitions(${name}_test PRIVATE
      PLIMSOLL_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    target_link_libraries(${name}_test PRIVATE plimsoll_${name} plimsoll_warnings ${ARG_TEST_LIBRARIES}
      GTest::gmock GTest::gtest_main)
    plimsoll_test_program(${name}_test)
    add_test(NAME unit.${name} COMMAND ${name}_test)
    set_tests_properties(unit.${name} PROPERTIES LABELS "unit;${name}")
  endif()
endfunction()
