#include "reports/log.h"

#include "base/file.h"
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

void bind_result(py::module_& module) {
  py::class_<reports::Failure>(module, "Failure")
      .def_readonly("text", &reports::Failure::text)
      .def_readonly("expected", &reports::Failure::expected)
      .def_readonly("actual", &reports::Failure::actual);
  py::class_<reports::Leftover>(module, "LoggedLeftover")
      .def_readonly("kind", &reports::Leftover::kind)
      .def_readonly("what", &reports::Leftover::what);
  py::class_<reports::Command>(module, "LoggedCommand")
      .def_readonly("argv", &reports::Command::argv)
      .def_readonly("exit", &reports::Command::exit)
      .def_readonly("signal", &reports::Command::signal)
      .def_readonly("timed_out", &reports::Command::timed_out)
      .def_readonly("took_ms", &reports::Command::took_ms)
      .def_readonly("out", &reports::Command::out)
      .def_readonly("err", &reports::Command::err);
  py::class_<reports::Result>(module, "Result")
      .def_readonly("attempt", &reports::Result::attempt)
      .def_property_readonly("outcome", [](const reports::Result& result) { return reports::word(result.outcome); })
      .def_readonly("leak", &reports::Result::leak)
      .def_readonly("took_ms", &reports::Result::took_ms)
      .def_readonly("runtime_ms", &reports::Result::runtime_ms)
      .def_readonly("message", &reports::Result::message)
      .def_readonly("failures", &reports::Result::failures)
      .def_readonly("commands", &reports::Result::commands)
      .def_readonly("config_diff", &reports::Result::config_diff)
      .def_readonly("leftovers", &reports::Result::leftovers)
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
