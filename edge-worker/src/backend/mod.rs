//! The port to a hospital and its adapters.
