#include "harness/runtime/runtime.h"

#include <sstream>

#include "harness/runtime/answer.h"
#include "harness/spawn/command.h"
#include "python/module/module.h"

namespace runproof::python {
namespace {

template <typename Value>
std::string printed(const Value& value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

}  // namespace

void bind_runtime(py::module_& module) {
  py::class_<Runtime>(module, "Runtime")
      .def_readonly("path", &Runtime::path)
      .def_readonly("name", &Runtime::name)
      .def_readonly("version", &Runtime::version)
      .def_readonly("version_text", &Runtime::version_text)
      .def_readonly("features", &Runtime::features)
      .def("lacks", &Runtime::lacks, "feature"_a)
      .def("__repr__", [](const Runtime& runtime) { return "<Runtime " + runtime.path.string() + ">"; });
  module.def("identify_runtime", &identify_runtime, "path"_a, "adapter"_a = "", WithoutGil());

  py::class_<Finished>(module, "Finished")
      .def_readonly("argv", &Finished::argv)
      .def_readonly("exit", &Finished::exit)
      .def_readonly("signal", &Finished::signal)
      .def_readonly("timed_out", &Finished::timed_out)
      .def_property_readonly("out", [](const Finished& finished) { return py::bytes(finished.out); })
      .def_property_readonly("err", [](const Finished& finished) { return py::bytes(finished.err); })
      .def_property_readonly(
          "took", [](const Finished& finished) { return std::chrono::duration<double>(finished.took).count(); })
      .def_property_readonly("ok", &Finished::ok)
      .def("__repr__", &printed<Finished>);
  py::class_<Leftover>(module, "Leftover")
      .def_readonly("kind", &Leftover::kind)
      .def_readonly("what", &Leftover::what)
      .def("__repr__", [](const Leftover& leftover) { return leftover.kind + " " + leftover.what; });
  py::class_<Answer, Finished>(module, "Answer")
      .def_readonly("log", &Answer::log)
      .def_readonly("left_behind", &Answer::left_behind)
      .def_property_readonly("refused", &Answer::refused)
      .def("__repr__", &printed<Answer>);
}

}  // namespace runproof::python
