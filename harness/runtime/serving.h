#pragma once

#include <memory>
#include <string>
#include <utility>

#include "harness/bundle/channel.h"
#include "harness/runtime/container.h"

namespace runproof {

/// A running container whose init is `probe serve`: it does what its peer is told, and nothing else.
class Serving : public Container {
 public:
  Serving(Container box, std::unique_ptr<Channel> channel, Peer peer)
      : Container(std::move(box)), channel_(std::move(channel)), peer_(std::move(peer)) {}

  /// The connection to init.
  [[nodiscard]] Peer& peer() { return peer_; }
  /// For further processes that connect: {"/probe", "serve", channel().inside()}.
  [[nodiscard]] Channel& channel() { return *channel_; }
  /// Sends a verb to init and gives its record. Throws CaseFailed where it does not answer.
  base::Json ask(const std::vector<std::string>& words);

 private:
  std::unique_ptr<Channel> channel_;
  Peer peer_;
};

}  // namespace runproof
