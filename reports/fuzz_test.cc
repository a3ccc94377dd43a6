// What happens to logs also happens to be anything: each change below must end in a Log that every renderer can show,
// or in a LogError. The seeds are fixed, so a failure comes again.
#include <gmock/gmock.h>

#include <random>

#include "base/text.h"
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

using Random = std::mt19937;

std::size_t below(Random& random, std::size_t limit) {
  return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (const std::string_view line : base::split(text, '\n')) {
    if (!line.empty()) lines.emplace_back(line);
  }
  return lines;
}

void render_everything(const Log& log) {
  EXPECT_FALSE(render_summary(log).empty());
  EXPECT_FALSE(render_junit(log).empty());
  EXPECT_FALSE(render_tap(log).empty());
  EXPECT_FALSE(render_json(log).empty());
  const std::string page = render_html(log);
  EXPECT_EQ(page.find("<img src"), std::string::npos);
  EXPECT_EQ(page.find('\x1b'), std::string::npos);
  EXPECT_FALSE(render_matrix({{"a", log}}, {.baseline = {{"b", log}}}).empty());
  EXPECT_FALSE(render_diff(diff_logs({"a", log}, {"b", log})).empty());
  if (!log.interrupted && log.header.shard.count == 1) {
    EXPECT_EQ(render_certification(log).size(), 5U);
  }
}

/// True where the text is a log: then all renderers have shown it.
bool survives(const std::string& text) {
  try {
    render_everything(parse_log(text));
    return true;
  } catch (const LogError& error) {
    EXPECT_FALSE(error.reason().empty());
    return false;
  }
}

TEST(Fuzz, NoPartOfALogIsALog) {
  const std::string text = fixture_text("repeat");
  for (std::size_t size = 0; size + 1 < text.size(); ++size) {
    EXPECT_THROW(static_cast<void>(parse_log(text.substr(0, size))), LogError) << "cut to " << size << " bytes";
  }
}

TEST(Fuzz, NoLineCanBeLeftOutOrSaidTwice) {
  const std::vector<std::string> whole = lines_of(fixture_text("small"));
  for (std::size_t i = 0; i < whole.size(); ++i) {
    if (whole[i].find("\"event\":\"start\"") != std::string::npos) continue;  // tells nothing that a result does not
    std::vector<std::string> without = whole;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_THROW(static_cast<void>(parse_log(base::join(without, "\n"))), LogError) << "without line " << i + 1;
    std::vector<std::string> twice = whole;
    twice.insert(twice.begin() + static_cast<std::ptrdiff_t>(i), whole[i]);
    EXPECT_THROW(static_cast<void>(parse_log(base::join(twice, "\n"))), LogError) << "line " << i + 1 << " twice";
  }
}

TEST(Fuzz, BytesChange) {
  const std::string text = fixture_text("small");
  Random random(7);
  int readable = 0;
  for (int round = 0; round < 400; ++round) {
    std::string changed = text;
    for (std::size_t i = 0; i <= below(random, 3); ++i) {
      changed[below(random, changed.size())] = static_cast<char>(below(random, 256));
    }
    readable += survives(changed) ? 1 : 0;
  }
  EXPECT_GT(readable, 0) << "no change was harmless: this tests the refusals only";
}

/// Some value within `json`, however deep.
base::Json& some_value(base::Json& json, Random& random) {
  if (!json.is_structured() || json.empty() || below(random, 4) == 0) return json;
  auto at = json.begin();
  std::advance(at, static_cast<std::ptrdiff_t>(below(random, json.size())));
  return some_value(*at, random);
}

TEST(Fuzz, ValuesChangeTheirTypes) {
  const std::vector<base::Json> values = {nullptr,
                                          true,
                                          -1,
                                          1e300,
                                          0.5,
                                          18446744073709551615ULL,
                                          "",
                                          "\x1b[2J<img src>",
                                          "x",
                                          base::Json::array(),
                                          base::Json::object(),
                                          base::Json::array({1}),
                                          {{"path", 1}}};
  const std::vector<std::string> whole = lines_of(fixture_text("small"));
  Random random(11);
  int readable = 0;
  for (int round = 0; round < 1500; ++round) {
    std::vector<std::string> changed = whole;
    std::string& line = changed[below(random, changed.size())];
    base::Json event = base::parse_json(line);
    some_value(event, random) = values[below(random, values.size())];
    line = event.dump();
    readable += survives(base::join(changed, "\n")) ? 1 : 0;
  }
  EXPECT_GT(readable, 100);
  EXPECT_LT(readable, 1400);
}

TEST(Fuzz, ShardsChangeTheirHeaders) {
  const std::vector<base::Json> values = {nullptr, 1, 2, "", "x", base::Json::array(), base::Json::object()};
  const std::string one = fixture_text("shard-1");
  const std::string two = fixture_text("shard-2");
  std::vector<std::string> lines = lines_of(fixture_text("shard-3"));
  const std::string header = lines.front();
  Random random(13);
  for (int round = 0; round < 300; ++round) {
    base::Json event = base::parse_json(header);
    some_value(event, random) = values[below(random, values.size())];
    lines.front() = event.dump();
    const std::string three = base::join(lines, "\n");
    try {
      const Log merged = parse_log(merge_logs({{"1", one}, {"2", two}, {"3", three}}));
      EXPECT_EQ(merged.header.shard.count, 1);
    } catch (const MergeError& error) {
      EXPECT_NE(std::string(error.what()), "");
    }
  }
}

}  // namespace
}  // namespace reports
