//! What the AMQP library leaves to us: padded frames, clamped frame sizes, and values as JSON.

pub(crate) mod frames;
pub(crate) mod json;
mod later;
mod refused;
mod stream;
mod wire;

pub(crate) use stream::AmqpStream;
