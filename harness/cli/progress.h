#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/json.h"
#include "harness/registry/outcome.h"

namespace runproof {

/// Shows a run while it goes on. On a terminal one line at the bottom that is drawn over and over: done and total, how
/// many are red, what has been running for long; above it, what is not as it should be, as it happens. Elsewhere only
/// those lines, or one for every case where that is wanted.
class Progress {
 public:
  using Clock = std::chrono::steady_clock;

  struct Style {
    bool live = false;  ///< a terminal
    bool colour = false;
    bool every = false;  ///< a line for each case
    bool wrong = true;   ///< a line for each that went wrong
    std::size_t width = 80;
  };

  /// `print` gets text as it is to be written.
  Progress(std::size_t total, Style style, std::function<void(std::string_view)> print);

  void began(const std::string& id, Clock::time_point now);
  void ended(const std::string& id, const base::Json& result, Clock::time_point now);
  /// Draws the live line anew where it has changed or is old.
  void tick(Clock::time_point now);
  /// Takes the live line away.
  void finish();

  /// The live line as it would be drawn, without colours.
  [[nodiscard]] std::string live_line(Clock::time_point now) const;

 private:
  void draw(Clock::time_point now);
  void erase();

  std::size_t total_;
  Style style_;
  std::function<void(std::string_view)> print_;
  std::size_t done_ = 0;
  std::size_t red_ = 0;
  std::size_t broken_ = 0;
  std::multimap<std::string, Clock::time_point> running_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point drawn_;
  bool visible_ = false;
};

/// "failed  kill.stopped  17 ms: the message": one result as a line, without its end.
[[nodiscard]] std::string result_line(const std::string& id, const base::Json& result, bool colour);

}  // namespace runproof
