//! What the AMQP library leaves to us: padded frames, clamped frame sizes, and values as JSON.

pub(crate) mod json;
