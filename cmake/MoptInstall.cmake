# What `cmake --install` puts on a machine beside the libraries and tools:
# headers (ours and the generated ones), .td files, and the CMake package.
include(CMakePackageConfigHelpers)

install(DIRECTORY "${CMAKE_SOURCE_DIR}/include/mopt"
                  "${CMAKE_BINARY_DIR}/include/mopt"
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        FILES_MATCHING PATTERN "*.h" PATTERN "*.td" PATTERN "*.inc"
        PATTERN "CMakeFiles" EXCLUDE)

set(MOPT_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/mopt)
install(EXPORT moptTargets NAMESPACE mopt:: DESTINATION ${MOPT_PACKAGE_DIR})
get_property(MOPT_INSTALLED_LIBRARIES GLOBAL PROPERTY MOPT_LIBRARIES)
configure_package_config_file(
  "${CMAKE_SOURCE_DIR}/cmake/moptConfig.cmake.in"
  "${CMAKE_BINARY_DIR}/cmake/moptConfig.cmake"
  INSTALL_DESTINATION ${MOPT_PACKAGE_DIR})
write_basic_package_version_file(
  "${CMAKE_BINARY_DIR}/cmake/moptConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_BINARY_DIR}/cmake/moptConfig.cmake"
              "${CMAKE_BINARY_DIR}/cmake/moptConfigVersion.cmake"
        DESTINATION ${MOPT_PACKAGE_DIR})
