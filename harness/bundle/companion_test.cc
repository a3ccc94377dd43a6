#include "harness/bundle/companion.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "harness/bundle/testing_directory.h"

namespace runproof {
namespace {

namespace fs = std::filesystem;

class CompanionTest : public testing::Test {
 protected:
  void put(const fs::path& file) {
    fs::create_directories((tree_.path() / file).parent_path());
    base::write_file(tree_.path() / file, "", 0644);
  }
  [[nodiscard]] fs::path in_tree(const fs::path& file) const { return tree_.path() / file; }

 private:
  TestingDirectory tree_;
};

TEST_F(CompanionTest, LiesBesideAProgramThatWasBuilt) {
  put("build/bin/probe");
  EXPECT_EQ(companion("probe", in_tree("build/bin/runproof")), in_tree("build/bin/probe"));
}

TEST_F(CompanionTest, LiesInLibexecOfAnInstalledProgram) {
  put("usr/libexec/runproof/wasm/exit.wasm");
  EXPECT_EQ(companion("wasm/exit.wasm", in_tree("usr/bin/runproof")), in_tree("usr/libexec/runproof/wasm/exit.wasm"));
}

TEST_F(CompanionTest, BesideComesFirst) {
  put("usr/bin/probe");
  put("usr/libexec/runproof/probe");
  EXPECT_EQ(companion("probe", in_tree("usr/bin/runproof")), in_tree("usr/bin/probe"));
}

TEST_F(CompanionTest, WhatIsMissingIsNamedBesideTheProgram) {
  EXPECT_EQ(companion("probe", in_tree("usr/bin/runproof")), in_tree("usr/bin/probe"));
}

}  // namespace
}  // namespace runproof
