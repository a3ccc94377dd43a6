#include "harness/run/verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

namespace runproof {
namespace {

using namespace std::chrono_literals;

struct Row {
  const char* name;
  Seen seen;
  Outcome outcome;
  const char* message;
};

// The model: every way a worker can end, and what that makes of its case.
const Row kRows[] = {
    {"says_passed", {.said = Outcome::passed}, Outcome::passed, ""},
    {"says_failed", {.said = Outcome::failed, .message = "wrong"}, Outcome::failed, "wrong"},
    {"says_skipped", {.said = Outcome::skipped, .message = "root"}, Outcome::skipped, "root"},
    {"printing_changes_nothing", {.said = Outcome::passed, .output = "noise\n"}, Outcome::passed, ""},
    {"says_nothing", {}, Outcome::broken, "the worker did not say how the case went"},
    {"exits_1",
     {.exit = {.code = 1}, .output = "a\nno such file\n\n"},
     Outcome::broken,
     "the worker exited with 1: no such file"},
    {"exits_1_after_its_report",
     {.exit = {.code = 1}, .said = Outcome::passed},
     Outcome::broken,
     "the worker exited with 1"},
    {"crashes", {.exit = {.signal = SIGSEGV}}, Outcome::broken, "the worker was ended by signal 11 (SEGV)"},
    {"crashes_after_its_report",
     {.exit = {.signal = SIGABRT}, .said = Outcome::passed, .output = "terminate called\n"},
     Outcome::broken,
     "the worker was ended by signal 6 (ABRT): terminate called"},
    {"is_late_and_killed",
     {.exit = {.signal = SIGKILL}, .timed_out = true, .limit = 20s},
     Outcome::timeout,
     "not done after 20000 ms"},
    {"is_late_and_says_why",
     {.timed_out = true, .limit = 20s, .said = Outcome::failed, .message = "init lives"},
     Outcome::timeout,
     "not done after 20000 ms; init lives"},
    {"fails_on_a_full_disk",
     {.said = Outcome::failed, .message = "create failed", .disk_full = true},
     Outcome::broken,
     "no space is left on the disk of the run's directory; create failed"},
    {"passes_on_a_full_disk", {.said = Outcome::passed, .disk_full = true}, Outcome::passed, ""},
    {"is_late_and_passes",
     {.timed_out = true, .limit = 1s, .said = Outcome::passed},
     Outcome::timeout,
     "not done after 1000 ms"},
};

class Verdicts : public testing::TestWithParam<Row> {};

TEST_P(Verdicts, follow_the_model) {
  const Verdict verdict = decide(GetParam().seen);
  EXPECT_EQ(verdict.outcome, GetParam().outcome);
  EXPECT_EQ(verdict.message, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(Worker, Verdicts, testing::ValuesIn(kRows), [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace runproof
