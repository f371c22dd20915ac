// Options of the address sanitizer for long runs: a third faster and a fifth of the memory.  Leaks
// are looked for when a corpus is replayed, which ends.

// The name is the run-time's.
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" const char* __asan_default_options();

extern "C" const char* __asan_default_options() {
  return "malloc_context_size=2:quarantine_size_mb=16:detect_leaks=0:dedup_token_length=3";
}

// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)
