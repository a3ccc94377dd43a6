#include "harness/bundle/replies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "harness/bundle/testing_directory.h"

namespace runproof {
namespace {

TEST(Replies, CompleteWithTheCompletionRecordLast) {
  const Replies replies = Replies::parse("{\"verb\":\"cwd\",\"cwd\":\"/\"}\n{\"verb\":\"true\"}\n{\"done\":true}\n");

  EXPECT_TRUE(replies.complete()) << replies.problem();
  EXPECT_EQ(replies.all().size(), 2u);
  EXPECT_EQ(replies.of("cwd").at("cwd"), "/");
  EXPECT_TRUE(replies.of("ids").is_null());
}

TEST(Replies, ATerminalsCarriageReturnsDoNotMatter) {
  EXPECT_TRUE(Replies::parse("{\"verb\":\"true\"}\r\n{\"done\":true}\r\n").complete());
}

TEST(Replies, NothingElseIsAnAnswer) {
  EXPECT_FALSE(Replies::parse("").complete());
  EXPECT_FALSE(Replies::parse("{\"verb\":\"true\"}\n").complete());
  EXPECT_FALSE(Replies::parse("{\"verb\":\"true\"}\n{\"done\":tr").complete());
  EXPECT_FALSE(Replies::parse("{\"verb\":\"true\"}\n{\"done\":false}\n").complete());
  EXPECT_FALSE(Replies::parse("warning: hello\n{\"done\":true}\n").complete());
  EXPECT_FALSE(Replies::parse("{\"done\":true}\n{\"verb\":\"late\"}\n").complete());
  EXPECT_FALSE(Replies::parse("{\"done\":true,\"more\":1}\n").complete());
  EXPECT_FALSE(Replies::parse("null\n{\"done\":true}\n").complete());
}

TEST(Replies, SayWhatIsWrong) {
  EXPECT_EQ(Replies::parse("").problem(), "no completion record");
  EXPECT_EQ(Replies::parse("oops\n").problem(), "not a record: oops");
  EXPECT_EQ(Replies::parse("{\"done\":true}\n").problem(), "");
}

TEST(HookLog, ReadsEveryRunInOrder) {
  const TestingDirectory scratch;
  base::write_file(scratch.path() / "log",
                   "{\"name\":\"b\",\"stdin\":\"{\\\"id\\\":\\\"x\\\"}\"}\n{\"name\":\"a\",\"stdin\":\"\"}\n");

  const std::vector<HookRun> runs = read_hook_log(scratch.path() / "log");

  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[0].name, "b");
  EXPECT_EQ(runs[0].state.at("id"), "x");
  EXPECT_EQ(runs[1].name, "a");
  EXPECT_TRUE(runs[1].state.is_null());
}

TEST(HookLog, NoFileIsNoRuns) { EXPECT_TRUE(read_hook_log("/nonexistent/log").empty()); }

TEST(HookLog, HalfALineIsAnError) {
  const TestingDirectory scratch;
  base::write_file(scratch.path() / "log", "{\"name\":\"b\"");

  EXPECT_THROW((void)read_hook_log(scratch.path() / "log"), base::JsonError);
}

}  // namespace
}  // namespace runproof
