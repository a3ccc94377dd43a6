#include <fmt/format.h>

#include <ostream>

#include "base/text.h"
#include "harness/spawn/command.h"

namespace runproof {
namespace {

constexpr std::size_t kMostLogged = std::size_t{16} << 10;

double to_ms(std::chrono::microseconds span) { return std::chrono::duration<double, std::milli>(span).count(); }

std::string ending(const Finished& finished) {
  if (finished.timed_out) return "not done at its deadline";
  if (finished.flooded) return "ended for writing too much";
  return to_text(ExitStatus{.exit = finished.exit, .signal = finished.signal});
}

void print_stream(std::ostream& stream, std::string_view name, std::string_view text) {
  text = base::trim(text);
  if (text.empty()) return;
  stream << fmt::format("\n  {}: {}{}", name, text.substr(0, kMostLogged), text.size() > kMostLogged ? " [cut]" : "");
}

}  // namespace

std::ostream& operator<<(std::ostream& stream, const Finished& finished) {
  stream << fmt::format("{}: {}, took {:.1f} ms", base::shell_line(finished.argv), ending(finished),
                        to_ms(finished.took));
  print_stream(stream, "stdout", finished.out);
  print_stream(stream, "stderr", finished.err);
  return stream;
}

void to_json(base::Json& json, const Finished& finished) {
  json = ExitStatus{.exit = finished.exit, .signal = finished.signal};
  json["argv"] = finished.argv;
  json["timed_out"] = finished.timed_out;
  if (finished.flooded) json["flooded"] = true;
  json["took_ms"] = to_ms(finished.took);
  json["out"] = finished.out.substr(0, kMostLogged);
  json["err"] = finished.err.substr(0, kMostLogged);
  if (finished.out.size() > kMostLogged || finished.err.size() > kMostLogged) json["cut"] = true;
}

}  // namespace runproof
