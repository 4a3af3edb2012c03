//! The TCP stream of a connection, with frames changed on their way through.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Buf as _, BytesMut};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

use super::{
    frames::{Outgoing, clamp_open, pad_outgoing},
    wire::Malformed,
};

/// Padded bytes that may wait for the socket before the writer has to wait too.
const MOST_WAITING: usize = 256 << 10;

/// A client's connection as the AMQP library sees it.
#[derive(Debug)]
pub(crate) struct AmqpStream {
    inner: TcpStream,
    /// Until the peer's Open has passed, what is read is looked at here.
    opening: bool,
    unread: BytesMut,
    readable: BytesMut,
    /// An incomplete outgoing frame.
    partial: BytesMut,
    waiting: Vec<u8>,
    written: usize,
    outgoing: Outgoing,
}

impl AmqpStream {
    /// # Errors
    /// When the socket's options cannot be set.
    pub fn new(inner: TcpStream) -> io::Result<Self> {
        inner.set_nodelay(true)?;
        acknowledge_at_once(&inner);
        Ok(Self {
            inner,
            opening: true,
            unread: BytesMut::new(),
            readable: BytesMut::new(),
            partial: BytesMut::new(),
            waiting: Vec::new(),
            written: 0,
            outgoing: Outgoing::default(),
        })
    }

    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.written < self.waiting.len() {
            let written = ready!(Pin::new(&mut self.inner).poll_write(cx, &self.waiting[self.written..]))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.written += written;
        }
        self.waiting.clear();
        self.written = 0;
        Poll::Ready(Ok(()))
    }

    /// Writes the kept frames that are due. What the socket does not take now is written when it can be.
    fn poll_later(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        self.outgoing.later.poll_due(cx, &mut self.waiting);
        if self.waiting.is_empty() {
            return Ok(());
        }
        match self.poll_drain(cx) {
            Poll::Ready(written) => written,
            Poll::Pending => Ok(()),
        }
    }

    /// Reads until the Open has passed, so that its frame size can be lowered.
    fn poll_opening(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.readable.is_empty() && self.opening {
            let mut space = [0; 4096];
            let mut buffer = ReadBuf::new(&mut space);
            ready!(Pin::new(&mut self.inner).poll_read(cx, &mut buffer))?;
            if buffer.filled().is_empty() {
                // The peer is gone; what it sent last may tell the library why.
                self.opening = false;
                self.readable.unsplit(self.unread.split());
                break;
            }
            self.unread.extend_from_slice(buffer.filled());
            if let Some(peer) = clamp_open(&mut self.unread, &mut self.readable).map_err(malformed)? {
                self.opening = false;
                self.outgoing.later.needed = peer.comes_late;
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for AmqpStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let stream = &mut *self;
        if stream.opening {
            ready!(stream.poll_opening(cx))?;
        }
        if !stream.readable.is_empty() {
            let length = stream.readable.len().min(buffer.remaining());
            buffer.put_slice(&stream.readable[..length]);
            stream.readable.advance(length);
            return Poll::Ready(Ok(()));
        }
        // The connection's task reads whenever it is woken, so this is where the timer's wake-up arrives.
        stream.poll_later(cx)?;
        ready!(Pin::new(&mut stream.inner).poll_read(cx, buffer))?;
        acknowledge_at_once(&stream.inner);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for AmqpStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.waiting.len() >= MOST_WAITING {
            ready!(self.poll_drain(cx))?;
        }
        let stream = &mut *self;
        stream.partial.extend_from_slice(bytes);
        pad_outgoing(&mut stream.partial, &mut stream.outgoing, &mut stream.waiting).map_err(malformed)?;
        stream.outgoing.later.poll_due(cx, &mut stream.waiting);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_drain(cx))?;
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_drain(cx))?;
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

fn malformed(error: Malformed) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

/// Without this, a client that leaves Nagle's algorithm on (the Rust client does) waits for our delayed
/// acknowledgement, 40 ms, on every send. Linux clears the option by itself, so it is set after every read.
fn acknowledge_at_once(stream: &TcpStream) {
    #[cfg(target_os = "linux")]
    if let Err(error) = socket2::SockRef::from(stream).set_tcp_quickack(true) {
        tracing::debug!(%error, "TCP_QUICKACK is not available");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = stream;
}
