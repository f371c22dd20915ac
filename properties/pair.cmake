# The pair and its oracles.  Octet-side oracles link no engine: h2assay_octet_oracles.
add_library(h2assay_octet_oracles STATIC
  oracles/closed_is_closed.cpp oracles/frame_fits_peer.cpp oracles/frames_well_formed.cpp
  oracles/last_stream_id_never_rises.cpp oracles/one_rst_per_stream.cpp
  oracles/settings_acked_once.cpp oracles/window_ledger.cpp)
target_link_libraries(h2assay_octet_oracles PUBLIC h2assay_wire PRIVATE h2assay_warnings)

add_library(h2assay_pair STATIC
  pair/call.cpp pair/content.cpp pair/event_text.cpp pair/foreign.cpp pair/messages.cpp
  pair/narrator.cpp pair/pair.cpp pair/pipe.cpp pair/recital.cpp pair/resolver.cpp
  pair/script.cpp pair/text_line.cpp pair/twist.cpp pair/words.cpp
  oracles/all.cpp oracles/bounded_output.cpp oracles/content_arrives.cpp oracles/credit_returns.cpp
  oracles/everything_completes.cpp oracles/frames_become_events.cpp oracles/goaway_covers.cpp
  oracles/hpack_agrees.cpp oracles/message_grammar.cpp oracles/observer_accuses_nobody.cpp
  oracles/refusal_leaves_no_trace.cpp oracles/streams_agree.cpp oracles/windows_agree.cpp
  oracles/refused_call_changes_nothing.cpp oracles/related_events_once.cpp
  oracles/settings_agree.cpp oracles/snapshot_replay.cpp oracles/split_invisible.cpp
  oracles/tape.cpp
  oracles/two_conforming_ends.cpp)
target_link_libraries(h2assay_pair PUBLIC h2assay_engine h2assay_octet_oracles h2assay_observer
                      h2assay_transcript
                      PRIVATE h2assay_warnings)

# What fuzzers need of the generators: no RapidCheck.
add_library(h2assay_shrink STATIC generators/shrink.cpp)
target_link_libraries(h2assay_shrink PUBLIC h2assay_pair PRIVATE h2assay_warnings)

h2assay_test(NAME octet_oracles_test LABEL unit SOURCES oracles/octet_oracles_test.cpp
  LINK h2assay_octet_oracles)

if(H2ASSAY_TESTS)
  find_package(rapidcheck REQUIRED)
  add_library(h2assay_generators STATIC generators/arbitrary.cpp generators/draw.cpp
    generators/reach.cpp generators/runs.cpp)
  target_link_libraries(h2assay_generators PUBLIC h2assay_shrink rapidcheck
                        PRIVATE h2assay_warnings)
endif()
h2assay_test(NAME pair_properties LABEL property
  SOURCES determinism_properties.cpp heap.cpp hpack_properties.cpp pair_properties.cpp
    twist_properties.cpp upgrade_properties.cpp
  LINK h2assay_generators rapidcheck_gtest)
h2assay_test(NAME oracles_red_properties LABEL property SOURCES oracles_red_properties.cpp
  LINK h2assay_generators)
h2assay_test(NAME limit_properties LABEL property
  SOURCES excess.cpp heap.cpp limit_properties.cpp
  LINK h2assay_generators)
h2assay_test(NAME exhaustive_test LABEL property
  SOURCES exhaustive_credit_test.cpp exhaustive_kit.cpp exhaustive_fields_test.cpp
    exhaustive_model.cpp exhaustive_sequences_test.cpp exhaustive_test.cpp
  LINK h2assay_engine h2assay_observer)
h2assay_test(NAME pair_transcript_properties LABEL property
  SOURCES pair_transcript_properties.cpp LINK h2assay_generators)
