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
    serve/habits_test.cpp
    serve/server_test.cpp
  LINK h2assay_conformance OpenSSL::SSL)
# What h2spec asks of a server, in our own words: nobody can install h2spec from a package.
if(H2ASSAY_TESTS)
  add_test(NAME h2spec_test
    COMMAND /usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/serve/h2spec_test.py
            $<TARGET_FILE:h2assay>)
  set_tests_properties(h2spec_test PROPERTIES LABELS conformance TIMEOUT 300)
  # Clients that are not ours; each is left out, and named, where it is not installed.
  add_test(NAME clients_test
    COMMAND /usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/serve/clients_test.py
            $<TARGET_FILE:h2assay>)
  set_tests_properties(clients_test PROPERTIES LABELS real TIMEOUT 600)
endif()
