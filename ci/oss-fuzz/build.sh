#!/usr/bin/env bash
# Builds every fuzz target in OSS-Fuzz's layout: programs, seeds, dictionaries and options in $OUT.
# Compiler, flags and engine come from the environment (CC, CXX, CFLAGS, CXXFLAGS,
# LIB_FUZZING_ENGINE); sanitizers are none of our business here.  The canary stays at home: it must
# crash, and a target whose seeds crash is refused.
set -euo pipefail
top="$SRC/h2assay"
build="$WORK/h2assay"
targets=(frames pair tamper habits calls hpack fields priority transcript)

cmake -S "$top" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=None \
  -DH2ASSAY_FUZZERS=ON -DH2ASSAY_TESTS=OFF -DH2ASSAY_CONFORMANCE=OFF \
  "-DH2ASSAY_FUZZING_ENGINE=$LIB_FUZZING_ENGINE"
ninja -C "$build" "${targets[@]/%/_fuzzer}"

for target in "${targets[@]}"; do
  cp "$build/fuzz/${target}_fuzzer" "$OUT/"
  seeds="$OUT/${target}_fuzzer_seed_corpus.zip"
  rm -f "$seeds"
  folders=()
  for folder in "$top/corpus/$target" "$top/corpus/regressions/$target"; do
    if [ -d "$folder" ]; then folders+=("$folder"); fi
  done
  if [ "$target" = transcript ]; then folders+=("$top/conformance/cases"); fi
  # Of scripts a transcript is no input: it is performed by the replay alone.
  if [ ${#folders[@]} -gt 0 ]; then
    if [ "$target" = transcript ]; then
      find "${folders[@]}" -type f -name '*.h2t' | zip -q -j -@ "$seeds"
    else
      find "${folders[@]}" -type f ! -name '*.h2t' ! -name '*.md' | zip -q -j -@ "$seeds"
    fi
  fi
  if [ -f "$top/corpus/dictionaries/$target.dict" ]; then
    cp "$top/corpus/dictionaries/$target.dict" "$OUT/${target}_fuzzer.dict"
  fi
  printf '[libfuzzer]\nmax_len = 4096\n' > "$OUT/${target}_fuzzer.options"
done
