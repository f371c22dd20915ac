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
  stream_history.cpp
  stream_table.cpp
)
h2assay_test(NAME connection_test LABEL unit
  SOURCES connection_test.cpp
  LINK h2assay::engine)
