//! Logging in by code, and who is logged in.
//!
//! A session is a sealed [`cookie`] whose id must be alive in the phone's [`record`]: 7 days
//! without use or 30 days in all end it, logging out at once and everywhere.

pub mod cookie;
pub mod record;

mod code;
mod device;
mod log_in;
mod subscriptions;

use contract::{
    Code, SessionView,
    api::{GetSession, LogOut},
};
use record::{Command, Reply as Answered};

use crate::{
    config::Config,
    ctx::{Class, Ctx},
    http::{Answer, AppError, Call, Handled, Request, router::Router},
    people,
    secrets::Secret,
};

/// The operations of this part.
pub fn routes(router: Router) -> Router {
    router
        .on(code::send)
        .on(log_in::log_in)
        .on(get)
        .on(log_out)
        .on(subscriptions::give)
}

/// Who calls: a phone that has proved itself by a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The session's id.
    pub id: String,
    /// The verified phone, eleven digits.
    pub phone: String,
    /// Under which digest the phone's record is kept.
    record: String,
}

impl Session {
    /// Asks the phone's record.
    ///
    /// # Errors
    /// `internal`.
    pub async fn ask(&self, ctx: &Ctx, command: &Command) -> Result<Answered, AppError> {
        ctx.ask(Class::Login, &self.record, "/", command).await
    }
}

/// The live session of a request.
///
/// # Errors
/// `unauthenticated` for no cookie, one edited, expired or logged out.
pub async fn require(ctx: &Ctx, request: &Request) -> Result<Session, AppError> {
    let name = cookie_name(&ctx.config, request);
    let (contents, secret) = request
        .cookie(name)
        .and_then(|text| cookie::open(&ctx.config.secrets, text, ctx.clock.now()))
        .ok_or(Code::Unauthenticated)?;
    let record = record_of(secret, &contents.phone);
    let session = Session {
        id: contents.session,
        phone: contents.phone,
        record,
    };
    match session
        .ask(
            ctx,
            &Command::Check {
                session: session.id.clone(),
            },
        )
        .await?
    {
        Answered::Yes => Ok(session),
        _ => Err(Code::Unauthenticated.into()),
    }
}

async fn get(ctx: Ctx, call: Call<GetSession>) -> Handled<GetSession> {
    Ok(view(&ctx, call.session()?).await?.into())
}

async fn log_out(ctx: Ctx, call: Call<LogOut>) -> Handled<LogOut> {
    let session = call.session()?;
    session
        .ask(
            &ctx,
            &Command::Close {
                session: session.id.clone(),
            },
        )
        .await?;
    Ok(Answer::from(()).with("set-cookie", &set_cookie(&ctx.config, &call.request, "", 0)))
}

async fn view(ctx: &Ctx, session: &Session) -> Result<SessionView, AppError> {
    let (people, sources) = people::list(ctx, session).await?;
    Ok(SessionView {
        phone_masked: rules::mask::phone(&session.phone),
        people,
        sources,
    })
}

/// Under which digest a phone's record is kept.
fn record_of(secret: &Secret, phone: &str) -> String {
    secret.digest(&["phone", phone])
}

/// Plain http has no `__Host-` cookies; development goes without.
fn is_plain(config: &Config, request: &Request) -> bool {
    config.is_dev() && request.scheme == "http"
}

/// What the session's cookie is called for this request.
pub fn cookie_name(config: &Config, request: &Request) -> &'static str {
    if is_plain(config, request) {
        "session"
    } else {
        "__Host-session"
    }
}

fn set_cookie(config: &Config, request: &Request, value: &str, seconds: i64) -> String {
    let name = cookie_name(config, request);
    let secure = if is_plain(config, request) {
        ""
    } else {
        " Secure;"
    };
    format!("{name}={value}; Path=/; Max-Age={seconds};{secure} HttpOnly; SameSite=Lax")
}

#[cfg(test)]
mod tests;
