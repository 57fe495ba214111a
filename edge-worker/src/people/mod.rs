//! People: whom the caller may act for.
