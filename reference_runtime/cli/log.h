#pragma once

#include <string>
#include <vector>

namespace refrun {

enum class LogFormat { text, json };

/// Where messages go: one per event to --log (or to stderr), and an error always to stderr as well. Warnings wait until
/// the command's end: callers such as conmon want the log of a failed command to be exactly one JSON object.
class Log {
 public:
  void configure(std::string path, LogFormat format, bool debug);
  /// Messages go to librefrun, over this socket (embed/report.h), instead of stderr, which is the container's.
  void report_to(int socket) { report_socket_ = socket; }
  [[nodiscard]] int report_socket() const { return report_socket_; }

  [[nodiscard]] std::vector<std::string>& warnings() { return warnings_; }
  void error(const std::string& message);
  /// Writes the warnings: the command succeeded.
  void finish();

 private:
  void write(const char* level, const std::string& message);

  std::string path_;
  LogFormat format_ = LogFormat::text;
  bool debug_ = false;
  int report_socket_ = -1;  // -1: nobody
  std::vector<std::string> warnings_;
};

}  // namespace refrun
