#include "harness/cli/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "harness/cli/result_outcome.h"

namespace runproof {
namespace {

using namespace std::chrono_literals;

constexpr auto kSlow = 2s;
constexpr auto kRedraw = 100ms;

constexpr std::string_view kRedColour = "\x1b[31m";
constexpr std::string_view kGreen = "\x1b[32m";
constexpr std::string_view kYellow = "\x1b[33m";
constexpr std::string_view kDim = "\x1b[2m";
constexpr std::string_view kPlain = "\x1b[0m";

std::string_view colour_of(Outcome outcome) {
  if (is_red(outcome)) return kRedColour;
  switch (outcome) {
    case Outcome::passed:
    case Outcome::xfail:
      return kGreen;
    case Outcome::broken:
      return kRedColour;
    case Outcome::soft:
    case Outcome::info:
      return kYellow;
    default:
      return kDim;
  }
}

bool went_wrong(const base::Json& result) {
  const Outcome outcome = outcome_in(result);
  return is_red(outcome) || outcome == Outcome::broken || result.value("leak", false);
}

double seconds(Progress::Clock::duration span) { return std::chrono::duration<double>(span).count(); }

/// Cut to what a line of a terminal holds; a character of several bytes is not cut through.
std::string fit(std::string text, std::size_t width) {
  if (text.size() <= width) return text;
  std::size_t end = width > 1 ? width - 1 : 0;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "…";
}

}  // namespace

std::string result_line(const std::string& id, const base::Json& result, bool colour) {
  const Outcome outcome = outcome_in(result);
  std::string word = fmt::format("{:<11}", to_text(outcome));
  if (colour) word = fmt::format("{}{}{}", colour_of(outcome), word, kPlain);
  std::string message = result.value("message", "");
  std::ranges::replace(message, '\n', ' ');
  return fmt::format("{} {}  {:.0f} ms{}{}{}", word, id, result.value("took_ms", 0.0),
                     result.value("leak", false) ? ", leaves something behind" : "", message.empty() ? "" : ": ",
                     message);
}

Progress::Progress(std::size_t total, Style style, std::function<void(std::string_view)> print)
    : total_(total), style_(style), print_(std::move(print)) {}

void Progress::began(const std::string& id, Clock::time_point now) { running_.emplace(id, now); }

void Progress::ended(const std::string& id, const base::Json& result, Clock::time_point now) {
  if (const auto found = running_.find(id); found != running_.end()) running_.erase(found);
  ++done_;
  const bool wrong = went_wrong(result);
  if (outcome_in(result) == Outcome::broken) {
    ++broken_;
  } else if (wrong) {
    ++red_;
  }
  if (!style_.every && !(wrong && style_.wrong)) return;
  erase();
  print_(result_line(id, result, style_.colour) + "\n");
  if (style_.live) draw(now);
}

void Progress::tick(Clock::time_point now) {
  if (style_.live && now - drawn_ >= kRedraw) draw(now);
}

void Progress::finish() { erase(); }

std::string Progress::live_line(Clock::time_point now) const {
  std::string line = fmt::format("{}/{}  {:.1f} s", done_, total_, seconds(now - start_));
  if (red_ > 0) line += fmt::format("  {} red", red_);
  if (broken_ > 0) line += fmt::format("  {} broken", broken_);
  std::vector<std::pair<Clock::time_point, std::string>> oldest;
  for (const auto& [id, since] : running_) oldest.emplace_back(since, id);
  std::ranges::sort(oldest);
  const char* separator = "  ";
  for (const auto& [since, id] : oldest) {
    const auto age = now - since;
    line += age >= kSlow ? fmt::format("{}{} (slow: {:.0f} s)", separator, id, seconds(age))
                         : fmt::format("{}{}", separator, id);
    separator = ", ";
  }
  return line;
}

void Progress::draw(Clock::time_point now) {
  const std::string line = fit(live_line(now), style_.width - 1);
  print_(style_.colour ? fmt::format("\r\x1b[K{}{}{}", red_ + broken_ > 0 ? kRedColour : kDim, line, kPlain)
                       : fmt::format("\r\x1b[K{}", line));
  visible_ = true;
  drawn_ = now;
}

void Progress::erase() {
  if (std::exchange(visible_, false)) print_("\r\x1b[K");
}

}  // namespace runproof
