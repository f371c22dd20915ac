#include <algorithm>
#include <charconv>
#include <csignal>
#include <ostream>
#include <ranges>

#include <sys/signalfd.h>

#include "conformance/peers/socket.h"
#include "conformance/serve/resources.h"
#include "conformance/serve/server.h"
#include "engine/rules.h"
#include "engine/settings.h"

namespace h2assay {
namespace {

// A member of InitialSettings for what it names, null for what it does not.
std::optional<std::uint32_t>* member_of(InitialSettings& settings, SettingId id) {
  switch (id) {
    case SettingId::header_table_size:       return &settings.header_table_size;
    case SettingId::enable_push:             return &settings.enable_push;
    case SettingId::max_concurrent_streams:  return &settings.max_concurrent_streams;
    case SettingId::initial_window_size:     return &settings.initial_window_size;
    case SettingId::max_frame_size:          return &settings.max_frame_size;
    case SettingId::max_header_list_size:    return &settings.max_header_list_size;
    case SettingId::enable_connect_protocol: return &settings.enable_connect_protocol;
    case SettingId::no_rfc7540_priorities:   return &settings.no_rfc7540_priorities;
  }
  return nullptr;
}

std::optional<std::uint32_t> number(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x")) {
    text.remove_prefix(2);
    base = 16;
  }
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return {};
  return value;
}

}  // namespace

Options ServeOptions::default_engine() {
  Options options;
  options.role = Role::server;
  options.settings.enable_connect_protocol = 1;
  return options;
}

std::expected<void, std::string> add_settings(std::string_view text, InitialSettings& settings) {
  if (text.empty()) return std::unexpected("no setting; write NAME=NUMBER");
  for (const auto part : std::views::split(text, ',')) {
    const std::string_view entry(part.begin(), part.end());
    const std::size_t equals = entry.find('=');
    const std::string_view name = entry.substr(0, equals);
    const auto value =
        equals == std::string_view::npos ? std::nullopt : number(entry.substr(equals + 1));
    if (!value) return std::unexpected("'" + std::string(entry) + "': write NAME=NUMBER");
    if (const auto id = setting_id(name)) {
      *member_of(settings, *id) = value;
      continue;
    }
    const auto id = number(name);
    if (!id || *id > 0xffff) {
      return std::unexpected("'" + std::string(name) + "' is no setting; write its name or number");
    }
    settings.other.emplace_back(static_cast<std::uint16_t>(*id), *value);
  }
  return {};
}

std::expected<void, std::string> add_quirk(std::string_view text, Quirks& quirks) {
  const auto quirk = parse_quirk(text);
  if (!quirk) {
    return std::unexpected(
        "'" + std::string(text) +
        "' is no quirk; write RULE, RULE=ERROR_CODE, RULE=stream, RULE=connection or a habit");
  }
  quirks.set(*quirk);
  return {};
}

std::expected<void, std::string> add_quirk(std::string_view text, ServeOptions& options) {
  const HabitRow* habit = habit_named(text);
  if (habit == nullptr) return add_quirk(text, options.engine.quirks);
  if (!habit->fits(Role::server)) {
    return std::unexpected("'" + std::string(text) + "' is a habit of clients");
  }
  options.habits.push_back(habit);
  return {};
}

int serve(const ServeOptions& options, std::ostream& out, std::ostream& err) {
  // Before the threads that nobody has started yet: they would take the signals.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  const Descriptor stop(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  const auto server = Server::make(options);
  if (!server) {
    err << "h2assay serve: " << server.error() << '\n';
    return 2;
  }
  out << "listening on " << (*server)->authority() << '\n'
      << std::flush;  // whoever waits for it waits for this
  (*server)->run(stop.number());
  return 0;
}

std::string serve_help() {
  const auto line = [](std::string_view name, std::string_view text) {
    constexpr std::size_t kWidth = 42;
    std::string padded(name);
    padded.resize(std::max(name.size() + 1, kWidth), ' ');
    return "  " + padded + std::string(text) + '\n';
  };
  std::string help(paths_help());
  help += "\nHabits, for --quirk: what a server says wrong\n";
  for (const HabitRow& row : habits()) {
    if (row.fits(Role::server)) help += line(row.name, row.text);
  }
  help += "\nRules, for --quirk: what it does not notice, or reports otherwise\n";
  for (const RuleRow& row : rules()) help += line(row.name, row.text);
  return help;
}

}  // namespace h2assay
