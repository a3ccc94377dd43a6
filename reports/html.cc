#include "reports/html.h"

#include <fmt/format.h>

#include "base/text.h"
#include "reports/assets.h"
#include "reports/html_case.h"
#include "reports/tally.h"
#include "reports/text.h"
#include "reports/verdict.h"

namespace reports {
namespace {

Html number_cell(Part part, std::size_t count) {
  const std::string css(count == 0 ? "zero" : word(part));
  return Template("<td class=\"{{css}}\">{{count}}</td>")
      .fill({{"css", Html::text(css)}, {"count", Html::number(count)}});
}

Html tally_table(std::string_view name, const std::vector<Tally>& tallies) {
  Html rows;
  for (const Tally& tally : tallies) {
    Html cells = number_cell(Part::fine, tally.fine);
    cells += number_cell(Part::red, tally.red);
    cells += number_cell(Part::broken, tally.broken);
    cells += number_cell(Part::reported, tally.reported);
    cells += number_cell(Part::untested, tally.untested);
    rows += Template(asset::tally_row_html)
                .fill({{"pick", Html::text(name)},
                       {"name", Html::text(tally.name)},
                       {"cases", Html::number(tally.cases())},
                       {"cells", cells}});
  }
  return Template(asset::tally_html).fill({{"name", Html::text(name)}, {"rows", rows}});
}

Html options_of(const std::vector<Tally>& tallies) {
  Html options;
  for (const Tally& tally : tallies) {
    options += Template("<option>{{name}}</option>").fill({{"name", Html::text(tally.name)}});
  }
  return options;
}

Html chips(const Log& log) {
  Html all;
  const std::map<Outcome, std::size_t> counts = log.counts();
  for (const Outcome outcome : kReadingOrder) {
    if (!counts.contains(outcome)) continue;
    all += Template(
               "<button type=\"button\" class=\"chip {{word}}\" data-outcome=\"{{word}}\" aria-pressed=\"false\" "
               "title=\"{{meaning}}\">{{word}} <span>{{count}}</span></button>\n")
               .fill({{"word", Html::text(word(outcome))},
                      {"meaning", Html::text(meaning(outcome))},
                      {"count", Html::number(counts.at(outcome))}});
  }
  return all;
}

Html setting(const Header& header) {
  const auto fact = [&](const char* name) {
    return header.facts.contains(name) && header.facts[name].is_string() ? header.facts[name].get<std::string>() : "";
  };
  Html list = definition("Runtime", header.runtime.path);
  list += definition("Suite", header.suite_name + " " + header.suite_version);
  list += definition("Spec", "runtime-spec " + header.spec_version);
  list += definition("Profile", header.profile);
  list += definition("Lane", header.lane + (header.rootless ? ", rootless" : ""));
  list += definition("Kernel", fact("kernel"));
  list += definition("Cgroups", fact("cgroup"));
  list += definition("Started", header.started);
  return list;
}

Html about(const Log& log) {
  const Header& header = log.header;
  Html list = definition("Command", base::shell_line(header.argv));
  list += definition("Run", header.run_id);
  list += definition("Ended", log.ended);
  list += definition("Took", duration(log.wall_ms));
  list += definition("Jobs", std::to_string(header.jobs));
  list += definition("Attempts at each case", std::to_string(header.repeat));
  list += definition("Waits by", header.wait);
  if (header.shard.count > 1)
    list += definition("Shard", fmt::format("{} of {}", header.shard.index, header.shard.count));
  list += definition("Runtime says", std::string(base::trim(header.runtime.version_text)));
  list += definition("SHA-256", header.runtime.sha256);
  return list;
}

Html cases(const Log& log) {
  Html items;
  for (const CaseRun* run : reading_order(log)) items += case_item(log.header, *run);
  return items;
}

}  // namespace

std::string render_html(const Log& log) {
  const Verdict verdict = judge(log);
  const std::string title = runtime_title(log.header);
  Html tallies = tally_table("area", tally_by_area(log));
  tallies += tally_table("level", tally_by_level(log));
  Html style = Template(asset::page_css).fill({});
  style += Template(asset::case_css).fill({});
  Html script = Template(asset::page_js).fill({});
  script += Template(asset::report_js).fill({});
  return Template(asset::report_html)
      .fill({{"title", Html::text(title + ": " + verdict.headline)},
             {"style", style},
             {"script", script},
             {"runtime", Html::text(title)},
             {"kind", Html::text(css_class(verdict.kind))},
             {"headline", Html::text(verdict.headline)},
             {"detail", Html::text(verdict.detail)},
             {"bar", tally_bar(tally_all(log))},
             {"counts", Html::text(count_line(log) + fmt::format("; in {}", duration(log.wall_ms)))},
             {"setting", setting(log.header)},
             {"about", about(log)},
             {"facts", Html::text(log.header.facts.dump(2))},
             {"tallies", tallies},
             {"areas", options_of(tally_by_area(log))},
             {"levels", options_of(tally_by_level(log))},
             {"chips", chips(log)},
             {"cases", cases(log)},
             {"colophon", Html::text(setting_line(log.header))}})
      .markup();
}

}  // namespace reports
