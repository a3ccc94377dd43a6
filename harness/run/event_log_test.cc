#include "harness/run/event_log.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"
#include "base/sys_error.h"
#include "harness/run/log_frame.h"

namespace runproof {
namespace {

TEST(EventLog, writes_a_line_at_once_to_file_and_memory) {
  const auto file = std::filesystem::temp_directory_path() / "runproof-event-log-test.jsonl";
  base::write_file(file, "an older log, and a longer one at that\n");
  EventLog log(file);
  log.write({{"event", "start"}});
  EXPECT_EQ(base::read_file(file), "{\"event\":\"start\"}\n");
  log.write({{"event", "footer"}});
  EXPECT_EQ(log.text(), "{\"event\":\"start\"}\n{\"event\":\"footer\"}\n");
  EXPECT_EQ(base::read_file(file), log.text());
  std::filesystem::remove(file);
}

TEST(EventLog, leaves_a_log_alone_that_another_run_writes) {
  const auto file = std::filesystem::temp_directory_path() / "runproof-event-log-shared.jsonl";
  EventLog log(file);
  log.write({{"event", "start"}});

  EXPECT_THROW(EventLog{file}, std::runtime_error);

  EXPECT_EQ(base::read_file(file), log.text());
  std::filesystem::remove(file);
}

TEST(EventLog, may_be_what_is_no_file) {
  EventLog log("/dev/null");
  EventLog other("/dev/null");
  other.write({{"event", "start"}});
  EXPECT_EQ(other.text(), "{\"event\":\"start\"}\n");
}

TEST(EventLog, needs_no_file) {
  EventLog log;
  log.write({{"event", "start"}});
  EXPECT_EQ(log.text(), "{\"event\":\"start\"}\n");
}

TEST(EventLog, replaces_what_is_not_utf8) {
  EventLog log;
  log.write({{"out", "a\xff"}});
  EXPECT_EQ(log.text(), "{\"out\":\"a\xef\xbf\xbd\"}\n");
}

TEST(EventLog, says_which_file_cannot_be_written) {
  EXPECT_THROW(EventLog("/no/such/directory/log.jsonl"), base::SysError);
}

TEST(Tally, counts_outcomes_leaks_and_what_is_red) {
  Tally tally;
  tally.add({{"outcome", "passed"}, {"leak", false}});
  tally.add({{"outcome", "passed"}, {"leak", true}});
  tally.add({{"outcome", "failed"}, {"leak", true}});
  tally.add({{"outcome", "soft"}});
  EXPECT_EQ(tally.of(Outcome::passed), 2U);
  EXPECT_EQ(tally.of(Outcome::broken), 0U);
  EXPECT_EQ(tally.leaks(), 2U);
  EXPECT_EQ(tally.red(), 2U);
  const base::Json footer = tally.footer_event(12.5, /*interrupted=*/true);
  EXPECT_EQ(footer.at("counts"), (base::Json{{"passed", 2}, {"failed", 1}, {"soft", 1}}));
  EXPECT_EQ(footer.at("reported"), 4);
  EXPECT_EQ(footer.at("interrupted"), true);
}

}  // namespace
}  // namespace runproof
