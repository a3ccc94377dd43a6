#include "reference_runtime/net/netlink.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "base/sys_error.h"

namespace refrun {

void RouteMessage::pad() { body_.resize(NLMSG_ALIGN(body_.size())); }

void RouteMessage::add(std::uint16_t attribute, std::string_view value) {
  const rtattr head{.rta_len = static_cast<unsigned short>(RTA_LENGTH(value.size())), .rta_type = attribute};
  body_.append(reinterpret_cast<const char*>(&head), sizeof head);
  body_ += value;
  pad();
}

std::vector<RouteAttribute> route_attributes(const nlmsghdr& message, std::size_t head_size) {
  std::vector<RouteAttribute> out;
  const char* data = reinterpret_cast<const char*>(&message) + NLMSG_LENGTH(NLMSG_ALIGN(head_size));
  const char* end = reinterpret_cast<const char*>(&message) + message.nlmsg_len;
  while (data + sizeof(rtattr) <= end) {
    rtattr head{};
    std::memcpy(&head, data, sizeof head);
    if (head.rta_len < sizeof head || data + head.rta_len > end) break;
    out.push_back({head.rta_type, std::string(data + sizeof head, head.rta_len - sizeof head)});
    data += RTA_ALIGN(head.rta_len);
  }
  return out;
}

RouteSocket::RouteSocket() : fd_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)) {
  if (!fd_.valid()) throw base::SysError("open a route socket");
}

void RouteSocket::send(const RouteMessage& request, std::uint16_t more_flags) {
  nlmsghdr head{};
  head.nlmsg_len = static_cast<std::uint32_t>(NLMSG_LENGTH(request.body_.size()));
  head.nlmsg_type = request.type_;
  head.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | request.flags_ | more_flags);
  std::string packet(reinterpret_cast<const char*>(&head), sizeof head);
  packet += request.body_;
  if (::send(fd_.get(), packet.data(), packet.size(), 0) != static_cast<ssize_t>(packet.size()))
    throw base::SysError("send to the route socket");
}

bool RouteSocket::receive(const std::function<void(const nlmsghdr&)>& take, int& error) {
  alignas(nlmsghdr) static thread_local char buffer[65536];
  ssize_t got = -1;
  do {
    got = ::recv(fd_.get(), buffer, sizeof buffer, 0);
  } while (got < 0 && errno == EINTR);
  if (got < 0) throw base::SysError("receive from the route socket");
  auto left = static_cast<unsigned>(got);
  for (auto* message = reinterpret_cast<nlmsghdr*>(buffer); NLMSG_OK(message, left);
       message = NLMSG_NEXT(message, left)) {
    if (message->nlmsg_type == NLMSG_DONE) return true;
    if (message->nlmsg_type == NLMSG_ERROR) {
      error = -head_of<nlmsgerr>(*message).error;
      return true;
    }
    take(*message);
  }
  return false;
}

int RouteSocket::ask(const RouteMessage& request) {
  send(request, NLM_F_ACK);
  int error = 0;
  while (!receive([](const nlmsghdr&) {}, error)) {
  }
  return error;
}

void RouteSocket::dump(const RouteMessage& request, const std::function<void(const nlmsghdr&)>& take) {
  send(request, NLM_F_DUMP);
  int error = 0;
  while (!receive(take, error)) {
  }
  if (error != 0) throw base::SysError("read from the route socket", error);
}

}  // namespace refrun
