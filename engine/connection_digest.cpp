// 128 bits over all of a connection that can influence a later answer, and nothing else.

#include "engine/connection_state.h"
#include "engine/digest.h"

namespace h2assay {

namespace {

template <typename Hash> void add_limit(Hash& hash, const BudgetLimit& limit) {
  const auto& [burst, per_second, per_request] = limit;
  hash.add(burst, per_second, per_request);
}

template <typename Hash> void add_limits(Hash& hash, const Limits& limits) {
  const auto& [block_octets,
               continuations,
               lines,
               table,
               churn,
               reserved,
               resets,
               output,
               replies,
               entries,
               unacknowledged,
               pings,
               priority,
               updates,
               interim,
               origins,
               glitches,
               empty,
               small] = limits;
  hash.add(block_octets,
           continuations,
           lines,
           table,
           reserved,
           resets,
           output,
           replies,
           entries,
           unacknowledged,
           pings,
           origins,
           empty);
  for (const BudgetLimit& limit : {churn, priority, updates, interim, glitches, small}) {
    add_limit(hash, limit);
  }
}

template <typename Hash> void add_quirk(Hash& hash, const Quirk& quirk) {
  const auto& [rule, off, code, scope] = quirk;
  hash.add(rule, off, code, scope);
}

template <typename Hash> void add_options(Hash& hash, const Options& options) {
  const auto& [role,
               settings,
               limits,
               quirks,
               validate_in,
               validate_out,
               normalize_in,
               normalize_out,
               split_cookies,
               content_length,
               strict,
               answer,
               priority,
               upgrade,
               unchecked] = options;
  hash.add(role,
           validate_in,
           validate_out,
           normalize_in,
           normalize_out,
           split_cookies,
           content_length,
           strict,
           answer,
           priority,
           upgrade,
           unchecked);
  const auto& [table, push, streams, window, frame, list, connect, no_priorities, other] = settings;
  hash.add(table, push, streams, window, frame, list, connect, no_priorities, other);
  add_limits(hash, limits);
  for (const Quirk& quirk : quirks) add_quirk(hash, quirk);
}

}  // namespace

template <typename Hash> void Connection::State::digest_into(Hash& hash) const {
  // `bound` only saves work, `batch` and `scratch` mean nothing between calls.
  const auto& [given,
               begun,
               over,
               settings_came,
               in,
               out,
               pending,
               decoding,
               encoding,
               ours,
               theirs,
               waiting,
               open_block,
               table,
               past,
               open_counts,
               reserved_counts,
               send,
               receive,
               bound,
               goaway_out,
               goaway_in,
               spent,
               unanswered,
               settings_numbers,
               barrier_count,
               prioritized,
               names,
               events,
               room] = *this;
  static_cast<void>(bound);
  static_cast<void>(events);
  static_cast<void>(room);
  add_options(hash, given);
  hash.add(begun, over, settings_came, in, out, pending);
  hash.add(decoding, encoding);
  hash.add(ours,
           theirs,
           waiting,
           open_block,
           past,
           open_counts,
           reserved_counts,
           send,
           receive,
           goaway_out,
           goaway_in,
           spent,
           prioritized,
           barrier_count);
  for (const SentPing& ping : unanswered) hash.add(ping.data, barrier_count.since(ping.barrier));
  for (const std::uint64_t number : settings_numbers) hash.add(barrier_count.since(number));
  // By identifier, and each with the text that its number stands for: neither the layout of the
  // table nor that of the list shows.
  for (const std::uint32_t id : table.identifiers()) {
    const Stream& stream = *table.find(id);
    hash.add(stream, names.text(stream.authority));
  }
}

Digest Connection::digest() const {
  Hasher hasher;
  state_->digest_into(hasher);
  return hasher.digest();
}

}  // namespace h2assay
