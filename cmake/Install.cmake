# What `cmake --install` lays out, by component: runproof, refrun, python (python3-runproof) and development. Nothing of it knows its own place:
# runproof finds its companions beside it or in ../libexec/runproof (harness/bundle/companion.h), the Python package finds runproof in ../bin.
include(GNUInstallDirs)
set(libexec libexec/runproof)
set(python_packages lib/python3/dist-packages)
set(cmake_files lib/cmake/Runproof)

install(TARGETS runproof RUNTIME DESTINATION bin COMPONENT runproof)
install(TARGETS probe guest_init refrun-sabotage RUNTIME DESTINATION ${libexec} COMPONENT runproof)
install(DIRECTORY ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/wasm DESTINATION ${libexec} COMPONENT runproof FILES_MATCHING PATTERN *.wasm)
install(DIRECTORY docs DESTINATION share/doc/runproof COMPONENT runproof PATTERN findings EXCLUDE PATTERN __pycache__ EXCLUDE)
install(FILES LICENSE DESTINATION share/doc/runproof COMPONENT runproof RENAME copyright)
set(catalogue ${PROJECT_BINARY_DIR}/catalogue.md)
add_custom_command(OUTPUT ${catalogue} COMMAND runproof list --markdown > ${catalogue} DEPENDS runproof VERBATIM)
add_custom_target(catalogue ALL DEPENDS ${catalogue})
install(FILES ${catalogue} DESTINATION share/doc/runproof/docs COMPONENT runproof)

install(TARGETS refrun RUNTIME DESTINATION sbin COMPONENT refrun)
install(FILES LICENSE DESTINATION share/doc/refrun COMPONENT refrun RENAME copyright)

install(TARGETS _runproof LIBRARY DESTINATION ${python_packages} COMPONENT python)
install(FILES python/_runproof.pyi DESTINATION ${python_packages} COMPONENT python)
install(DIRECTORY python/runproof ${PROJECT_BINARY_DIR}/python/runproof-${PROJECT_VERSION}.dist-info DESTINATION ${python_packages} COMPONENT python
  PATTERN __pycache__ EXCLUDE)
install(FILES LICENSE DESTINATION share/doc/python3-runproof COMPONENT python RENAME copyright)

# For cases out of tree: find_package(Runproof), then runproof_add_suite.
set(libraries base reports project_options)
foreach(part spawn observe host registry bundle runtime run lane cli)
  list(APPEND libraries harness_${part})
endforeach()
install(TARGETS ${libraries} EXPORT RunproofTargets ARCHIVE DESTINATION lib COMPONENT development)
install(EXPORT RunproofTargets NAMESPACE Runproof:: DESTINATION ${cmake_files} COMPONENT development)
install(DIRECTORY base harness DESTINATION include/runproof COMPONENT development FILES_MATCHING PATTERN *.h PATTERN main.cc)
include(CMakePackageConfigHelpers)
configure_package_config_file(cmake/RunproofConfig.cmake.in ${PROJECT_BINARY_DIR}/RunproofConfig.cmake INSTALL_DESTINATION ${cmake_files})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/RunproofConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/RunproofConfig.cmake ${PROJECT_BINARY_DIR}/RunproofConfigVersion.cmake DESTINATION ${cmake_files}
  COMPONENT development)
