# One warning set for every target of ours, both compilers (engine/README.md says why these).
add_library(h2assay_warnings INTERFACE)
target_compile_options(h2assay_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast
  -Wnon-virtual-dtor -Wswitch-enum -Wundef
  # g++-12 sees overlapping copies in std::string's operator+ at -O2 and above (its bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  $<$<BOOL:${H2ASSAY_WARNINGS_AS_ERRORS}>:-Werror>)
target_compile_definitions(h2assay_warnings INTERFACE _GLIBCXX_ASSERTIONS)
