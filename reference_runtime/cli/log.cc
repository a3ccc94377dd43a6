#include "reference_runtime/cli/log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <ctime>

#include "base/file.h"
#include "base/json.h"
#include "base/sys_error.h"
#include "reference_runtime/embed/report.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

std::string now_rfc3339() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                     utc.tm_hour, utc.tm_min, utc.tm_sec);
}

/// One line of the log.
std::string line(LogFormat format, const char* level, const std::string& message) {
  if (format == LogFormat::json && !fault("log_not_json")) {
    base::OrderedJson json;
    json["level"] = level;
    json["msg"] = message;
    json["time"] = now_rfc3339();
    return json.dump(-1, ' ', false, base::OrderedJson::error_handler_t::replace) + "\n";
  }
  return fmt::format("time=\"{}\" level={} msg={}\n", now_rfc3339(), level,
                     base::Json(message).dump(-1, ' ', false, base::Json::error_handler_t::replace));
}

void write_quietly(int fd, const std::string& text) {
  [[maybe_unused]] const ssize_t written = ::write(fd, text.data(), text.size());
}

}  // namespace

void Log::configure(std::string path, LogFormat format, bool debug) {
  path_ = std::move(path);
  format_ = format;
  debug_ = debug;
  if (path_.empty()) return;
  base::open_file(path_, O_WRONLY | O_CREAT | O_APPEND);  // throws here, where it can still be said on stderr
}

void Log::write(const char* level, const std::string& message) {
  if (path_.empty()) {
    if (format_ == LogFormat::json) {
      write_quietly(STDERR_FILENO, line(format_, level, message));
    } else {
      write_quietly(STDERR_FILENO,
                    fmt::format("refrun: {}{}\n", std::string_view(level) == "error" ? "" : "warning: ", message));
    }
    return;
  }
  const base::UniqueFd file(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (file.valid()) write_quietly(file.get(), line(format_, level, message));
  if (std::string_view(level) == "error") write_quietly(STDERR_FILENO, fmt::format("refrun: {}\n", message));
}

void Log::error(const std::string& message) {
  if (fault("create_error_silent")) return;
  if (report_socket_ >= 0) {
    for (const std::string& warning : warnings_) send_report(report_socket_, ReportKind::warning, warning);
    send_report(report_socket_, ReportKind::error, message);
    return;
  }
  // The warnings that came before go where people read, not into the log.
  for (const std::string& warning : warnings_)
    write_quietly(STDERR_FILENO, fmt::format("refrun: warning: {}\n", warning));
  warnings_.clear();
  write("error", message);
  if (fault("log_twice")) write("error", message);
}

void Log::finish() {
  if (report_socket_ >= 0) {
    for (const std::string& warning : warnings_) send_report(report_socket_, ReportKind::warning, warning);
    send_report(report_socket_, ReportKind::done);
    return;
  }
  for (const std::string& warning : warnings_) {
    if (!fault("warnings_dropped")) write("warning", warning);
  }
  warnings_.clear();
}

}  // namespace refrun
