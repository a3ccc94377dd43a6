#include "reports/markup.h"

#include <gmock/gmock.h>

#include <stdexcept>

#include "reports/assets.h"
#include "reports/fixture.h"
#include "reports/html.h"
#include "reports/junit.h"
#include "reports/matrix.h"
#include "reports/summary.h"
#include "reports/tap.h"
#include "reports/text.h"
#include "reports/yaml.h"

namespace reports {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A page is too long to be printed by a matcher.
bool has(const std::string& page, std::string_view part) { return page.find(part) != std::string::npos; }

TEST(Escape, MarkupAndQuotes) {
  EXPECT_EQ(escape("<a b='c' d=\"e\">&"), "&lt;a b=&#39;c&#39; d=&quot;e&quot;&gt;&amp;");
}

TEST(Escape, WhatXmlCannotHold) {
  EXPECT_EQ(escape(std::string_view("a\0b\x01", 4)), "a\\x00b\\x01");
  EXPECT_EQ(escape("\xEF\xBF\xBE\xEF\xBF\xBF\xEF\xBF\xBD"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(escape("\xE2\x82\xAC tab\t line\n"), "\xE2\x82\xAC tab\t line\n");
}

TEST(Template, FillsNamesAndLeavesValuesAlone) {
  const Html html = Template("<b>{{a}}</b>{{b}}{{a}}").fill({{"a", Html::text("{{b}}<")}, {"b", Html::number(2)}});
  EXPECT_EQ(html.markup(), "<b>{{b}}&lt;</b>2{{b}}&lt;");
}

TEST(Template, RefusesNamesWithoutValuesAndValuesWithoutNames) {
  EXPECT_THROW(static_cast<void>(Template("{{a}}").fill({})), std::logic_error);
  EXPECT_THROW(static_cast<void>(Template("a").fill({{"a", Html()}})), std::logic_error);
}

TEST(Pages, NothingThatARuntimeSaysIsMarkup) {
  for (const std::string& page :
       {render_html(fixture("small")), render_matrix({named_fixture("small")}), render_junit(fixture("small"))}) {
    EXPECT_TRUE(has(page, "&lt;script&gt;alert(1)&lt;/script&gt;"));
    EXPECT_FALSE(has(page, "<script>alert"));
    EXPECT_FALSE(has(page, "<img"));
    EXPECT_FALSE(has(page, "]]>"));
    EXPECT_FALSE(has(page, "\x1b"));
  }
}

TEST(Pages, NothingIsLoadedFromElsewhere) {
  for (const std::string& page : {render_html(fixture("small")), render_matrix({named_fixture("small")})}) {
    EXPECT_TRUE(has(page, "default-src 'none'"));
    for (const char* way : {" src=\"", "@import", "url(", "<link rel=\"stylesheet\""})
      EXPECT_FALSE(has(page, way)) << way;
  }
}

TEST(Terminal, NothingThatARuntimeSaysIsAnEscapeSequence) {
  EXPECT_THAT(render_summary(fixture("small")), Not(HasSubstr("\x1b")));
  EXPECT_THAT(render_tap(fixture("small")), Not(HasSubstr("\x1b")));
}

TEST(Terminal, FitsItsWidthButForWhatIsToBePasted) {
  for (const std::size_t width : {80U, 100U}) {
    const std::string text = render_summary(fixture("small"), {.width = width});
    std::size_t at = 0;
    for (std::size_t end = text.find('\n'); end != std::string::npos; at = end + 1, end = text.find('\n', at)) {
      const std::string line = text.substr(at, end - at);
      const bool to_be_pasted = line.find("runproof run") != std::string::npos;
      EXPECT_TRUE(to_be_pasted || columns(line) <= width) << line;
    }
  }
}

TEST(Yaml, PlainOnlyWhereThatIsBeyondDoubt) {
  EXPECT_EQ(yaml_text("kill.stopped"), "kill.stopped");
  EXPECT_EQ(yaml_text("no"), "\"no\"");
  EXPECT_EQ(yaml_text("1.3"), "\"1.3\"");
  EXPECT_EQ(yaml_text(""), "\"\"");
  EXPECT_EQ(yaml_text("a: b"), "\"a: b\"");
  EXPECT_EQ(yaml_text("a\n\"b\""), "\"a\\n\\\"b\\\"\"");
}

}  // namespace
}  // namespace reports
