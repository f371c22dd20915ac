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
