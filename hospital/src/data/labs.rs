//! Laboratory tests.
