# `cmake --install`: the program, the sources of its cases, and the engine as a CMake package
# (find_package(h2assay), target h2assay::engine), with the header of the C ABI.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/h2assay)
install(TARGETS h2assay_engine EXPORT h2assay_targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
set_target_properties(h2assay_engine PROPERTIES EXPORT_NAME engine)
install(DIRECTORY engine/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/h2assay/engine
        FILES_MATCHING PATTERN "*.h" PATTERN "*.inc"
        PATTERN "*_test_support.h" EXCLUDE PATTERN bench EXCLUDE)
# What somebody implements whose library is to be checked; it includes nothing of ours.
install(FILES conformance/adapters/library.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/h2assay)
install(EXPORT h2assay_targets NAMESPACE h2assay:: FILE h2assay-targets.cmake
        DESTINATION ${package_dir})
configure_package_config_file(ci/cmake/h2assay-config.cmake.in h2assay-config.cmake
                              INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(h2assay-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/h2assay-config.cmake"
              "${PROJECT_BINARY_DIR}/h2assay-config-version.cmake"
        DESTINATION ${package_dir})

if(TARGET h2assay)
  install(TARGETS h2assay RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(DIRECTORY conformance/cases DESTINATION ${CMAKE_INSTALL_DATADIR}/h2assay)
  install(FILES ci/man/h2assay.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
endif()
