//! Logging in by code, and who is logged in.

use contract::Code;

use crate::{
    ctx::Ctx,
    http::{AppError, Request},
};

/// Who calls: a phone that has proved itself by a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The session's id.
    pub id: String,
    /// The verified phone.
    pub phone: String,
}

/// The live session of a request.
///
/// # Errors
/// `unauthenticated` for no cookie, one edited, expired or logged out.
pub async fn require(_ctx: &Ctx, _request: &Request) -> Result<Session, AppError> {
    Err(Code::Unauthenticated.into())
}
