#include "harness/runtime/container.h"

#include "harness/case.h"
#include "harness/runtime/failure.h"
#include "harness/runtime/serving.h"
#include "python/module/module.h"
#include "python/module/session.h"

namespace runproof::python {
namespace {

using Texts = std::vector<std::string>;
using Seconds = std::chrono::duration<double>;

std::chrono::milliseconds in_ms(double seconds) {
  return std::chrono::ceil<std::chrono::milliseconds>(Seconds(seconds));
}

/// In this session, without the GIL: what the harness notes meanwhile becomes the session's evidence, whatever happens.
class Inside {
 public:
  explicit Inside(Session& session) : session_(session), scope_(session.context(), said_) { free_.emplace(); }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;
  ~Inside() {
    free_.reset();
    session_.take(std::move(said_));
  }

 private:
  Session& session_;
  Evidence said_;
  ContextScope scope_;
  std::optional<py::gil_scoped_release> free_;
};

/// A bundle, with the session that it belongs to.
struct Files {
  std::shared_ptr<Session> session;
  Bundle bundle;
};

/// A container, with the session and the bundle that must outlive it.
struct Box {
  std::shared_ptr<Files> files;
  std::unique_ptr<Container> container;

  Box(std::shared_ptr<Files> bundle, std::unique_ptr<Container> made)
      : files(std::move(bundle)), container(std::move(made)) {}
  Box(const Box&) = delete;
  Box& operator=(const Box&) = delete;
  virtual ~Box() { close(); }

  [[nodiscard]] Session& session() const { return *files->session; }
  [[nodiscard]] Container& open() const {
    if (!container) throw std::logic_error("this container is closed");
    return *container;
  }
  [[nodiscard]] Serving& serving() const { return dynamic_cast<Serving&>(open()); }
  void close() {
    if (!container) return;
    const Inside inside(session());
    container.reset();
  }
};
struct ServingBox : Box {
  using Box::Box;
};

/// A verb of the container, as a method of the box.
template <typename Body>
auto verb(Body body) {
  return [body](Box& box) {
    const Inside inside(box.session());
    return body(box.open());
  };
}

template <typename Made>
std::shared_ptr<Made> owned(const std::shared_ptr<Session>& session, std::shared_ptr<Made> box) {
  session->owns([weak = std::weak_ptr<Box>(box)] {
    if (const auto still_there = weak.lock()) still_there->close();
  });
  return box;
}

std::shared_ptr<Files> make_files(const std::shared_ptr<Session>& session) {
  return std::make_shared<Files>(Files{session, Bundle(session->stage(), session->fresh_id())});
}

std::shared_ptr<Files> make_bundle(const std::shared_ptr<Session>& session, const Config& config) {
  auto files = make_files(session);
  files->bundle.write(config);
  if (session->context().keep) files->bundle.keep();
  return files;
}

std::shared_ptr<Box> make_container(const std::shared_ptr<Session>& session, const std::shared_ptr<Files>& files,
                                    const std::optional<std::string>& id) {
  return owned(session,
               std::make_shared<Box>(files, std::make_unique<Container>(
                                                files->bundle, id.value_or(files->bundle.name()), session->globals())));
}

std::shared_ptr<ServingBox> make_serving(const std::shared_ptr<Session>& session, Config config) {
  auto files = make_files(session);
  auto channel = std::make_unique<Channel>(files->bundle.rootfs());
  files->bundle.write(config.args({"/probe", "serve", channel->inside()}));
  return owned(session,
               std::make_shared<ServingBox>(
                   files, std::make_unique<Serving>(Container(files->bundle, files->bundle.name(), session->globals()),
                                                    std::move(channel))));
}

void bind_bundle(py::module_& module) {
  py::class_<Files, std::shared_ptr<Files>>(module, "Bundle")
      .def_property_readonly("name", [](const Files& files) { return files.bundle.name(); })
      .def_property_readonly("path", [](const Files& files) { return files.bundle.path(); })
      .def_property_readonly("rootfs", [](const Files& files) { return files.bundle.rootfs(); })
      .def_property_readonly("cgroups_path", [](const Files& files) { return files.bundle.cgroups_path(); })
      .def(
          "file", [](const Files& files, const std::string& inside) { return files.bundle.file(inside); }, "inside"_a)
      .def(
          "write", [](const Files& files, const Config& config) { files.bundle.write(config); }, "config"_a)
      .def(
          "write_raw", [](const Files& files, const std::string& text) { files.bundle.write_raw(text); }, "text"_a)
      .def("keep", [](Files& files) { files.bundle.keep(); });
}

void bind_verbs(py::class_<Box, std::shared_ptr<Box>>& box) {
  box.def("create", verb([](Container& it) { return it.create(); }))
      .def("start", verb([](Container& it) { return it.start(); }))
      .def(
          "run",
          [](Box& it, bool detach, bool keep) {
            const Inside inside(it.session());
            return it.open().run({.detach = detach, .keep = keep});
          },
          "detach"_a = false, "keep"_a = false)
      .def("state", verb([](Container& it) { return it.state(); }))
      .def(
          "kill",
          [](Box& it, const std::string& signal, bool all) {
            const Inside inside(it.session());
            return it.open().kill(signal, {.all = all});
          },
          "signal"_a, "all"_a = false)
      .def(
          "kill",
          [](Box& it, int signal, bool all) {
            const Inside inside(it.session());
            return it.open().kill(signal, {.all = all});
          },
          "signal"_a, "all"_a = false)
      .def(
          "delete",
          [](Box& it, bool force) {
            const Inside inside(it.session());
            return it.open().remove({.force = force});
          },
          "force"_a = false)
      .def("pause", verb([](Container& it) { return it.pause(); }))
      .def("resume", verb([](Container& it) { return it.resume(); }))
      .def(
          "exec",
          [](Box& it, const Texts& args, Texts env, std::string cwd, std::string user, bool detach) {
            const Inside inside(it.session());
            return it.open().exec(
                args, {.cwd = std::move(cwd), .user = std::move(user), .env = std::move(env), .detach = detach});
          },
          "args"_a, "env"_a = Texts{}, "cwd"_a = "", "user"_a = "", "detach"_a = false)
      .def(
          "update",
          [](Box& it, const base::Json& resources) {
            const Inside inside(it.session());
            return it.open().update(resources);
          },
          "resources"_a)
      .def("ps", verb([](Container& it) { return it.ps(); }))
      .def(
          "call",
          [](Box& it, const Texts& words, std::string stdin_text) {
            const Inside inside(it.session());
            return it.open().call(words, std::move(stdin_text));
          },
          "words"_a, "stdin_text"_a = "");
}

void bind_looks(py::class_<Box, std::shared_ptr<Box>>& box) {
  box.def_property_readonly("id", [](const Box& it) { return it.open().id(); })
      .def_property_readonly("bundle", [](const Box& it) { return it.files; })
      .def_property_readonly("status", verb([](Container& it) { return std::string{to_text(it.status())}; }))
      .def_property_readonly("state_json",
                             [](Box& it) -> base::Json {
                               const Inside inside(it.session());
                               return it.open().state_json();
                             })
      .def_property_readonly("known", verb([](Container& it) { return it.known(); }))
      .def_property_readonly("pid", verb([](Container& it) { return it.pid(); }))
      .def_property_readonly("init", [](const Box& it) -> const Mortal& { return it.open().init(); })
      .def_property_readonly("cgroups", [](const Box& it) { return it.open().cgroups(); })
      .def("members", verb([](Container& it) { return it.members(); }))
      .def(
          "await_status",
          [](Box& it, const std::string& wanted, double timeout) {
            const auto status = status_from(wanted);
            if (!status) throw py::value_error("no status is called " + wanted);
            const Inside inside(it.session());
            it.open().await(*status, in_ms(timeout));
          },
          "wanted"_a, "timeout"_a = Seconds(kStep).count())
      .def(
          "await_init_death",
          [](Box& it, double timeout) {
            const Inside inside(it.session());
            it.open().await_init_death(in_ms(timeout));
          },
          "timeout"_a = Seconds(kStep).count())
      .def_property_readonly("out",
                             [](const Box& it) {
                               const ContextScope scope(it.session().context(), runproof::evidence());
                               return py::bytes(it.open().out());
                             })
      .def_property_readonly("err",
                             [](const Box& it) {
                               const ContextScope scope(it.session().context(), runproof::evidence());
                               return py::bytes(it.open().err());
                             })
      .def("traces", verb([](Container& it) { return it.traces(); }))
      .def("adopt", verb([](Container& it) { it.adopt(); }))
      .def("expect_nothing_left", verb([](Container& it) { it.expect_nothing_left(); }))
      .def("close", &Box::close)
      .def("__enter__", [](std::shared_ptr<Box> it) { return it; })
      .def("__exit__", [](Box& it, const py::args&) { it.close(); })
      .def("__repr__", [](const Box& it) {
        return it.container ? "<Container " + it.container->id() + ">" : "<Container, closed>";
      });
}

void bind_serving(py::module_& module) {
  py::class_<ServingBox, Box, std::shared_ptr<ServingBox>>(module, "Serving")
      .def("serve",
           [](ServingBox& it) {
             const Inside inside(it.session());
             it.serving().serve();
           })
      .def("await_peer",
           [](ServingBox& it) {
             const Inside inside(it.session());
             it.serving().await_peer();
           })
      .def(
          "ask",
          [](ServingBox& it, const Texts& words) -> base::Json {
            const Inside inside(it.session());
            return it.serving().ask(words);
          },
          "words"_a)
      .def(
          "tell", [](ServingBox& it, const Texts& words) { return it.serving().peer().tell(words); }, "words"_a);
}

}  // namespace

void bind_session(py::module_& module) {
  bind_bundle(module);
  py::class_<Box, std::shared_ptr<Box>> box(module, "Container");
  bind_verbs(box);
  bind_looks(box);
  bind_serving(module);

  py::class_<Session, std::shared_ptr<Session>>(module, "Session")
      .def(py::init([](const Runtime& runtime, std::filesystem::path probe, std::string wait, bool keep, double scale) {
             return std::make_shared<Session>(runtime, SessionOptions{std::move(probe), std::move(wait), keep, scale});
           }),
           "runtime"_a, "probe"_a, "wait"_a = "auto", "keep"_a = false, "deadline_scale"_a = 1.0)
      .def_property_readonly("runtime", [](const Session& session) { return session.context().runtime; })
      .def_property_readonly("scratch", [](const Session& session) { return session.context().scratch; })
      .def_property_readonly("commands", [](const Session& session) { return session.evidence().commands; })
      .def_property_readonly("leftovers", [](const Session& session) { return session.evidence().leftovers; })
      .def("bundle", &make_bundle, "config"_a)
      .def("container", &make_container, "bundle"_a, "id"_a = py::none())
      .def("serving", &make_serving, "config"_a)
      .def("close", &Session::close);
}

}  // namespace runproof::python
