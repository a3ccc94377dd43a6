// The clauses, the cases that are linked in, docs/decisions/catalogue.md and docs/coverage.md fit together.
#include "harness/registry/clauses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

#include "base/file.h"

namespace runproof {
namespace {

using testing::IsEmpty;

const std::filesystem::path kDocs = RUNPROOF_DOCS;

/// What stands in backticks at the beginning of each row of the page's table.
std::vector<std::string> excused() {
  std::istringstream page{base::read_file(kDocs / "decisions/catalogue.md")};
  std::vector<std::string> ids;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("| `")) ids.push_back(line.substr(3, line.find('`', 3) - 3));
  }
  return ids;
}

TEST(ClauseTable, FitsTheCases) { EXPECT_THAT(clause_problems(all_clauses(), all_cases(), excused()), IsEmpty()); }

TEST(ClauseTable, ReasonsAreRead) { EXPECT_THAT(excused(), testing::Contains("runtime.md#state/status-new")); }

TEST(ClauseTable, TheCoveragePageIsFresh) {
  EXPECT_TRUE(base::read_file(kDocs / "coverage.md") == coverage_markdown(all_clauses()))
      << "run: build/bin/runproof list --clauses --markdown > docs/coverage.md";
}

}  // namespace
}  // namespace runproof
