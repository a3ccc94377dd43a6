#include "cases/support/signals.h"

#include <cctype>
#include <csignal>
#include <cstring>
#include <stdexcept>

#include "harness/runtime/container.h"
#include "harness/runtime/context.h"

namespace runproof {

std::string upper(std::string_view word) {
  std::string out{word};
  for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

int signal_number(std::string_view name) {
  for (int number = 1; number < NSIG; ++number) {
    const char* known = sigabbrev_np(number);
    if (known != nullptr && name == known) return number;
  }
  throw std::invalid_argument("no signal is called " + std::string{name});
}

bool has_caught(Peer& peer, std::string_view name) {
  // Once for the handler to run, and once more for its record to stand before an answer.
  (void)peer.ask({"pid"}, context().within(kStep));
  (void)peer.ask({"pid"}, context().within(kStep));
  try {
    return peer.next(base::Deadline::in(std::chrono::nanoseconds{0})).value("signal", "") == name;
  } catch (const ChannelError&) {
    return false;
  }
}

}  // namespace runproof
