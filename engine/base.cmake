# What the connection is built from.
target_sources(h2assay_engine PRIVATE
  error.cpp
  field_line.cpp
  field_rewrite.cpp
  fields.cpp
  frame.cpp
  frame_describe.cpp
  frame_reader.cpp
  frame_write.cpp
  octets.cpp
  quirks.cpp
  rules.cpp
  settings.cpp
)

h2assay_test(NAME engine_base_test LABEL unit
  SOURCES
    content_book_test.cpp
    digest_test.cpp
    field_line_test.cpp
    field_rewrite_test.cpp
    fields_test.cpp
    flow_test.cpp
    frame_reader_test.cpp
    frame_test.cpp
    frame_write_test.cpp
    habits/habits_table_test.cpp
    limits_test.cpp
    octets_test.cpp
    rules_test.cpp
    settings_test.cpp
  LINK h2assay::engine)
if(TARGET engine_base_test)
  target_compile_definitions(engine_base_test PRIVATE
    H2ASSAY_REQUIREMENTS="${PROJECT_SOURCE_DIR}/conformance/requirements.csv")
  add_test(NAME requirement_ids COMMAND /usr/bin/python3
    ${PROJECT_SOURCE_DIR}/ci/requirement_ids.py --check
    ${PROJECT_SOURCE_DIR}/conformance/requirements.csv
    ${PROJECT_SOURCE_DIR}/engine/requirement_ids.inc)
  set_tests_properties(requirement_ids PROPERTIES LABELS unit)
endif()
