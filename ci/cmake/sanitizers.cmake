# Sanitizers and coverage apply to everything that is built, so that one preset is one kind of build.
if(H2ASSAY_SANITIZE)
  add_compile_options(-fsanitize=${H2ASSAY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${H2ASSAY_SANITIZE})
endif()
if(H2ASSAY_COVERAGE)
  add_compile_options(-fprofile-instr-generate -fcoverage-mapping)
  add_link_options(-fprofile-instr-generate)
endif()
