#include "reports/log.h"

#include <cmath>

#include "base/file.h"
#include "base/text.h"
#include "harness/runtime/evidence.h"
#include "harness/spawn/command.h"
#include "python/module/module.h"
#include "reports/evidence.h"
#include "reports/summary.h"

namespace runproof::python {
namespace {

std::map<std::string, std::size_t> counts_of(const reports::Log& log) {
  std::map<std::string, std::size_t> counts;
  for (const auto& [outcome, count] : log.counts()) counts[std::string{reports::word(outcome)}] = count;
  return counts;
}

// What a log tells of a command or a leftover is what the harness told: Python sees one type of each.
Finished as_finished(const reports::Command& command) {
  const std::optional<long long> signal = base::to_number(command.signal);
  return {.argv = command.argv,
          .exit = command.exit,
          .signal = signal ? std::optional(static_cast<int>(*signal)) : std::nullopt,
          .timed_out = command.timed_out,
          .out = command.out,
          .err = command.err,
          .took = std::chrono::microseconds(std::llround(command.took_ms * 1000))};
}

Leftover as_leftover(const reports::Leftover& leftover) { return {.kind = leftover.kind, .what = leftover.what}; }

template <typename From, typename To>
std::vector<To> each(const std::vector<From>& all, To (*convert)(const From&)) {
  std::vector<To> converted;
  for (const From& one : all) converted.push_back(convert(one));
  return converted;
}

void bind_result(py::module_& module) {
  py::class_<reports::Failure>(module, "Failure")
      .def_readonly("text", &reports::Failure::text)
      .def_readonly("expected", &reports::Failure::expected)
      .def_readonly("actual", &reports::Failure::actual);
  py::class_<reports::Result>(module, "Result")
      .def_readonly("attempt", &reports::Result::attempt)
      .def_property_readonly("outcome", [](const reports::Result& result) { return reports::word(result.outcome); })
      .def_readonly("leak", &reports::Result::leak)
      .def_readonly("took_ms", &reports::Result::took_ms)
      .def_readonly("runtime_ms", &reports::Result::runtime_ms)
      .def_readonly("message", &reports::Result::message)
      .def_readonly("failures", &reports::Result::failures)
      .def_property_readonly("commands",
                             [](const reports::Result& result) { return each(result.commands, as_finished); })
      .def_readonly("config_diff", &reports::Result::config_diff)
      .def_property_readonly("leftovers",
                             [](const reports::Result& result) { return each(result.leftovers, as_leftover); })
      .def_property_readonly("expectation",
                             [](const reports::Result& result) {
                               if (!result.expectation) return std::string();
                               const std::string& link = result.expectation->link;
                               return result.expectation->reason + (link.empty() ? "" : " (" + link + ")");
                             })
      .def_readonly("bundle", &reports::Result::bundle)
      .def_readonly("rerun", &reports::Result::rerun);
}

}  // namespace

void bind_log(py::module_& module) {
  bind_result(module);
  py::class_<reports::CaseRun>(module, "CaseRun")
      .def_property_readonly("id", [](const reports::CaseRun& run) { return run.info.id; })
      .def_property_readonly("area", [](const reports::CaseRun& run) { return run.info.area; })
      .def_property_readonly("level", [](const reports::CaseRun& run) { return run.info.level; })
      .def_property_readonly("clause", [](const reports::CaseRun& run) { return run.info.clause; })
      .def_property_readonly("claim", [](const reports::CaseRun& run) { return run.info.claim; })
      .def_readonly("attempts", &reports::CaseRun::attempts)
      .def_property_readonly("outcome", [](const reports::CaseRun& run) { return reports::word(run.outcome()); })
      .def_property_readonly("leak", &reports::CaseRun::leak)
      .def_property_readonly("red", &reports::CaseRun::red)
      .def_property_readonly("worst", &reports::CaseRun::worst)
      .def("evidence", &reports::evidence_text)
      .def(
          "summary",
          [](const reports::CaseRun& run, std::size_t width) { return reports::render_case(run, {.width = width}); },
          "width"_a = 100)
      .def("__repr__", [](const reports::CaseRun& run) {
        return "<CaseRun " + run.info.id + " " + std::string{reports::word(run.outcome())} + ">";
      });
  py::class_<reports::Log>(module, "Log")
      .def_property_readonly("header", [](const reports::Log& log) { return log.header.raw; })
      .def_readonly("cases", &reports::Log::cases)
      .def_property_readonly("not_run",
                             [](const reports::Log& log) {
                               std::vector<std::string> ids;
                               for (const reports::CaseInfo& info : log.not_run) ids.push_back(info.id);
                               return ids;
                             })
      .def_readonly("wall_ms", &reports::Log::wall_ms)
      .def_readonly("interrupted", &reports::Log::interrupted)
      .def_property_readonly("counts", &counts_of)
      .def_property_readonly("leaks", &reports::Log::leaks)
      .def_property_readonly("exit_code", [](const reports::Log& log) { return reports::exit_code(log); });
  module.def(
      "parse_log", [](const std::string& text) { return reports::parse_log(text); }, "text"_a);
  module.def(
      "read_log", [](const std::filesystem::path& file) { return reports::parse_log(base::read_file(file)); },
      "file"_a);
}

}  // namespace runproof::python
