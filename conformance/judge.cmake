# Judge, player, results, the catalogue of cases, and the program.
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(pugixml REQUIRED)

# The cases and the table of requirements become part of the program.
file(GLOB_RECURSE H2ASSAY_CASES CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR}/cases
     ${CMAKE_CURRENT_SOURCE_DIR}/cases/*.h2t)
list(SORT H2ASSAY_CASES)
list(TRANSFORM H2ASSAY_CASES PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/cases/
     OUTPUT_VARIABLE H2ASSAY_CASE_FILES)
# What the properties hold our engine to: each of these names the requirements that it is about.
file(GLOB H2ASSAY_CITING CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
     ${PROJECT_SOURCE_DIR}/properties/oracles/*.h
     ${PROJECT_SOURCE_DIR}/properties/*_properties.cpp
     ${PROJECT_SOURCE_DIR}/properties/pair/twist.cpp)
list(SORT H2ASSAY_CITING)
list(TRANSFORM H2ASSAY_CITING PREPEND ${PROJECT_SOURCE_DIR}/ OUTPUT_VARIABLE H2ASSAY_CITING_FILES)
add_executable(h2assay_embed catalogue/embed.cpp)
add_custom_command(
  OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/embedded.cpp
  COMMAND h2assay_embed ${CMAKE_CURRENT_BINARY_DIR}/embedded.cpp ${PROJECT_SOURCE_DIR}
          ${H2ASSAY_CASES} -- ${H2ASSAY_CITING}
  DEPENDS h2assay_embed requirements.csv equivalent.csv excluded.csv ${H2ASSAY_CASE_FILES}
          ${H2ASSAY_CITING_FILES}
  VERBATIM)

target_sources(h2assay_conformance PRIVATE
  ${CMAKE_CURRENT_BINARY_DIR}/embedded.cpp
  catalogue/catalogue.cpp
  catalogue/coverage.cpp
  catalogue/glob.cpp
  catalogue/requirements.cpp
  cli/choice.cpp
  cli/commands.cpp
  cli/ledger.cpp
  cli/probe.cpp
  cli/repeat.cpp
  cli/replay.cpp
  cli/run.cpp
  cli/target.cpp
  cli/traceability.cpp
  cli/words.cpp
  cli/workers.cpp
  judge/codes.cpp
  judge/judge.cpp
  judge/match.cpp
  judge/messages.cpp
  judge/reactions.cpp
  player/acts.cpp
  player/frames.cpp
  player/journal.cpp
  player/openings.cpp
  player/party.cpp
  player/party_hear.cpp
  player/performance.cpp
  player/siege.cpp
  player/surroundings.cpp
  player/waiting.cpp
  results/annotations.cpp
  results/escape.cpp
  results/evidence.cpp
  results/expectations.cpp
  results/json.cpp
  results/junit.cpp
  results/pcapng.cpp
  results/terminal.cpp
  results/verdict.cpp
  self/equivalent.cpp
  self/grade.cpp
  self/matrix.cpp
  self/mutants.cpp
  self/overdo.cpp
  self/overdo_compression.cpp
  self/overdo_frames.cpp
  self/overdo_messages.cpp
  self/overdo_streams.cpp
  self/overdoing_peer.cpp
  self/reckoning.cpp
  self/self.cpp)
# These see both FrameTypes, the engine's and the one of wire; their neighbours write the latter's
# name without its namespace.
set_source_files_properties(self/grade.cpp self/matrix.cpp self/mutants.cpp self/overdoing_peer.cpp
  self/self.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
target_link_libraries(h2assay_conformance
  PUBLIC fmt::fmt h2assay_transcript h2assay_wire h2assay_observer
  PRIVATE nlohmann_json::nlohmann_json pugixml::pugixml)
target_compile_definitions(h2assay_conformance PUBLIC H2ASSAY_VERSION="${PROJECT_VERSION}")

add_executable(h2assay cli/main.cpp)
target_link_libraries(h2assay PRIVATE h2assay_conformance CLI11::CLI11 h2assay_warnings)
install(TARGETS h2assay)

h2assay_test(NAME judge_test LABEL unit
  SOURCES judge/judge_lines_test.cpp judge/judge_test.cpp judge/scene_for_tests.h
  LINK h2assay_conformance)
h2assay_test(NAME results_test LABEL unit
  SOURCES catalogue/catalogue_test.cpp catalogue/coverage_test.cpp catalogue/rule_codes_test.cpp
    results/expectations_test.cpp results/outputs_test.cpp
  LINK h2assay_conformance)
h2assay_test(NAME player_test LABEL unit SOURCES player/player_test.cpp LINK h2assay_conformance)
h2assay_test(NAME self_test LABEL conformance SOURCES self/self_test.cpp LINK h2assay_conformance)
if(H2ASSAY_TESTS)
  # The tests that equivalent.csv names are among those that ctest runs.
  add_test(NAME self.killed_by
    COMMAND /usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/self/killed_by_test.py
            ${CMAKE_CURRENT_SOURCE_DIR}/equivalent.csv ${CMAKE_CTEST_COMMAND}
            ${PROJECT_BINARY_DIR})
  set_tests_properties(self.killed_by PROPERTIES LABELS conformance TIMEOUT 120)
  # Every case against every mutant, and every requirement with something that tests it.
  add_test(NAME self.matrix COMMAND h2assay self --quiet)
  add_test(NAME self.requirements COMMAND h2assay list --requirements --uncovered)
  set_tests_properties(self.matrix self.requirements PROPERTIES
    LABELS "conformance;mutants" TIMEOUT 900)
endif()
# The program as people run it: exit codes, broken peers, what it writes.  A class a test, so that
# they run side by side: most of the time goes by in waiting.
if(H2ASSAY_TESTS)
  set(parts
      peers_test.LegalPeers peers_test.UselessPeers peers_test.LyingPeers peers_test.Crashes
      peers_test.Grades peers_test.Silence peers_test.Abuse
      test.Tls test.CommandLine test.Outputs test.Waivers)
  if(NOT H2ASSAY_SANITIZE AND NOT H2ASSAY_COVERAGE)  # what it says is the same in all builds
    list(APPEND parts golden_test.GoldenRuns golden_test.GoldenFiles golden_test.GoldenWords)
  endif()
  foreach(part IN LISTS parts)
    string(REPLACE "." ";" words ${part})
    list(GET words 0 file)
    list(GET words 1 class)
    add_test(NAME program_${part}
      COMMAND /usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/cli/program_${file}.py
              $<TARGET_FILE:h2assay> ${class})
    set_tests_properties(program_${part} PROPERTIES LABELS conformance TIMEOUT 300)
  endforeach()
endif()
