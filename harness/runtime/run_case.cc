#include "harness/runtime/run_case.h"

#include <gtest/gtest.h>

#include <set>

#include "harness/runtime/googletest.h"

namespace runproof {
namespace {

void register_once(const Case& one) {
  static std::set<std::string> registered;
  if (!registered.insert(one.id).second) return;
  testing::RegisterTest(one.area.c_str(), one.name.c_str(), nullptr, nullptr, std::string{one.file}.c_str(), one.line,
                        [&one]() -> testing::Test* { return one.make().release(); });
}

}  // namespace

void prepare_googletest() {
  static const bool done = [] {
    int argc = 1;
    char name[] = "runproof";
    char* argv[] = {name, nullptr};
    testing::InitGoogleTest(&argc, argv);
    testing::TestEventListeners& listeners = testing::UnitTest::GetInstance()->listeners();
    delete listeners.Release(listeners.default_result_printer());
    return true;
  }();
  (void)done;
}

Evidence run_case(const Case& one) {
  prepare_googletest();
  register_once(one);
  reset_evidence();
  GTEST_FLAG_SET(filter, one.id);
  const int status = RUN_ALL_TESTS();
  if (!evidence().outcome) {
    evidence().outcome = Outcome::broken;
    evidence().message = "GoogleTest did not run the case: status " + std::to_string(status);
  }
  return evidence();
}

}  // namespace runproof
