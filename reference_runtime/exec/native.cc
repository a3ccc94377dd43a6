#include "reference_runtime/exec/native.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/text.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

constexpr std::string_view kDefaultPath = "/bin:/usr/bin";  // confstr(3) _CS_PATH, as execvp(3) without PATH
char shell_name[] = "/bin/sh";

/// Whether execvp(3) would go on to the next directory.
bool try_next(int error) {
  return error == ENOENT || error == ENOTDIR || error == EACCES || error == ESTALE || error == ENODEV ||
         error == ETIMEDOUT;
}

}  // namespace

std::vector<std::string> exec_candidates(const std::string& file, const std::vector<std::string>& env) {
  if (file.find('/') != std::string::npos) return {file};
  std::string_view path = kDefaultPath;
  for (const std::string& entry : env) {
    if (entry.starts_with("PATH=")) path = std::string_view(entry).substr(5);
  }
  std::vector<std::string> out;
  for (const std::string_view directory : base::split(path, ':')) {
    // An empty entry is the working directory.
    out.push_back(directory.empty() ? "./" + file : std::string(directory) + "/" + file);
  }
  return out;
}

std::string NativeExecutor::prepare(const Payload& payload) {
  candidates_ = exec_candidates(payload.args[0], payload.env);
  for (const std::string& arg : payload.args) argv_.push_back(const_cast<char*>(arg.c_str()));
  if (fault("args_truncated")) argv_.resize(1);
  argv_.push_back(nullptr);
  shell_argv_ = argv_;
  shell_argv_.insert(shell_argv_.begin(), shell_name);
  for (const std::string& entry : payload.env) envp_.push_back(const_cast<char*>(entry.c_str()));
  if (fault("env_dropped")) envp_.clear();
  envp_.push_back(nullptr);
  return {};
}

void NativeExecutor::run(const Payload& payload, Handover& handover) {
  int error = ENOENT;
  bool refused = false;  // execvp(3): a program that may not be executed is the answer where no other is found
  for (std::string& candidate : candidates_) {
    ::execve(candidate.c_str(), argv_.data(), envp_.data());
    if (errno == ENOEXEC) {
      shell_argv_[1] = candidate.data();
      ::execve(shell_name, shell_argv_.data(), envp_.data());
    }
    error = errno;
    refused = refused || error == EACCES;
    if (!try_next(error)) break;
  }
  if (refused && try_next(error)) error = EACCES;
  char text[220];
  const bool searched = payload.args[0].find('/') == std::string::npos && error == ENOENT;
  std::snprintf(text, sizeof text, searched ? "exec \"%.120s\": executable file not found in $PATH" : "exec \"%.120s\"",
                payload.args[0].c_str());
  handover.failed(text, error);
}

}  // namespace refrun
