#pragma once

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/unique_fd.h"

namespace refrun {

/// A request of rtnetlink(7) in the making: a fixed head such as ifinfomsg, then attributes.
class RouteMessage {
 public:
  template <typename Head>
  RouteMessage(std::uint16_t type, std::uint16_t flags, const Head& head) : type_(type), flags_(flags) {
    static_assert(std::is_trivially_copyable_v<Head>);
    body_.assign(reinterpret_cast<const char*>(&head), sizeof head);
    pad();
  }
  void add(std::uint16_t attribute, std::string_view value);

 private:
  friend class RouteSocket;
  void pad();

  std::uint16_t type_;
  std::uint16_t flags_;
  std::string body_;
};

/// The fixed head of an answer.
template <typename Head>
[[nodiscard]] const Head& head_of(const nlmsghdr& message) {
  return *reinterpret_cast<const Head*>(reinterpret_cast<const char*>(&message) + NLMSG_LENGTH(0));
}

/// One attribute of an answer.
struct RouteAttribute {
  std::uint16_t type = 0;
  std::string value;
};
[[nodiscard]] std::vector<RouteAttribute> route_attributes(const nlmsghdr& message, std::size_t head_size);

/// A conversation with the network namespace in which it was opened.
class RouteSocket {
 public:
  /// Throws base::SysError.
  RouteSocket();

  /// 0, or errno. Throws base::SysError where the conversation breaks.
  [[nodiscard]] int ask(const RouteMessage& request);
  /// Every message of a dump.
  void dump(const RouteMessage& request, const std::function<void(const nlmsghdr&)>& take);

 private:
  void send(const RouteMessage& request, std::uint16_t more_flags);
  /// True when the answer was complete; `error` is what the kernel said.
  bool receive(const std::function<void(const nlmsghdr&)>& take, int& error);

  base::UniqueFd fd_;
};

}  // namespace refrun
