#include "reports/text.h"

#include <gmock/gmock.h>

#include "reports/evidence.h"
#include "reports/verdict.h"

namespace reports {
namespace {

using testing::ElementsAre;

TEST(Printable, DropsEscapeSequencesAndShowsControls) {
  EXPECT_EQ(printable("\x1b[1;31mred\x1b[0m"), "red");
  EXPECT_EQ(printable("\x1b]0;title\x07text"), "text");
  EXPECT_EQ(printable("\x1b]8;;http://x\x1b\\link"), "link");
  EXPECT_EQ(printable("a\x1b"), "a");
  EXPECT_EQ(printable("a\x1b["), "a");
  EXPECT_EQ(printable("one\r\ntwo\rthree\x7f"), "one\ntwo\\x0dthree\\x7f");
}

TEST(Wrap, BreaksAtSpacesAndCutsWhatIsTooLong) {
  EXPECT_THAT(wrap("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrap("abcdefgh i", 3), ElementsAre("abc", "def", "gh", "i"));
  EXPECT_THAT(wrap("a\n\nb\n", 10), ElementsAre("a", "", "b"));
  EXPECT_THAT(wrap("", 10), ElementsAre(""));
}

TEST(Wrap, CountsCharactersNotBytes) {
  EXPECT_THAT(wrap("ää öö", 5), ElementsAre("ää öö"));
  EXPECT_THAT(wrap("äöüß", 3), ElementsAre("äöü", "ß"));
  EXPECT_EQ(left("ä", 3), "ä  ");
  EXPECT_EQ(right("ä", 3), "  ä");
}

TEST(Duration, InTheUnitThatReadsBest) {
  EXPECT_EQ(duration(0), "0.0 ms");
  EXPECT_EQ(duration(9.94), "9.9 ms");
  EXPECT_EQ(duration(9.96), "10 ms");
  EXPECT_EQ(duration(999.6), "1.00 s");
  EXPECT_EQ(duration(60'000), "1 min 0 s");
}

TEST(Evidence, TheTellingCommandIsTheLastThatSaysSomething) {
  Result result;
  EXPECT_EQ(telling_command(result), nullptr);
  result.commands = {{.argv = {"create"}, .exit = 0}, {.argv = {"kill"}, .exit = 1}, {.argv = {"delete"}, .exit = 0}};
  EXPECT_EQ(telling_command(result)->argv.front(), "kill");
  result.commands[1].exit = 0;
  EXPECT_EQ(telling_command(result)->argv.front(), "delete");
}

TEST(Evidence, ManyAttemptsFitInOneLine) {
  CaseRun run;
  for (int i = 1; i <= 1000; ++i)
    run.attempts.push_back({.attempt = i, .outcome = i == 40 ? Outcome::failed : Outcome::passed});
  EXPECT_EQ(attempts_line(run), "1 failed (40), 999 passed (1 2 3 4 5 6 7 8 ...)");
  EXPECT_EQ(telling_attempts(run).size(), 2U);
}

TEST(Clause, LinksToTheSpecOfTheRun) {
  Header header;
  header.spec_version = "1.3.0";
  EXPECT_EQ(clause_url(header, "runtime.md#kill"),
            "https://github.com/opencontainers/runtime-spec/blob/v1.3.0/runtime.md#kill");
  header.spec_version = "main";
  EXPECT_EQ(clause_url(header, "runtime.md#kill"),
            "https://github.com/opencontainers/runtime-spec/blob/v1.3.0/runtime.md#kill");
  EXPECT_EQ(clause_url(header, "the runc command line"), "");
  EXPECT_EQ(clause_url(header, "javascript:alert(1)//.md"), "");
}

}  // namespace
}  // namespace reports
