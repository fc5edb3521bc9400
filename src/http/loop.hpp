// Asio as this room uses it: one io_context on one thread, concrete executor types, awaitables.
// Private to http's own .cpp files: no header that another room includes may include this one,
// because it costs seconds to compile.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

namespace limen::http {

namespace asio = boost::asio;
using Error = boost::system::error_code;
using Loop = asio::io_context;
// The concrete executor spares every operation a type-erased one.
using Executor = Loop::executor_type;
using Tcp = asio::ip::tcp;
using Socket = asio::basic_stream_socket<Tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<Tcp, Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;
template <class T>
using Task = asio::awaitable<T, Executor>;
using Awaiting = asio::use_awaitable_t<Executor>;
constexpr Awaiting awaiting{};

}  // namespace limen::http
