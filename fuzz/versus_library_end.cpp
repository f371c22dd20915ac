// A library of the C ABI as one end.

#include <array>

#include "fuzz/versus_end.h"

namespace h2assay::versus {

namespace {

std::vector<h2assay_setting> settings_of(const InitialSettings& announced) {
  std::vector<h2assay_setting> all;
  const auto add = [&all](wire::SettingId id, const std::optional<std::uint32_t>& value) {
    if (value) all.push_back({static_cast<std::uint16_t>(id), *value});
  };
  add(wire::SettingId::header_table_size, announced.header_table_size);
  add(wire::SettingId::enable_push, announced.enable_push);
  add(wire::SettingId::max_concurrent_streams, announced.max_concurrent_streams);
  add(wire::SettingId::initial_window_size, announced.initial_window_size);
  add(wire::SettingId::max_frame_size, announced.max_frame_size);
  add(wire::SettingId::max_header_list_size, announced.max_header_list_size);
  add(wire::SettingId::enable_connect_protocol, announced.enable_connect_protocol);
  add(wire::SettingId::no_rfc7540_priorities, announced.no_rfc7540_priorities);
  return all;
}

class LibraryEnd final : public End {
 public:
  LibraryEnd(const h2assay_library& library, h2assay_connection* connection)
      : library_(library),
        connection_(connection) {}

  LibraryEnd(const LibraryEnd&) = delete;
  LibraryEnd(LibraryEnd&&) = delete;
  LibraryEnd& operator=(const LibraryEnd&) = delete;
  LibraryEnd& operator=(LibraryEnd&&) = delete;

  ~LibraryEnd() override { library_.destroy(connection_); }

  void take(Octets octets) override {
    const auto tell = [](void* user, const h2assay_event* event) {
      static_cast<LibraryEnd*>(user)->hear(*event);
    };
    if (library_.receive(connection_, {octets.data(), octets.size()}, tell, this) != 0)
      now().closed = true;
  }

  void headers(std::uint32_t stream_id, std::span<const FieldText> fields, bool end) override {
    std::vector<h2assay_field> all;
    for (const FieldText& field : fields)
      all.push_back({borrowed(field.name), borrowed(field.value)});
    static_cast<void>(
        library_.send_headers(connection_, stream_id, all.data(), all.size(), end ? 1 : 0));
  }

  void content(std::uint32_t stream_id, std::size_t octets) override {
    const std::vector<std::uint8_t> all(octets);
    static_cast<void>(library_.send_data(connection_, stream_id, {all.data(), all.size()}, 1));
  }

  void goaway() override { static_cast<void>(library_.goaway(connection_, 0)); }

  void ping() override {
    const std::array<std::uint8_t, 8> octets{};
    static_cast<void>(library_.ping(connection_, octets.data()));
  }

 private:
  Octets drained() override {
    const h2assay_octets octets = library_.take_output(connection_);
    return {octets.data, octets.length};
  }

  const h2assay_library& library_;
  h2assay_connection* connection_;
};

}  // namespace

std::unique_ptr<End> library_end(const h2assay_library& library, const Options& options) {
  const auto settings = settings_of(options.settings);
  const h2assay_options given{
      .role = options.role == Role::client ? H2ASSAY_ROLE_CLIENT : H2ASSAY_ROLE_SERVER,
      .settings = settings.data(),
      .setting_count = settings.size()};
  h2assay_connection* connection = library.create(&given);
  if (connection == nullptr) return nullptr;
  return std::make_unique<LibraryEnd>(library, connection);
}

}  // namespace h2assay::versus
