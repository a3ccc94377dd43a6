#include "base/deadline.h"
#include "harness/observe/cgroup.h"
#include "harness/observe/death.h"
#include "harness/observe/mountinfo.h"
#include "harness/observe/namespaces.h"
#include "harness/observe/process.h"
#include "harness/observe/wait.h"
#include "python/module/module.h"

namespace runproof::python {
namespace {

base::Deadline within(double seconds) {
  return base::Deadline::in(
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(seconds)));
}

WaitStrategy strategy_of(const std::string& word) {
  if (const auto strategy = parse_wait_strategy(word)) return *strategy;
  throw py::value_error("a wait strategy is auto, pidfd or kill0, not " + word);
}

void bind_processes(py::module_& module) {
  py::class_<ProcessStat>(module, "ProcessStat")
      .def_readonly("pid", &ProcessStat::pid)
      .def_readonly("name", &ProcessStat::name)
      .def_readonly("state", &ProcessStat::state)
      .def_readonly("ppid", &ProcessStat::ppid)
      .def_readonly("group", &ProcessStat::group)
      .def_readonly("session", &ProcessStat::session)
      .def_readonly("threads", &ProcessStat::threads)
      .def_readonly("start_time", &ProcessStat::start_time);
  py::class_<ProcessStatus>(module, "ProcessStatus")
      .def_readonly("name", &ProcessStatus::name)
      .def_readonly("state", &ProcessStatus::state)
      .def_readonly("umask", &ProcessStatus::umask)
      .def_readonly("ppid", &ProcessStatus::ppid)
      .def_readonly("uids", &ProcessStatus::uids)
      .def_readonly("gids", &ProcessStatus::gids)
      .def_readonly("groups", &ProcessStatus::groups)
      .def_readonly("pids_by_namespace", &ProcessStatus::pids_by_namespace)
      .def_readonly("blocked", &ProcessStatus::blocked)
      .def_readonly("ignored", &ProcessStatus::ignored)
      .def_readonly("caught", &ProcessStatus::caught)
      .def_readonly("cap_inheritable", &ProcessStatus::cap_inheritable)
      .def_readonly("cap_permitted", &ProcessStatus::cap_permitted)
      .def_readonly("cap_effective", &ProcessStatus::cap_effective)
      .def_readonly("cap_bounding", &ProcessStatus::cap_bounding)
      .def_readonly("cap_ambient", &ProcessStatus::cap_ambient)
      .def_readonly("no_new_privileges", &ProcessStatus::no_new_privileges)
      .def_readonly("seccomp", &ProcessStatus::seccomp)
      .def_readonly("cpus_allowed", &ProcessStatus::cpus_allowed)
      .def_readonly("mems_allowed", &ProcessStatus::mems_allowed);
  module.def("proc_stat", &proc_stat, "pid"_a);
  module.def("proc_status", &proc_status, "pid"_a);
  module.def("cmdline_of", &cmdline_of, "pid"_a);
  module.def("environ_of", &environ_of, "pid"_a);
  module.def("link_of", &link_of, "pid"_a, "name"_a);
  module.def("children_of", &children_of, "pid"_a);
  module.def("threads_of", &threads_of, "pid"_a);
}

void bind_deaths(py::module_& module) {
  py::class_<Diagnosis>(module, "Diagnosis")
      .def_readonly("pid", &Diagnosis::pid)
      .def_readonly("name", &Diagnosis::name)
      .def_readonly("state", &Diagnosis::state)
      .def_readonly("wchan", &Diagnosis::wchan)
      .def_readonly("cgroup", &Diagnosis::cgroup)
      .def_readonly("frozen", &Diagnosis::frozen)
      .def_readonly("ppid", &Diagnosis::ppid)
      .def_readonly("cmdline", &Diagnosis::cmdline)
      .def_property_readonly("fate", [](const Diagnosis& diagnosis) { return to_text(diagnosis.fate); })
      .def("__repr__", &Diagnosis::text);
  py::class_<Mortal>(module, "Mortal")
      .def_static("watch", &Mortal::watch, "pid"_a, "cgroup"_a = "")
      .def_property_readonly("pid", &Mortal::pid)
      .def_property_readonly("start_time", &Mortal::start_time)
      .def_property_readonly("fate", [](const Mortal& mortal) { return to_text(mortal.look().fate); })
      .def_property_readonly("alive", &Mortal::alive)
      .def("signal", &Mortal::signal, "number"_a)
      .def(
          "await_death",
          [](const Mortal& mortal, double timeout, const std::string& wait) -> bool {
            return mortal.await_death(within(timeout), strategy_of(wait)).has_value();
          },
          "timeout"_a, "wait"_a = "auto", WithoutGil())
      .def("diagnose", &Mortal::diagnose)
      .def("__repr__", [](const Mortal& mortal) { return "<Mortal " + mortal.diagnose().text() + ">"; });
  module.def(
      "await_all_dead",
      [](const std::vector<const Mortal*>& mortals, double timeout, const std::string& wait) {
        const base::Deadline deadline = within(timeout);
        std::vector<Diagnosis> survivors;
        for (const Mortal* mortal : mortals) {
          for (Diagnosis& one : await_all_dead({mortal, 1}, deadline, strategy_of(wait)))
            survivors.push_back(std::move(one));
        }
        return survivors;
      },
      "mortals"_a, "timeout"_a, "wait"_a = "auto", WithoutGil());
}

void bind_cgroups(py::module_& module) {
  py::class_<Cgroup>(module, "Cgroup")
      .def_readonly("dir", &Cgroup::dir)
      .def_readonly("v2", &Cgroup::v2)
      .def_property_readonly("exists", &Cgroup::exists)
      .def_property_readonly("populated", &Cgroup::populated)
      .def_property_readonly("frozen", &Cgroup::frozen)
      .def("read", &Cgroup::read, "file"_a)
      .def("procs", &Cgroup::procs)
      .def("procs_below", &Cgroup::procs_below)
      .def("events", &Cgroup::events, "file"_a = "cgroup.events")
      .def("below", &Cgroup::below)
      .def("__repr__", [](const Cgroup& group) { return "<Cgroup " + group.dir.string() + ">"; });
  module.def("cgroups_of", &cgroups_of, "pid"_a);
  module.def("cgroup_of", &cgroup_of, "pid"_a, "controller"_a);
  module.def("cgroups_at", &cgroups_at, "path"_a);
  const auto wait = [&module](const char* name, bool (*wanted)(const Cgroup&, base::Deadline)) {
    module.def(
        name, [wanted](const Cgroup& cgroup, double timeout) { return wanted(cgroup, within(timeout)); }, "cgroup"_a,
        "timeout"_a, WithoutGil());
  };
  wait("await_unpopulated", &await_unpopulated);
  wait("await_frozen", &await_frozen);
  wait("await_thawed", &await_thawed);
}

void bind_mounts(py::module_& module) {
  py::class_<MountEntry>(module, "MountEntry")
      .def_readonly("device", &MountEntry::device)
      .def_readonly("root", &MountEntry::root)
      .def_readonly("point", &MountEntry::point)
      .def_readonly("options", &MountEntry::options)
      .def_readonly("type", &MountEntry::type)
      .def_readonly("source", &MountEntry::source)
      .def_readonly("super_options", &MountEntry::super_options)
      .def_property_readonly("propagation", &MountEntry::propagation)
      .def("__repr__",
           [](const MountEntry& entry) { return "<MountEntry " + entry.type + " at " + entry.point + ">"; });
  module.def("mounts_of", &mounts_of, "pid"_a);
}

}  // namespace

void bind_observe(py::module_& module) {
  bind_processes(module);
  bind_deaths(module);
  bind_cgroups(module);
  bind_mounts(module);
  module.def(
      "namespaces_of",
      [](pid_t pid) {
        std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> ids;
        for (const auto& [name, id] : namespaces_of(pid)) ids[name] = {id.device, id.inode};
        return ids;
      },
      "pid"_a);
  module.def(
      "await_file", [](const std::filesystem::path& path, double timeout) { return await_file(path, within(timeout)); },
      "path"_a, "timeout"_a, WithoutGil());
}

}  // namespace runproof::python
