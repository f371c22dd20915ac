# h2assay_test(NAME name LABEL unit|property|conformance|corpus SOURCES … LINK …)
# makes one GoogleTest program and registers each of its tests.
include(GoogleTest)
if(H2ASSAY_TESTS)
  find_package(GTest REQUIRED)
endif()
function(h2assay_test)
  cmake_parse_arguments(T "" "NAME;LABEL" "SOURCES;LINK" ${ARGN})
  if(NOT H2ASSAY_TESTS)
    return()
  endif()
  add_executable(${T_NAME} ${T_SOURCES})
  # The code under test keeps the preset's optimisation; optimising the tests themselves took a
  # third of a build and saved no time.  Property tests draw their inputs, so they get a little.
  target_compile_options(${T_NAME} PRIVATE $<IF:$<STREQUAL:${T_LABEL},property>,-O1,-O0>)
  # clang-tidy reads what ships; over the tests it takes longer than all the rest together.
  set_target_properties(${T_NAME} PROPERTIES CXX_CLANG_TIDY "")
  target_link_libraries(${T_NAME} PRIVATE ${T_LINK} h2assay_warnings GTest::gtest GTest::gtest_main)
  gtest_discover_tests(${T_NAME} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS "${T_LABEL}" TIMEOUT 600)
endfunction()
