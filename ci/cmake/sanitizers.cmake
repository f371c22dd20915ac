# Sanitizers and coverage apply to everything that is built: one preset is one kind of build.
if(H2ASSAY_SANITIZE)
  add_compile_options(-fsanitize=${H2ASSAY_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${H2ASSAY_SANITIZE})
endif()
if(H2ASSAY_SANITIZE_TRAP)
  # Undefined behaviour traps without a message: three times as many runs a second, and the reports'
  # branches do not count as the engine's.  A build that prints tells what a finding was.
  add_compile_options(-fsanitize-trap=undefined -fno-sanitize=function,vptr)
endif()
# Another engine brings its own instrumentation, by the compiler or its flags.
if(H2ASSAY_FUZZERS AND H2ASSAY_FUZZING_ENGINE STREQUAL "-fsanitize=fuzzer")
  # Coverage for the fuzzer in every object, so that targets and tests share one build.
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_link_options(-fsanitize=fuzzer-no-link)
endif()
if(H2ASSAY_COVERAGE)
  add_compile_options(-fprofile-instr-generate -fcoverage-mapping)
  add_link_options(-fprofile-instr-generate)
endif()
