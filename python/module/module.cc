#include "python/module/module.h"

#include "base/sys_error.h"
#include "harness/bundle/channel.h"
#include "harness/bundle/companion.h"
#include "harness/runtime/failure.h"
#include "harness/spawn/poll.h"
#include "harness/spawn/reaper.h"
#include "reports/log.h"

namespace runproof::python {
namespace {

/// Ctrl-C ends a wait: Python's handlers run, and what they raise goes on from there.
void run_signal_handlers() {
  const py::gil_scoped_acquire gil;
  if (PyErr_CheckSignals() != 0) throw py::error_already_set();
}

void translate_system_errors(std::exception_ptr error) {
  try {
    std::rethrow_exception(std::move(error));
  } catch (const base::SysError& failed) {
    const py::object raised = py::reinterpret_borrow<py::object>(PyExc_OSError)(failed.error(), failed.what());
    PyErr_SetObject(PyExc_OSError, raised.ptr());
  }
}

void bind_errors(py::module_& module) {
  py::register_exception<CaseFailed>(module, "CaseFailed", PyExc_AssertionError);
  py::register_exception<Broken>(module, "Broken", PyExc_RuntimeError);
  py::register_exception<Unsupported>(module, "Unsupported", PyExc_RuntimeError);
  py::register_exception<ChannelError>(module, "ChannelError", PyExc_RuntimeError);
  py::register_exception<reports::LogError>(module, "LogError", PyExc_ValueError);
  py::register_exception_translator(translate_system_errors);
}

}  // namespace
}  // namespace runproof::python

PYBIND11_MODULE(_runproof, module) {
  using namespace runproof::python;
  module.doc() = "The harness of Runproof: cases, event logs, containers, and what the kernel says of them.";
  module.attr("__version__") = RUNPROOF_VERSION;
  module.def("companion", &runproof::companion, "name"_a, "program"_a);
  runproof::set_interruption_check(run_signal_handlers);
  bind_errors(module);
  bind_registry(module);
  bind_config(module);
  bind_observe(module);
  bind_runtime(module);
  bind_log(module);
  bind_session(module);
}
