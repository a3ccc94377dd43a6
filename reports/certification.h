#pragma once

#include <map>
#include <string>

#include "reports/log.h"

namespace reports {

/// What only the submitter knows. Empty members are written empty, to be filled in.
struct Product {
  std::string vendor;
  std::string website_url;
  std::string repo_url;
  std::string documentation_url;
  std::string product_logo_url;
  std::string description;
};

/// The files of a submission as opencontainers/oci-conformance's instructions.md lays them out, by name: PRODUCT.yaml,
/// README.md, junit.xml, report.html, results.yaml. Throws LogError where the run was interrupted, or was one shard.
[[nodiscard]] std::map<std::string, std::string> render_certification(const Log& log, const Product& product = {});

/// Where they belong in that repository: "runtime-spec/v1.3/runc".
[[nodiscard]] std::string certification_directory(const Log& log);

}  // namespace reports
