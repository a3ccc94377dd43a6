# What every target of this project is compiled with; link it PRIVATE as `project_options`.
include_guard(GLOBAL)

find_package(Threads REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(GTest REQUIRED)
include(GoogleTest)

set(RUNPROOF_SANITIZE "" CACHE STRING "Sanitizers, as in -fsanitize= (address,undefined or thread); empty for none")
option(RUNPROOF_STATIC "Link runproof and refrun without shared libraries (not with sanitizers)" ON)
option(RUNPROOF_TIDY "Run clang-tidy while compiling" OFF)

add_library(project_options INTERFACE)
target_compile_features(project_options INTERFACE cxx_std_20)
target_include_directories(project_options INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
target_compile_definitions(project_options INTERFACE _GNU_SOURCE RUNPROOF_VERSION="${PROJECT_VERSION}")
target_compile_options(project_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor -Wold-style-cast -Werror
  -Wno-restrict                     # GCC 12 reports std::string concatenation falsely (GCC bug 105651)
  -Wno-missing-field-initializers)  # designated initialisers name what differs; every member has a default
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

# Cases and unit tests wait for others' processes; optimising them would only cost a quarter of their build time. -O1
# for cases costs none.
set(RUNPROOF_JUDGE_FLAGS -O0)
set(RUNPROOF_CASE_FLAGS -O1)

if(RUNPROOF_SANITIZE)
  target_compile_options(project_options INTERFACE -fsanitize=${RUNPROOF_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(project_options INTERFACE -fsanitize=${RUNPROOF_SANITIZE})
  set(RUNPROOF_STATIC OFF)
endif()

# Quicker than GNU ld, which also warns of each name service that a static program brings along.
find_program(RUNPROOF_LLD ld.lld)
if(RUNPROOF_STATIC AND RUNPROOF_LLD)
  target_link_options(project_options INTERFACE $<BUILD_INTERFACE:-fuse-ld=lld>)
endif()

if(RUNPROOF_TIDY)
  find_program(CLANG_TIDY clang-tidy REQUIRED)
  # GCC 12 has warnings that clang-tidy does not know, and the flags are those of GCC; base/ioprio.h renames a keyword;
  # the table of clauses is one long literal.
  set(CMAKE_CXX_CLANG_TIDY ${CLANG_TIDY} --quiet --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-keyword-macro
    --extra-arg=-Wno-overlength-strings)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
endif()

# Written in one go the page cache keeps a program in large pieces: it starts faster than what the linker has pieced together.
function(write_in_one_go program)
  add_custom_command(TARGET ${program} POST_BUILD VERBATIM COMMAND cp $<TARGET_FILE:${program}> $<TARGET_FILE:${program}>.copy
    COMMAND mv -f $<TARGET_FILE:${program}>.copy $<TARGET_FILE:${program}>)
endfunction()

# What `ctest -L unit` runs, to be built without the rest.
add_custom_target(unit_tests)

# The unit tests beside the sources of LIBRARY: unit_tests(NAME LIBRARY TEST...) compiles each TEST_test.cc into the program NAME and registers
# each of its tests.
function(unit_tests name library)
  list(TRANSFORM ARGN APPEND _test.cc)
  add_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE project_options ${library} GTest::gmock GTest::gtest_main)
  target_compile_options(${name} PRIVATE ${RUNPROOF_JUDGE_FLAGS})
  gtest_discover_tests(${name} TEST_PREFIX "unit." DISCOVERY_MODE PRE_TEST NO_PRETTY_VALUES PROPERTIES LABELS unit)
  add_dependencies(unit_tests ${name})
endfunction()
