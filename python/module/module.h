#pragma once

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>
#include <pybind11_json/pybind11_json.hpp>

/// The parts of the module `_runproof`; python/_runproof.pyi says what each holds.
namespace runproof::python {

namespace py = pybind11;
using namespace py::literals;

/// For whatever waits for a process or the kernel: other Python threads run meanwhile.
using WithoutGil = py::call_guard<py::gil_scoped_release>;

void bind_registry(py::module_& module);
void bind_log(py::module_& module);
void bind_config(py::module_& module);
void bind_runtime(py::module_& module);
void bind_observe(py::module_& module);
void bind_session(py::module_& module);

}  // namespace runproof::python
