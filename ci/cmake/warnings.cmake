# One warning set for every target of ours, both compilers (engine/README.md says why these).
add_library(h2assay_warnings INTERFACE)
target_compile_options(h2assay_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast
  -Wnon-virtual-dtor -Wswitch-enum -Wundef
  # g++-12's flow analysis of its own std::string and std::vector accuses correct code at -O2 and
  # above (its bugs 105651, 105329, 107852).  clang and the sanitizers cover what these would find.
  "$<$<CXX_COMPILER_ID:GNU>:-Wno-restrict;-Wno-array-bounds>"
  "$<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overread;-Wno-stringop-overflow>"
  $<$<BOOL:${H2ASSAY_WARNINGS_AS_ERRORS}>:-Werror>)
target_compile_definitions(h2assay_warnings INTERFACE _GLIBCXX_ASSERTIONS)
