// What each renderer makes of the fixture logs, against reports/golden. Where one differs on purpose:
// reports/golden/accept BUILD_DIRECTORY.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>

#include "base/file.h"
#include "reports/assets.h"
#include "reports/certification.h"
#include "reports/diff.h"
#include "reports/fixture.h"
#include "reports/html.h"
#include "reports/json.h"
#include "reports/junit.h"
#include "reports/matrix.h"
#include "reports/merge.h"
#include "reports/summary.h"
#include "reports/tap.h"

namespace reports {
namespace {

/// Writes what came out where the accept script finds it, and holds it against the accepted text.
void expect_golden(const std::string& name, const std::string& text) {
  std::filesystem::create_directories(RUNPROOF_ACTUAL_DIR);
  base::write_file(RUNPROOF_ACTUAL_DIR "/" + name, text);
  const auto accepted = base::read_file_if_there(RUNPROOF_SOURCE_DIR "/reports/golden/" + name);
  ASSERT_TRUE(accepted) << name
                        << " has no golden file: look at " RUNPROOF_ACTUAL_DIR ", then run reports/golden/accept";
  EXPECT_EQ(text, *accepted) << "if this is meant: reports/golden/accept";
}

/// A page without its style and script, which have tests of their own in the browser.
std::string without_assets(std::string page) {
  for (const std::string_view asset :
       {asset::page_css, asset::case_css, asset::matrix_css, asset::page_js, asset::report_js, asset::matrix_js}) {
    const std::size_t at = page.find(asset);
    if (at != std::string::npos) page.replace(at, asset.size(), "/* left out */\n");
  }
  return page;
}

TEST(Golden, Summary) { expect_golden("small.summary.txt", render_summary(fixture("small"))); }

TEST(Golden, SummaryInColourAndWide) {
  expect_golden("small.summary.ansi",
                render_summary(fixture("small"), {.colour = Colour::on, .width = 100, .slowest = 2}));
}

TEST(Golden, SummaryOfACleanRun) { expect_golden("clean.summary.txt", render_summary(fixture("clean"))); }

TEST(Golden, SummaryOfAnInterruptedRun) {
  expect_golden("interrupted.summary.txt", render_summary(fixture("interrupted")));
}

TEST(Golden, SummaryOfRepeats) { expect_golden("repeat.summary.txt", render_summary(fixture("repeat"))); }

TEST(Golden, Junit) { expect_golden("small.junit.xml", render_junit(fixture("small"))); }

TEST(Golden, JunitOfAnInterruptedRun) { expect_golden("interrupted.junit.xml", render_junit(fixture("interrupted"))); }

TEST(Golden, JunitOfRepeats) { expect_golden("repeat.junit.xml", render_junit(fixture("repeat"))); }

TEST(Golden, Tap) { expect_golden("small.tap", render_tap(fixture("small"))); }

TEST(Golden, TapOfAnInterruptedRun) { expect_golden("interrupted.tap", render_tap(fixture("interrupted"))); }

TEST(Golden, Json) { expect_golden("small.json", render_json(fixture("small"))); }

TEST(Golden, Html) { expect_golden("small.html", without_assets(render_html(fixture("small")))); }

TEST(Golden, HtmlOfRepeats) { expect_golden("repeat.html", without_assets(render_html(fixture("repeat")))); }

TEST(Golden, Matrix) {
  const std::vector<NamedLog> logs = {named_fixture("clean"), named_fixture("small")};
  const MatrixOptions options = {.baseline = {named_fixture("runc-before")}};
  expect_golden("matrix.html", without_assets(render_matrix(logs, options)));
}

TEST(Golden, Certification) {
  const Product product = {
      .vendor = "Yoyodyne", .website_url = "https://yoyo.example/", .description = "A runtime: \"turbo\""};
  const auto files = render_certification(fixture("runc"), product);
  for (const char* name : {"PRODUCT.yaml", "README.md", "results.yaml"}) {
    expect_golden(fmt::format("certification.{}", name), files.at(name));
  }
}

TEST(Golden, Diff) {
  expect_golden("runc.diff.txt", render_diff(diff_logs(named_fixture("runc-before"), named_fixture("runc"))));
}

TEST(Golden, Merge) {
  const std::string one = fixture_text("shard-1");
  const std::string two = fixture_text("shard-2");
  const std::string three = fixture_text("shard-3");
  const std::string merged = merge_logs({{"3", three}, {"1", one}, {"2", two}});
  expect_golden("merged.summary.txt", render_summary(parse_log(merged)));
}

}  // namespace
}  // namespace reports
