#include "reports/json.h"

#include "base/json.h"

namespace reports {

std::string render_json(const Log& log) {
  base::OrderedJson counts = base::OrderedJson::object();
  for (const Outcome outcome : kReadingOrder) {
    const auto all = log.counts();
    if (all.contains(outcome)) counts[std::string(word(outcome))] = all.at(outcome);
  }
  base::OrderedJson cases = base::OrderedJson::array();
  for (const CaseRun& run : log.cases) {
    cases.push_back({{"id", run.info.id},
                     {"outcome", word(run.outcome())},
                     {"leak", run.leak()},
                     {"took_ms", run.took_ms()},
                     {"message", run.worst().message}});
  }
  const base::OrderedJson report = {{"header", log.header.raw}, {"counts", counts}, {"cases", cases}};
  return report.dump(2, ' ', /*ensure_ascii=*/false, base::OrderedJson::error_handler_t::replace) + "\n";
}

}  // namespace reports
