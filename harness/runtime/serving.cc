#include "harness/runtime/serving.h"

#include <sstream>
#include <stdexcept>

#include "harness/runtime/context.h"
#include "harness/runtime/failure.h"

namespace runproof {

void Serving::serve() {
  const Answer answer = start();
  if (!answer.ok()) {
    std::ostringstream text;
    text << "a step that this case needs failed\n  " << answer;
    throw CaseFailed(text.str());
  }
  await_peer();
}

void Serving::await_peer() { peer_ = accept(); }

Peer& Serving::peer() {
  if (!peer_) throw std::logic_error("the program of container " + id() + " has not connected yet: serve() first");
  return *peer_;
}

Peer Serving::accept() { return std::move(accept(1).front()); }

std::vector<Peer> Serving::accept(std::size_t count) {
  try {
    return channel_->accept(count, context().within(kStep));
  } catch (const ChannelError& error) {
    throw CaseFailed("the program of container " + id() + " does not report: " + error.what() +
                     "\n  its stderr: " + err());
  }
}

base::Json Serving::ask(const std::vector<std::string>& words) {
  try {
    return peer().ask(words, context().within(kStep));
  } catch (const ChannelError& error) {
    throw CaseFailed("the program of container " + id() + " does not answer " + words.front() + ": " + error.what() +
                     "\n  its stderr: " + err());
  }
}

}  // namespace runproof
