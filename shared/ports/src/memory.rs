//! In-memory doubles of the ports, for tests.
