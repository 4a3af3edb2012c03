//! One suite per port; every adapter runs them.
