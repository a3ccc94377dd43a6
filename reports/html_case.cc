#include "reports/html_case.h"

#include <fmt/format.h>

#include "base/text.h"
#include "reports/assets.h"
#include "reports/evidence.h"
#include "reports/tally.h"
#include "reports/text.h"
#include "reports/verdict.h"

namespace reports {
namespace {

Html element(std::string_view tag, std::string_view attributes, const Html& content) {
  return Template("<{{tag}}{{attributes}}>{{content}}</{{tag}}>")
      .fill({{"tag", Html::text(tag)},
             {"attributes",
              attributes.empty() ? Html() : Template(" class=\"{{c}}\"").fill({{"c", Html::text(attributes)}})},
             {"content", content}});
}

Html text_in(std::string_view tag, std::string_view css_class, std::string_view text) {
  return text.empty() ? Html() : element(tag, css_class, Html::text(text));
}

Html heading(std::string_view text) { return element("h3", "", Html::text(text)); }

Html failure_block(const Failure& failure) {
  Html compared;
  if (!failure.expected.empty() || !failure.actual.empty()) {
    compared = Template(asset::compared_html)
                   .fill({{"expected", Html::text(failure.expected)}, {"actual", Html::text(failure.actual)}});
  }
  return Template(asset::failure_html).fill({{"text", Html::text(finding(failure))}, {"compared", compared}});
}

Html stream(std::string_view name, const std::string& text, bool cut) {
  if (text.empty()) return {};
  Html block = text_in("p", "stream", std::string(name) + (cut ? ", cut" : ""));
  block += element("pre", name, Html::text(text));
  return block;
}

Html command_item(const Command& command) {
  Html streams = stream("stdout", command.out, command.cut);
  streams += stream("stderr", command.err, command.cut);
  const bool well = command.exit == 0 && !command.timed_out;
  return Template(asset::command_html)
      .fill({{"argv", Html::text(base::shell_line(command.argv))},
             {"state", Html::text(well ? "well" : "ill")},
             {"ending", Html::text(ending(command) + ", " + duration(command.took_ms))},
             {"streams", streams}});
}

Html survivors(const std::vector<Survivor>& all) {
  if (all.empty()) return {};
  Html body = heading("Still alive at the deadline");
  for (const Survivor& survivor : all) {
    Html list;
    for (const auto& [name, value] : survivor) {
      if (name == "text")
        body += text_in("p", "alive", value);
      else
        list += definition(name, value);
    }
    body += element("dl", "survivor", list);
  }
  return body;
}

Html list_of(std::string_view title, std::string_view css_class, const std::vector<std::string>& lines) {
  if (lines.empty()) return {};
  Html items;
  for (const std::string& line : lines) items += text_in("li", "", line);
  Html body = heading(title);
  body += element("ul", css_class, items);
  return body;
}

Html attempt_body(const Result& result) {
  Html body;
  if (message_adds(result)) body += text_in("p", "found", result.message);
  for (const Failure& failure : result.failures) body += failure_block(failure);
  if (result.expectation) {
    Html list = definition("Expected to fail", result.expectation->reason);
    list += definition("See", result.expectation->link);
    body += element("dl", "expectation", list);
  }
  std::vector<std::string> left;
  for (const Leftover& leftover : result.leftovers) left.push_back(leftover.kind + " " + leftover.what);
  body += list_of("Left behind", "leftovers", left);
  body += survivors(result.diagnosis);
  if (!result.commands.empty()) {
    Html items;
    for (const Command& command : result.commands) items += command_item(command);
    body += heading("Commands");
    body += element("ol", "commands", items);
  }
  std::vector<std::string> steps;
  for (const base::Json& operation : result.config_diff) steps.push_back(config_step(operation));
  body += list_of("Config, as it differs from the default", "config", steps);
  if (!result.bundle.empty()) body += list_of("Bundle kept", "config", {result.bundle});
  return body;
}

Html case_body(const Header& header, const CaseRun& run) {
  const Result& worst = run.worst();
  const std::string timing = worst.runtime_ms > 0 ? fmt::format("{}, the runtime's own {}", duration(worst.took_ms),
                                                                duration(worst.runtime_ms))
                                                  : "";
  Html body = Template(asset::claim_html)
                  .fill({{"claim", Html::text(run.info.claim)},
                         {"level", Html::text(run.info.level)},
                         {"clause", clause_link(header, run.info.clause)},
                         {"timing", text_in("span", "timing", timing)}});
  if (run.attempts.size() > 1) body += text_in("p", "attempts", "Attempts: " + attempts_line(run));
  for (const Result* attempt : telling_attempts(run)) {
    if (run.attempts.size() > 1)
      body += heading(fmt::format("Attempt {}: {}", attempt->attempt, word(attempt->outcome)));
    body += attempt_body(*attempt);
  }
  if (!worst.rerun.empty()) body += Template(asset::rerun_html).fill({{"line", Html::text(worst.rerun)}});
  return body;
}

std::string row_message(const CaseRun& run) {
  const Result& worst = run.worst();
  if (run.outcome() == Outcome::xfail && worst.expectation) return worst.expectation->reason;
  if (!worst.message.empty()) return worst.message;
  if (run.leak() && !worst.leftovers.empty()) {
    return fmt::format("left behind: {} {}", worst.leftovers.front().kind, worst.leftovers.front().what);
  }
  return run.info.claim;
}

}  // namespace

std::string_view css_class(Verdict::Kind kind) {
  switch (kind) {
    case Verdict::Kind::as_expected:
      return word(Part::fine);
    case Verdict::Kind::red:
      return word(Part::red);
    case Verdict::Kind::broken:
      return word(Part::broken);
    case Verdict::Kind::interrupted:
      return word(Part::reported);
  }
  return {};
}

Html clause_link(const Header& header, const std::string& clause) {
  const std::string url = clause_url(header, clause);
  if (url.empty()) return text_in("span", "clause", clause);
  return Template("<a class=\"clause\" href=\"{{url}}\" rel=\"noreferrer\">{{clause}}</a>")
      .fill({{"url", Html::text(url)}, {"clause", Html::text(clause)}});
}

Html tally_bar(const Tally& tally) {
  Html bar;
  const auto segment = [&](Part part, std::size_t count) {
    if (count == 0) return;
    bar += Template("<span class=\"{{part}}\" style=\"flex:{{count}}\"></span>")
               .fill({{"part", Html::text(word(part))}, {"count", Html::number(count)}});
  };
  segment(Part::red, tally.red);
  segment(Part::broken, tally.broken);
  segment(Part::reported, tally.reported);
  segment(Part::fine, tally.fine);
  segment(Part::untested, tally.untested);
  return bar;
}

Html definition(std::string_view term, std::string_view text) {
  if (text.empty()) return {};
  return Template("<div><dt>{{term}}</dt><dd>{{text}}</dd></div>")
      .fill({{"term", Html::text(term)}, {"text", Html::text(text)}});
}

Html case_item(const Header& header, const CaseRun& run, Opened opened) {
  return Template(asset::case_html)
      .fill({{"part", Html::text(word(part_of(run)))},
             {"id", Html::text(run.info.id)},
             {"outcome", Html::text(word(run.outcome()))},
             {"area", Html::text(run.info.area)},
             {"level", Html::text(run.info.level)},
             {"red", run.red() ? Html::literal(" data-red") : Html()},
             {"open", opened == Opened::yes ? Html::literal(" open") : Html()},
             {"leak", run.leak() ? Html::literal(" <span class=\"badge leak\">leak</span>") : Html()},
             {"time", Html::text(duration(run.took_ms()))},
             {"message", Html::text(row_message(run))},
             {"body", case_body(header, run)}});
}

}  // namespace reports
