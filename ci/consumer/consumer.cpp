// Opens a client connection with the installed engine; exits 0 when it wrote the client preface.
#include "engine/connection.h"

int main() {
  h2assay::Connection connection(h2assay::Options{.role = h2assay::Role::client});
  if (!connection.initiate_connection()) return 1;
  return connection.data_to_send().size() > 24 ? 0 : 2;
}
