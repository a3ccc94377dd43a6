#include "harness/registry/registry.h"

#include <stdexcept>

#include "base/text.h"
#include "harness/registry/clauses.h"
#include "harness/registry/selection.h"
#include "python/module/module.h"

namespace runproof::python {
namespace {

std::vector<std::string> texts(const std::vector<std::string_view>& views) { return {views.begin(), views.end()}; }

std::vector<std::string> need_names(const Case& one) {
  std::vector<std::string> names;
  for (const Need& need : one.info.needs) names.emplace_back(need.name);
  return names;
}

Level level_of(const std::string& word) {
  if (const auto level = level_from(word)) return *level;
  throw py::value_error("no level is called " + word);
}

std::vector<const Case*> select(std::vector<std::string> ids, std::vector<std::string> clauses,
                                const std::vector<std::string>& levels, std::vector<std::string> tags,
                                const std::string& profile) {
  Selection selection{.ids = std::move(ids), .clauses = std::move(clauses), .tags = std::move(tags)};
  for (const std::string& word : levels) selection.levels.push_back(level_of(word));
  if (profile != "spec" && profile != "compat") throw py::value_error("profile is spec or compat");
  selection.profile = profile == "compat" ? Profile::compat : Profile::spec;
  if (const auto unknown = unknown_entries(all_cases(), selection); !unknown.empty())
    throw py::value_error("no case, clause or tag is called " + base::join(unknown, ", "));
  return select_cases(all_cases(), selection);
}

}  // namespace

void bind_registry(py::module_& module) {
  py::class_<Case>(module, "Case")
      .def_readonly("id", &Case::id)
      .def_readonly("area", &Case::area)
      .def_readonly("name", &Case::name)
      .def_property_readonly("clause", [](const Case& one) { return one.info.clause; })
      .def_property_readonly("level", [](const Case& one) { return to_text(one.info.level); })
      .def_property_readonly("claim", [](const Case& one) { return one.info.claim; })
      .def_property_readonly("needs", &need_names)
      .def_property_readonly("features", [](const Case& one) { return texts(one.info.features); })
      .def_property_readonly("tags", [](const Case& one) { return texts(one.info.tags); })
      .def_property_readonly("faults", [](const Case& one) { return texts(one.info.faults); })
      .def_property_readonly("limit",
                             [](const Case& one) { return std::chrono::duration<double>(one.info.limit).count(); })
      .def_property_readonly("lock", [](const Case& one) { return one.info.lock; })
      .def_property_readonly("file", [](const Case& one) { return one.file; })
      .def_readonly("line", &Case::line)
      .def("__repr__", [](const Case& one) { return "<Case " + one.id + ">"; });
  py::class_<Clause>(module, "Clause")
      .def_readonly("id", &Clause::id)
      .def_readonly("anchor", &Clause::anchor)
      .def_property_readonly("level", [](const Clause& clause) { return to_text(clause.level); })
      .def_readonly("since", &Clause::since)
      .def_readonly("text", &Clause::text)
      .def_readonly("cases", &Clause::cases)
      .def("__repr__", [](const Clause& clause) { return "<Clause " + clause.id + ">"; });

  using Texts = std::vector<std::string>;
  module.def("cases", &select, py::return_value_policy::reference, "ids"_a = Texts{}, "clauses"_a = Texts{},
             "levels"_a = Texts{}, "tags"_a = Texts{}, "profile"_a = "spec");
  module.def("clauses", &all_clauses);
}

}  // namespace runproof::python
