# The observer, the permitted reactions and the reference model: they judge, and never call the
# engine.
add_library(h2assay_observer STATIC
  observer.cpp
  observer/alternatives.cpp
  observer/checks.cpp
  observer/conversation.cpp
  observer/conversation_connection.cpp
  observer/conversation_format.cpp
  observer/conversation_messages.cpp
  observer/conversation_streams.cpp
  observer/judgement.cpp
  model_message.cpp
  model_names.cpp
  model_stream.cpp
  permitted.cpp
  permitted_names.cpp
  permitted_rows.cpp)
target_include_directories(h2assay_observer PUBLIC ${PROJECT_SOURCE_DIR})
target_compile_features(h2assay_observer PUBLIC cxx_std_23)
target_link_libraries(h2assay_observer PUBLIC h2assay_wire PRIVATE h2assay_warnings)

h2assay_test(NAME observer_test LABEL unit
  SOURCES observer/faults_test.cpp observer/observer_test.cpp model_test.cpp
  LINK h2assay_observer)
h2assay_test(NAME permitted_test LABEL unit
  SOURCES permitted_test.cpp requirement_ids_test.cpp LINK h2assay_observer)
if(H2ASSAY_TESTS)
  target_compile_definitions(permitted_test PRIVATE
    H2ASSAY_REQUIREMENTS="${PROJECT_SOURCE_DIR}/conformance/requirements.csv")
endif()
