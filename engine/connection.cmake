# The connection: streams, events, receiving, sending.
target_sources(h2assay_engine PRIVATE
  connection.cpp
  connection_batch.cpp
  connection_digest.cpp
  connection_receive.cpp
  connection_receive_control.cpp
  connection_receive_data.cpp
  connection_receive_extension.cpp
  connection_receive_message.cpp
  connection_send.cpp
  connection_send_control.cpp
  connection_streams.cpp
  connection_upgrade.cpp
  event.cpp
  frame_cutter.cpp
  frame_filter.cpp
  priority/tree.cpp
  priority/urgency.cpp
  stream_history.cpp
  stream_table.cpp
)
# It counts allocations with an operator new of its own, which the thread sanitizer has, too.
set(allocation_tests connection_speed_test.cpp)
if(H2ASSAY_SANITIZE STREQUAL "thread")
  set(allocation_tests)
endif()
h2assay_test(NAME connection_test LABEL unit
  SOURCES
    connection_books_test.cpp
    connection_extension_test.cpp
    connection_found_test.cpp
    connection_legacy_test.cpp
    connection_lifetime_test.cpp
    connection_limits_message_test.cpp
    connection_limits_test.cpp
    connection_promises_test.cpp
    connection_settings_test.cpp
    rule_codes_test.cpp
    ${allocation_tests}
    connection_streams_test.cpp
    connection_test.cpp
    connection_threads_test.cpp
    connection_usage_test.cpp
    divergences_test.cpp
    frame_filter_test.cpp
    priority/priority_test.cpp
    stream_table_test.cpp
  LINK h2assay::engine)
if(TARGET connection_test)
  target_compile_definitions(connection_test PRIVATE
    H2ASSAY_ENGINE_DIR="${CMAKE_CURRENT_SOURCE_DIR}")
endif()
