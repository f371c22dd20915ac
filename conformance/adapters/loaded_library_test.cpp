#include "conformance/adapters/loaded_library.h"

#include <gtest/gtest.h>

namespace h2assay {
namespace {

std::string refusal(const std::string& path) {
  const auto loaded = load_library(path);
  return loaded ? "was loaded" : loaded.error();
}

bool says(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(LoadedLibrary, TheOneThatShipsMakesConnectionsOfBothRoles) {
  const auto loaded = load_library(H2ASSAY_SHIPPED_LIBRARY);
  ASSERT_TRUE(loaded) << loaded.error();
  const h2assay_library& library = **loaded;
  EXPECT_STREQ(library.name, "nghttp2");
  for (const std::uint32_t role : {H2ASSAY_ROLE_CLIENT, H2ASSAY_ROLE_SERVER}) {
    const h2assay_options options{.role = role, .settings = nullptr, .setting_count = 0};
    h2assay_connection* connection = library.create(&options);
    ASSERT_NE(connection, nullptr);
    // A SETTINGS frame without parameters, and a client's preface of 24 octets before it.
    const std::size_t expected = role == H2ASSAY_ROLE_CLIENT ? 24U + 9U : 9U;
    EXPECT_EQ(library.take_output(connection).length, expected);
    EXPECT_EQ(library.take_output(connection).length, 0U);
    library.destroy(connection);
  }
}

TEST(LoadedLibrary, SaysWhyAFileCannotBeLoaded) {
  EXPECT_TRUE(says(refusal("/no/such/library.so"), "/no/such/library.so"));
  EXPECT_TRUE(says(refusal("no-such-library.so"), "no-such-library.so"));
  EXPECT_TRUE(says(refusal(H2ASSAY_NO_LIBRARY), "has no symbol h2assay_library_table"));
}

TEST(LoadedLibrary, RefusesAnotherVersion) {
  EXPECT_TRUE(says(refusal(H2ASSAY_BROKEN_version), "built for version 0 of library.h, not 1"));
  EXPECT_TRUE(says(refusal(H2ASSAY_BROKEN_offer), "does not offer version 1"));
}

TEST(LoadedLibrary, RefusesATableWithHoles) {
  EXPECT_TRUE(says(refusal(H2ASSAY_BROKEN_holes), "lacks a name, a release or a function"));
}

}  // namespace
}  // namespace h2assay
