#include "reports/matrix.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "reports/assets.h"
#include "reports/html_case.h"
#include "reports/matrix_grid.h"
#include "reports/tally.h"
#include "reports/verdict.h"

namespace reports {
namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return text;
}

std::string change_word(const Cell& cell) {
  if (cell.worse && cell.better) return "mixed";
  return cell.worse ? "worse" : cell.better ? "better" : "";
}

Html cell_html(const Row& row, const Cell& cell, const Column& column) {
  const std::string outcome = cell.leak && !is_red(cell.outcome) ? "leak" : std::string(word(cell.outcome));
  const std::string share = fmt::format("{}/{}", cell.passed, cell.cases.size());
  const std::string change = change_word(cell);
  Html cases;
  for (const CaseRun* run : cell.cases) {
    cases += case_item(column.log->log.header, *run, run->red() ? Opened::yes : Opened::no);
  }
  const std::string label =
      fmt::format("{}, {}: {}, {} of {} passed{}{}", row.clause, column.title, outcome, cell.passed, cell.cases.size(),
                  change.empty() ? "" : ", since the baseline ", change);
  const Html mark = change.empty() ? Html()
                                   : Template(" <span class=\"since\" aria-hidden=\"true\">{{change}}</span>")
                                         .fill({{"change", Html::text(change == "worse"    ? "▼"
                                                                      : change == "better" ? "▲"
                                                                                           : "◆")}});
  return Template(asset::matrix_cell_html)
      .fill({{"outcome", Html::text(outcome)},
             {"title", Html::text(column.title)},
             {"label", Html::text(label)},
             {"mark", Html::text(outcome)},
             {"share", Html::text(share)},
             {"change", mark},
             {"cases", cases}});
}

Html row_html(const Grid& grid, const Row& row) {
  Html cells;
  std::string search = row.clause + " " + base::join(row.levels, " ");
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    if (!row.cells[i]) {
      cells += Html::literal("<td class=\"absent\"><span aria-label=\"not in this run\">–</span></td>");
      continue;
    }
    cells += cell_html(row, *row.cells[i], grid.columns[i]);
    for (const CaseRun* run : row.cells[i]->cases) {
      if (search.find(run->info.id) == std::string::npos) search += " " + run->info.id;
    }
  }
  Html flags;
  if (row.red()) flags += Html::literal(" data-red");
  if (row.differs()) flags += Html::literal(" data-differs");
  if (row.changed()) flags += Html::literal(" data-changed");
  const std::size_t hash = row.clause.find('#');
  const std::string shown = hash == std::string::npos ? row.clause : row.clause.substr(hash + 1);
  const std::string url = clause_url(grid.columns.front().log->log.header, row.clause);
  const Html link = url.empty() ? Template("<span>{{t}}</span>").fill({{"t", Html::text(shown)}})
                                : Template("<a href=\"{{url}}\" rel=\"noreferrer\">{{t}}</a>")
                                      .fill({{"url", Html::text(url)}, {"t", Html::text(shown)}});
  return Template(asset::matrix_row_html)
      .fill({{"search", Html::text(lower(search))},
             {"clause", Html::text(row.clause)},
             {"flags", flags},
             {"link", link},
             {"levels", Html::text(base::join(row.levels, ", "))},
             {"cells", cells}});
}

Html bodies(const Grid& grid) {
  // The heads are repeated for each file: a long table scrolls them away.
  Html heads;
  for (const Column& column : grid.columns) {
    heads += Template("<th scope=\"col\">{{title}}</th>").fill({{"title", Html::text(column.title)}});
  }
  Html all;
  for (const auto& [file, rows] : grid.files) {
    all += Template("<tbody>\n<tr class=\"file\"><th scope=\"col\">{{file}}</th>{{heads}}</tr>\n")
               .fill({{"file", Html::text(file)}, {"heads", heads}});
    for (const Row& row : rows) all += row_html(grid, row);
    all += Html::literal("</tbody>\n");
  }
  return all;
}

Html runtime_card(const Column& column) {
  const Log& log = column.log->log;
  const Verdict verdict = judge(log);
  return Template(asset::matrix_runtime_html)
      .fill({{"name", Html::text(column.title)},
             {"kind", Html::text(css_class(verdict.kind))},
             {"headline", Html::text(verdict.headline)},
             {"bar", tally_bar(tally_all(log))},
             {"counts", Html::text(count_line(log))},
             {"setting", Html::text(setting_line(log.header))}});
}

Html change_list(const std::string& title, const std::vector<Change>& changes) {
  if (changes.empty()) return {};
  Html items;
  for (const Change& change : changes) {
    items += Template("<li>{{id}} <span>{{from}} → {{to}}</span></li>")
                 .fill({{"id", Html::text(change.id)},
                        {"from", Html::text(word(change.before))},
                        {"to", Html::text(std::string(word(change.after)) + (change.leak_after ? ", leak" : ""))}});
  }
  return Template(asset::matrix_change_html).fill({{"title", Html::text(title)}, {"items", items}});
}

Html changes(const Grid& grid) {
  Html lists;
  std::string compared;
  for (const Column& column : grid.columns) {
    if (!column.diff) continue;
    compared += fmt::format("{}{} with {}", compared.empty() ? "" : "; ", column.title, column.diff->before);
    lists += change_list(column.title + ": newly failing", column.diff->newly_failing);
    lists += change_list(column.title + ": flaky", column.diff->flaky);
    lists += change_list(column.title + ": newly passing", column.diff->newly_passing);
  }
  if (compared.empty()) return {};
  if (lists.empty()) lists = Html::literal("<p>Nothing is newly failing, newly passing or flaky.</p>");
  return Template("<section class=\"changes\"><h2>Since the baseline</h2><p>{{compared}}</p>\n{{lists}}</section>")
      .fill({{"compared", Html::text(compared)}, {"lists", lists}});
}

Html legend(bool compared) {
  Html list;
  for (const Outcome outcome : kReadingOrder) list += definition(word(outcome), meaning(outcome));
  list += definition("leak", "something was left behind after delete");
  if (compared) {
    list += definition("▼", "newly failing or flaky since the baseline");
    list += definition("▲", "newly passing since the baseline");
    list += definition("◆", "both");
  }
  return list;
}

}  // namespace

std::string render_matrix(const std::vector<NamedLog>& logs, const MatrixOptions& options) {
  const Grid grid = make_grid(logs, options.baseline);
  Html runtimes;
  std::string title;
  bool compared = false;
  for (const Column& column : grid.columns) {
    runtimes += runtime_card(column);
    title += (title.empty() ? "" : ", ") + column.title;
    compared = compared || column.diff;
  }
  Html style = Template(asset::page_css).fill({});
  style += Template(asset::case_css).fill({});
  style += Template(asset::matrix_css).fill({});
  Html script = Template(asset::page_js).fill({});
  script += Template(asset::matrix_js).fill({});
  const Html chip = Html::literal(
      "<button type=\"button\" class=\"chip\" data-only=\"changed\" aria-pressed=\"false\">changed since the "
      "baseline</button>\n");
  return Template(asset::matrix_html)
      .fill({{"title", Html::text("Conformance: " + title)},
             {"style", style},
             {"script", script},
             {"runtimes", runtimes},
             {"changes", changes(grid)},
             {"changed_chip", compared ? chip : Html()},
             {"columns", Html::number(grid.columns.size())},
             {"bodies", bodies(grid)},
             {"legend", legend(compared)},
             {"colophon", Html::text(logs.empty() ? "" : setting_line(logs.front().log.header))}})
      .markup();
}

}  // namespace reports
