#include "harness/bundle/config.h"

#include "python/module/module.h"

namespace runproof::python {

void bind_config(py::module_& module) {
  py::enum_<Namespace>(module, "Namespace")
      .value("cgroup", Namespace::cgroup)
      .value("ipc", Namespace::ipc)
      .value("mount", Namespace::mount)
      .value("network", Namespace::network)
      .value("pid", Namespace::pid)
      .value("time", Namespace::time)
      .value("user", Namespace::user)
      .value("uts", Namespace::uts);
  py::enum_<HookKind>(module, "HookKind")
      .value("prestart", HookKind::prestart)
      .value("create_runtime", HookKind::create_runtime)
      .value("create_container", HookKind::create_container)
      .value("start_container", HookKind::start_container)
      .value("poststart", HookKind::poststart)
      .value("poststop", HookKind::poststop);

  using Texts = std::vector<std::string>;
  py::class_<Config>(module, "Config")
      .def_static("minimal", &Config::minimal, "args"_a)
      .def_static("of", &Config::of, "value"_a)
      .def("oci_version", &Config::oci_version, "version"_a)
      .def("args", &Config::args, "args"_a)
      .def("env", &Config::env, "env"_a)
      .def("cwd", &Config::cwd, "path"_a)
      .def("user", &Config::user, "uid"_a, "gid"_a, "additional_gids"_a = std::vector<std::int64_t>{})
      .def("capabilities", &Config::capabilities, "names"_a)
      .def("terminal", &Config::terminal, "wanted"_a = true)
      .def("hostname", &Config::hostname, "name"_a)
      .def("readonly_root", &Config::readonly_root, "readonly"_a = true)
      .def("annotation", &Config::annotation, "key"_a, "value"_a)
      .def(
          "mount",
          [](Config& config, std::string destination, std::string type, std::string source, Texts options) -> Config& {
            return config.mount({std::move(destination), std::move(type), std::move(source), std::move(options)});
          },
          "destination"_a, "type"_a = "", "source"_a = "", "options"_a = Texts{})
      .def("hook", &Config::hook, "kind"_a, "entry"_a)
      .def("with_new", &Config::with_new, "type"_a)
      .def("without", &Config::without, "type"_a)
      .def("joining", &Config::joining, "type"_a, "path"_a)
      .def("cgroups_path", &Config::cgroups_path, "path"_a)
      .def("resource", &Config::resource, "pointer"_a, "value"_a)
      .def("set", &Config::set, "pointer"_a, "value"_a)
      .def("drop", &Config::drop, "pointer"_a)
      .def("copy", [](const Config& config) { return Config(config); })
      .def_property_readonly("json", &Config::json)
      .def("diff_from_minimal", &Config::diff_from_minimal);
}

}  // namespace runproof::python
