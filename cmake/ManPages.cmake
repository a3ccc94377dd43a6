# runproof(1) and refrun(8), from what the programs say of themselves. Without help2man there are none.
find_program(HELP2MAN help2man)
function(man_page program section name)
  set(page ${PROJECT_BINARY_DIR}/man/${program}.${section})
  add_custom_command(OUTPUT ${page}.gz VERBATIM DEPENDS ${program} ${PROJECT_SOURCE_DIR}/cmake/WriteManPage.cmake
    COMMAND ${CMAKE_COMMAND} -D HELP2MAN=${HELP2MAN} -D PROGRAM=$<TARGET_FILE:${program}> -D "NAME=${name}" -D SECTION=${section} -D PAGE=${page}
      -P ${PROJECT_SOURCE_DIR}/cmake/WriteManPage.cmake)
  add_custom_target(man_${program} ALL DEPENDS ${page}.gz)
  install(FILES ${page}.gz DESTINATION share/man/man${section} COMPONENT ${program})
endfunction()
if(HELP2MAN)
  man_page(runproof 1 "conformance suite for OCI container runtimes")
  man_page(refrun 8 "the reference OCI runtime of Runproof")
endif()
