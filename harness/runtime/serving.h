#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/bundle/channel.h"
#include "harness/runtime/container.h"

namespace runproof {

/// A container whose init is `probe serve`: once it runs, it does what its peer is told, and nothing else.
class Serving : public Container {
 public:
  Serving(Container box, std::unique_ptr<Channel> channel) : Container(std::move(box)), channel_(std::move(channel)) {}

  /// Starts it and waits until it has connected. Throws CaseFailed where that does not happen.
  void serve();
  /// Waits until it has connected, where something else starts it (`run`). Throws CaseFailed where that does not
  /// happen.
  void await_peer();
  /// The connection to init. Throws std::logic_error before it is there.
  [[nodiscard]] Peer& peer();
  /// For further processes that connect: {"/probe", "serve", channel().inside()}.
  [[nodiscard]] Channel& channel() { return *channel_; }
  /// The next process that connects. Throws CaseFailed where none does.
  [[nodiscard]] Peer accept();
  [[nodiscard]] std::vector<Peer> accept(std::size_t count);
  /// Sends a verb to init and gives its record. Throws CaseFailed where it does not answer.
  base::Json ask(const std::vector<std::string>& words);

 private:
  std::unique_ptr<Channel> channel_;
  std::optional<Peer> peer_;
};

}  // namespace runproof
