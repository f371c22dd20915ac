// Every requirement that a judge names stands in conformance/requirements.csv, and binds the side
// that it accuses.
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "properties/observer.h"
#include "properties/permitted.h"

namespace h2assay {
namespace {

// By id: the role that the requirement binds.  Only the first fields of a row are read; they hold
// no quotes.
std::map<std::string, std::string, std::less<>> roles_by_id() {
  std::map<std::string, std::string, std::less<>> roles;
  std::ifstream file(H2ASSAY_REQUIREMENTS);
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> fields(1);
    for (const char c : line) {
      if (c == ',' && fields.size() == 6) break;
      if (c == ',') {
        fields.emplace_back();
      } else {
        fields.back().push_back(c);
      }
    }
    if (fields.size() == 6) roles[fields[0]] = fields[4];
  }
  return roles;
}

TEST(RequirementIds, OfTheObserverExist) {
  const auto roles = roles_by_id();
  ASSERT_GT(roles.size(), 800U);
  for (const PassiveCheck& check : Observer::checks()) {
    EXPECT_TRUE(roles.contains(check.requirement)) << check.name;
    EXPECT_TRUE(roles.contains(check.requirement_of_client)) << check.name;
  }
}

TEST(RequirementIds, OfThePermittedReactionsExistAndBindTheReceiver) {
  const auto roles = roles_by_id();
  for (const rfc::PermittedRow& row : rfc::permitted_rows()) {
    const auto found = roles.find(row.requirement);
    ASSERT_NE(found, roles.end()) << row.requirement;
    if (!row.receiver || found->second == "both") continue;
    const bool server = *row.receiver == wire::Role::server;
    EXPECT_EQ(found->second, server ? "server" : "client") << row.requirement;
  }
}

}  // namespace
}  // namespace h2assay
