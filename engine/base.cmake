# What the connection is built from.
target_sources(h2assay_engine PRIVATE
  error.cpp
  octets.cpp
  quirks.cpp
  rules.cpp
)
