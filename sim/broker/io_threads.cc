// Who holds an I/O thread, and who is next.
#include "sim/broker/io_threads.h"

#include <algorithm>
#include <utility>

namespace brokerlab {
namespace {

bool needs_disk(const Request& request) {
    return request.header.request_api_key == ApiKey::kProduce ||
           request.header.request_api_key == ApiKey::kFetch;
}

int32_t busy_threads(const IoThreads& io) {
    return static_cast<int32_t>(
        std::count_if(io.tasks.begin(), io.tasks.end(),
                      [](const IoTask& task) { return task.busy_until.has_value(); }));
}

Request take(IoThreads& io, std::vector<IoTask>::iterator task) {
    Request request = std::move(task->request);
    io.tasks.erase(task);
    return request;
}

}  // namespace

SimTime IoThreads::next_deadline() const {
    SimTime next = kNever;
    for (const IoTask& task : tasks) {
        if (task.busy_until.has_value()) {
            next = std::min(next, *task.busy_until);
        }
    }
    return next;
}

std::optional<Request> admit(IoThreads& io, Request request, int32_t threads, Duration disk_delay,
                             SimTime now) {
    const int32_t busy = busy_threads(io);
    const bool somebody_waits = io.tasks.size() > static_cast<std::size_t>(busy);
    if (busy >= threads || somebody_waits) {
        io.tasks.push_back({std::move(request), std::nullopt});
        return std::nullopt;
    }
    if (disk_delay > Duration() && needs_disk(request)) {
        io.tasks.push_back({std::move(request), now + disk_delay});
        return std::nullopt;
    }
    return request;
}

std::optional<Request> next_ready(IoThreads& io, int32_t threads, Duration disk_delay,
                                  SimTime now) {
    auto first = io.tasks.end();
    for (auto task = io.tasks.begin(); task != io.tasks.end(); ++task) {
        if (task->busy_until.has_value() && *task->busy_until <= now &&
            (first == io.tasks.end() || *task->busy_until < *first->busy_until)) {
            first = task;
        }
    }
    if (first != io.tasks.end()) {
        return take(io, first);
    }
    int32_t busy = busy_threads(io);
    for (auto task = io.tasks.begin(); task != io.tasks.end() && busy < threads; ++task) {
        if (task->busy_until.has_value()) {
            continue;
        }
        if (disk_delay <= Duration() || !needs_disk(task->request)) {
            return take(io, task);
        }
        task->busy_until = now + disk_delay;
        ++busy;
    }
    return std::nullopt;
}

void forget_io_tasks(IoThreads& io, const ConnectionId& connection) {
    std::erase_if(io.tasks, [&](const IoTask& task) {
        return task.request.connection == connection &&
               task.request.header.request_api_key != ApiKey::kProduce;
    });
}

}  // namespace brokerlab
