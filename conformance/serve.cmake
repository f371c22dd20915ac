# The reference application and the server around it.
target_sources(h2assay_conformance PRIVATE
  serve/application.cpp
  serve/resources.cpp
  serve/serve.cpp
  serve/served_connection.cpp
  serve/server.cpp)

h2assay_test(NAME serve_test LABEL unit
  SOURCES
    serve/application_test.cpp
    serve/server_test.cpp
  LINK h2assay_conformance OpenSSL::SSL)
