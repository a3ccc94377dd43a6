// The harness's end of the protocol that fixtures/probe/connection.cc draws.

#include "harness/bundle/channel.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/file.h"
#include "base/pidfd.h"
#include "base/sys_error.h"
#include "base/text.h"
#include "harness/observe/descendants.h"
#include "harness/spawn/poll.h"

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77  // Linux 6.5; glibc 2.36 does not know it
#endif

namespace runproof {
namespace {

using base::Deadline;
using base::Json;
using base::UniqueFd;

constexpr std::size_t kLargestRecord = std::size_t{1} << 20;
constexpr int kBacklog = 4096;

UniqueFd seqpacket_socket() {
  UniqueFd fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (!fd.valid()) throw base::SysError("socket AF_UNIX");
  return fd;
}

bool hung_up(int socket) {
  pollfd entry{.fd = socket, .events = 0, .revents = 0};
  return ::poll(&entry, 1, 0) > 0;
}

/// The peer's process: its pid as we see it, and a handle that cannot be another's.
struct Credentials {
  pid_t pid = 0;
  UniqueFd pidfd;
};

Credentials credentials_of(int socket) {
  ucred who{};
  socklen_t length = sizeof who;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &who, &length) != 0) throw base::SysError("getsockopt SO_PEERCRED");
  int pidfd = -1;
  length = sizeof pidfd;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &length) == 0) return {who.pid, UniqueFd(pidfd)};
  // Before Linux 6.5, or the peer has died already. One that still holds its end now was alive all the time: so the pid
  // was its own.
  std::optional<UniqueFd> opened = base::open_pidfd(who.pid);
  const bool held = !hung_up(socket);
  return {who.pid, opened && held ? std::move(*opened) : UniqueFd()};
}

std::string words_text(const std::vector<std::string>& words) { return base::join(words, " "); }

}  // namespace

Json Peer::receive(Deadline deadline, std::string_view doing) {
  const std::string who = name_ + " (pid " + std::to_string(pid_) + ")";
  if (!poll_until(socket_.get(), POLLIN, deadline)) {
    throw ChannelError(who + " did not answer in time: " + std::string(doing));
  }
  const ssize_t size = ::recv(socket_.get(), nullptr, 0, MSG_PEEK | MSG_TRUNC);
  if (size <= 0) throw ChannelError(who + " has gone: " + std::string(doing));
  if (static_cast<std::size_t>(size) > kLargestRecord)
    throw ChannelError(who + " said too much: " + std::string(doing));
  std::string record(static_cast<std::size_t>(size), '\0');
  if (::recv(socket_.get(), record.data(), record.size(), 0) != size)
    throw ChannelError(who + " has gone: " + std::string(doing));
  try {
    return base::parse_json(record);
  } catch (const base::JsonError& e) {
    throw ChannelError(who + " talks nonsense: " + std::string(doing) + ": " + e.what());
  }
}

Json Peer::ask(const std::vector<std::string>& words, Deadline deadline) {
  const std::string doing = words_text(words);
  if (!tell(words)) throw ChannelError(name_ + " (pid " + std::to_string(pid_) + ") has gone: " + doing);
  for (;;) {
    Json record = receive(deadline, doing);
    if (record.contains("event")) {
      events_.push_back(std::move(record));
      continue;
    }
    if (record.contains("error")) throw ChannelError(name_ + " refuses: " + doing + ": " + record["error"].dump());
    if (record.value("done", false) != true) throw ChannelError(name_ + " gave half an answer: " + doing);
    return record;
  }
}

bool Peer::tell(const std::vector<std::string>& words) {
  std::string request;
  for (const std::string& word : words) request.append(word).push_back('\0');
  return ::send(socket_.get(), request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size());
}

Json Peer::next(Deadline deadline) {
  while (events_.empty()) {
    Json record = receive(deadline, "the next event");
    if (record.contains("event")) events_.push_back(std::move(record));
  }
  Json first = std::move(events_.front());
  events_.pop_front();
  return first;
}

bool Peer::gone() const { return hung_up(socket_.get()); }

// Asks for no event: the hangup alone ends it, not a record that nobody has read yet.
bool Peer::await_gone(Deadline deadline) const { return poll_until(socket_.get(), 0, deadline); }

Channel::Channel(const std::filesystem::path& directory, const std::string& name)
    : path_(directory / name), socket_(seqpacket_socket()) {
  // sun_path holds 107 bytes: the directory goes by its descriptor.
  const UniqueFd parent = base::open_file(directory, O_PATH | O_DIRECTORY);
  const std::string short_path = "/proc/self/fd/" + std::to_string(parent.get()) + "/" + name;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (short_path.size() >= sizeof address.sun_path) throw base::SysError("bind " + path_.string(), ENAMETOOLONG);
  std::memcpy(address.sun_path, short_path.c_str(), short_path.size() + 1);
  if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw base::SysError("bind " + path_.string());
  }
  if (::fchmodat(parent.get(), name.c_str(), 0777, 0) != 0) throw base::SysError("chmod " + path_.string());
  if (::listen(socket_.get(), kBacklog) != 0) throw base::SysError("listen " + path_.string());
}

Peer Channel::accept_one(Deadline deadline) {
  if (!poll_while_any_lives(socket_.get(), POLLIN, deadline)) {
    throw ChannelError("nobody has connected to " + path_.string() +
                       (deadline.passed() ? " in time" : ", and nobody is left who could"));
  }
  Peer peer;
  peer.name_ = "somebody";
  peer.socket_.reset(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!peer.socket_.valid()) throw base::SysError("accept " + path_.string());
  Credentials who = credentials_of(peer.socket_.get());
  peer.pid_ = who.pid;
  peer.pidfd_ = std::move(who.pidfd);
  const Json hello = peer.receive(deadline, "hello");
  if (!hello.contains("hello"))
    throw ChannelError("pid " + std::to_string(peer.pid_) + " is no probe: it did not say hello");

  peer.name_ = hello["hello"].get<std::string>();
  peer.inner_pid_ = hello["pid"].get<pid_t>();
  return peer;
}

Peer Channel::accept(Deadline deadline) {
  if (early_.empty()) return accept_one(deadline);
  Peer peer = std::move(early_.front());
  early_.pop_front();
  return peer;
}

Peer Channel::accept(std::string_view name, Deadline deadline) {
  const auto known = std::find_if(early_.begin(), early_.end(), [&](const Peer& peer) { return peer.name() == name; });
  if (known != early_.end()) {
    Peer peer = std::move(*known);
    early_.erase(known);
    return peer;
  }
  for (;;) {
    Peer peer = accept_one(deadline);
    if (peer.name() == name) return peer;
    early_.push_back(std::move(peer));
  }
}

std::vector<Peer> Channel::accept(std::size_t count, Deadline deadline) {
  std::vector<Peer> peers;
  while (peers.size() < count) peers.push_back(accept(deadline));
  return peers;
}

bool Channel::quiet() const {
  pollfd entry{.fd = socket_.get(), .events = POLLIN, .revents = 0};
  return early_.empty() && ::poll(&entry, 1, 0) == 0;
}

}  // namespace runproof
