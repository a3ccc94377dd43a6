#include "base/deadline.h"

#include <algorithm>
#include <limits>

namespace base {

std::chrono::nanoseconds Deadline::left() const {
  if (at_ == Clock::time_point::max()) return std::chrono::nanoseconds::max();
  return std::max<std::chrono::nanoseconds>(at_ - Clock::now(), std::chrono::nanoseconds::zero());
}

int Deadline::poll_timeout() const {
  if (at_ == Clock::time_point::max()) return -1;
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(left()).count();
  return static_cast<int>(std::min<decltype(ms)>(ms, std::numeric_limits<int>::max()));
}

}  // namespace base
