// A WebSocket client on Boost.Beast over TLS.
//
//     beast PORT CA-FILE (spin|block) CORE
//
// `spin` reads asynchronously and polls its context; `block` reads synchronously.
#include "peer.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <string>

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;
using Stream = beast::websocket::stream<beast::ssl_stream<tcp::socket>>;

namespace {

peer_tally tally;
beast::flat_buffer buffer;
bool is_open = true;

void take() {
    auto bytes = buffer.cdata();
    peer_take(&tally, static_cast<const unsigned char *>(bytes.data()), bytes.size());
    buffer.consume(buffer.size());
}

void read(Stream &stream) {
    stream.async_read(buffer, [&stream](beast::error_code error, size_t) {
        if (error) {
            is_open = false;
            return;
        }
        take();
        read(stream);
    });
}

}  // namespace

int main(int argc, char **argv) {
    if (argc != 5) peer_fail("usage: beast PORT CA-FILE MODE CORE");
    peer_pin(atoi(argv[4]));
    peer_start(&tally);
    asio::io_context context(1);
    asio::ssl::context tls(asio::ssl::context::tlsv13_client);
    tls.load_verify_file(argv[2]);
    tls.set_verify_mode(asio::ssl::verify_peer);
    Stream stream(context, tls);
    auto &socket = beast::get_lowest_layer(stream);
    socket.connect({asio::ip::address_v4::loopback(), (unsigned short)atoi(argv[1])});
    socket.set_option(tcp::no_delay(true));
    SSL_set_tlsext_host_name(stream.next_layer().native_handle(), "localhost");
    stream.next_layer().set_verify_callback(asio::ssl::host_name_verification("localhost"));
    stream.next_layer().handshake(asio::ssl::stream_base::client);
    stream.handshake("localhost", "/");
    if (std::string(argv[3]) == "spin") {
        read(stream);
        while (is_open) context.poll();
    } else {
        beast::error_code error;
        while (stream.read(buffer, error), !error) take();
    }
    peer_report(&tally);
}
