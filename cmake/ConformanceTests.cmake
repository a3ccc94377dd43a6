# Every case is a ctest test of its own, against refrun or against the runtime that RUNPROOF_RUNTIME names when ctest runs:
#   ctest -L kill, ctest -R 'kill.stopped_error', RUNPROOF_RUNTIME=/usr/sbin/runc ctest -L conformance
# What waits for a death is there twice, for both ways to wait: ctest -L death, ctest -L polling.
# The list is written whenever runproof has been linked anew; a case that cannot run here shows as skipped.
function(conformance_tests)
  set(list ${PROJECT_BINARY_DIR}/conformance_tests.cmake)
  set_property(TARGET runproof APPEND PROPERTY LINK_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/WriteConformanceTests.cmake)
  add_custom_command(TARGET runproof POST_BUILD BYPRODUCTS ${list} VERBATIM
    COMMAND ${CMAKE_COMMAND} -D RUNPROOF=$<TARGET_FILE:runproof> -D REFRUN=${PROJECT_BINARY_DIR}/bin/refrun -D LIST=${list}
      -P ${PROJECT_SOURCE_DIR}/cmake/WriteConformanceTests.cmake)
  if(NOT EXISTS ${list})
    file(TOUCH ${list})  # ctest must find it where runproof has not been built
  endif()
  set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY TEST_INCLUDE_FILES ${list})
endfunction()
