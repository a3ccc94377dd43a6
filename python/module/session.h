#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/bundle/bundle.h"
#include "harness/runtime/adapter.h"
#include "harness/runtime/context.h"
#include "harness/runtime/context_scope.h"
#include "harness/runtime/evidence.h"

namespace runproof::python {

/// What Python asks for.
struct SessionOptions {
  std::filesystem::path probe;
  std::string wait = "auto";
  bool keep = false;
  double deadline_scale = 1;
};

/// The directory of this process's bundles, removed with the last session that uses it.
class RunDirectory {
 public:
  explicit RunDirectory(bool keep);
  RunDirectory(const RunDirectory&) = delete;
  RunDirectory& operator=(const RunDirectory&) = delete;
  ~RunDirectory();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  bool keep_;
};

/// One runtime under test, for as long as a Python test: names, directories and evidence of its containers. Used from
/// any thread; `take` needs the GIL.
class Session {
 public:
  Session(Runtime runtime, const SessionOptions& options);

  [[nodiscard]] const Context& context() const { return context_; }
  [[nodiscard]] const GlobalOptions& globals() const { return globals_; }
  [[nodiscard]] const Stage& stage() const { return stage_; }
  [[nodiscard]] std::string fresh_id() { return context_.prefix() + "-" + std::to_string(++used_ids_); }
  [[nodiscard]] const Evidence& evidence() const { return evidence_; }
  void take(Evidence&& said);

  /// From now on `close` closes this too, before anything else; with the GIL.
  void owns(std::function<void()> close_it) { owned_.push_back(std::move(close_it)); }
  /// Closes its containers, then removes everything that still bears its name. What that was, and what its containers
  /// left: each is a leak. Needs the GIL, and lets it go while it waits.
  std::vector<Leftover> close();

 private:
  std::shared_ptr<RunDirectory> directory_;
  Context context_;
  Stage stage_;
  GlobalOptions globals_;
  Evidence evidence_;
  int used_ids_ = 0;
  std::vector<std::function<void()>> owned_;
  bool closed_ = false;
};

}  // namespace runproof::python
