"""HTTP/1.1 and nothing else: uvicorn's connection, for clients that offer more than it takes.

Java's own client and ``curl --http2`` offer HTTP/2 with their first request. uvicorn stops reading there, and the body
is lost. HTTP lets a server pass over such an offer (RFC 9110, 7.8), so the same request is read again without it.
"""

from __future__ import annotations

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class PlainHttp(HttpToolsProtocol):
    """One client's connection."""

    is_head = True
    """Whether headers are being read: what comes behind a body in chunks looks like one, and is none."""
    is_offer = False
    """Whether the request at hand offers another protocol, and is to be read again without that."""

    def data_received(self, data: bytes) -> None:
        """Read on."""
        self._unset_keepalive_if_required()
        try:
            self.feed(data)
        except HttpParserError:
            self.send_400_response("this is no HTTP request")

    def feed(self, data: bytes) -> None:
        """Let the parser read on; it stops where the protocol would be changed.

        Raises:
            HttpParserError: It is no HTTP.
        """
        try:
            self.parser.feed_data(data)
        except HttpParserUpgrade as stopped:
            if self.is_offer:
                self.is_offer = False
                parser, fields = self.parser, [field for field in self.headers if field[0] != b"upgrade"]
                head = b"%s %s HTTP/%s\r\n" % (parser.get_method(), self.url, parser.get_http_version().encode())
                self.parser = HttpRequestParser(self)
                self.feed(
                    b"".join([head, *(b"%s: %s\r\n" % field for field in fields), b"\r\n", data[stopped.args[0] :]])
                )

    def on_message_begin(self) -> None:
        """Begin a request."""
        self.is_head = True
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take one header."""
        if self.is_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Go on with a request that offers nothing else."""
        self.is_head = False
        self.is_offer = self.offers()
        if not self.is_offer:
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        """End a request."""
        if not self.is_offer:
            super().on_message_complete()

    def offers(self) -> bool:
        """Say whether the request whose headers are complete offers another protocol."""
        return self.parser.should_upgrade() and any(name == b"upgrade" for name, _ in self.headers)
