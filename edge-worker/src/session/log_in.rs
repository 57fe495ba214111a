//! POST /api/v1/session.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use contract::{Code, FieldCode, api::LogIn};

use super::{
    Session, code,
    cookie::{self, Contents},
    device,
    record::{Command, Reply},
};
use crate::{
    ctx::{Class, Ctx},
    http::{Answer, Call, Handled, Refusal},
    secrets,
};

pub(super) async fn log_in(ctx: Ctx, call: Call<LogIn>) -> Handled<LogIn> {
    let phone = code::phone(&call.body.phone)?;
    let typed = call.body.code.trim();
    if typed.len() != rules::CODE_DIGITS || !typed.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Refusal::field("code", FieldCode::Malformed).into());
    }
    let secret = ctx.config.secrets.current();
    let record = super::record_of(secret, &phone);
    let id = URL_SAFE_NO_PAD.encode(secrets::random::<18>()?);
    let command = Command::TryCode {
        digest: secret.digest(&["code", &phone, typed]),
        session: id.clone(),
        device: device::class(call.request.header("user-agent")).to_owned(),
    };
    match ctx.ask(Class::Login, &record, "/", &command).await? {
        Reply::Yes => {}
        Reply::Wrong { tries_left } => {
            return Err(Refusal::new(Code::CodeWrong)
                .with(|problem| problem.tries_left = Some(tries_left))
                .into());
        }
        _ => return Err(Code::Internal.into()),
    }
    let issued = ctx.clock.now().as_second();
    let contents = Contents {
        session: id.clone(),
        phone: phone.clone(),
        issued,
    };
    let sealed =
        cookie::seal(&ctx.config.secrets, &contents, secrets::random()?).ok_or(Code::Internal)?;
    let session = Session { id, phone, record };
    let cookie = super::set_cookie(&ctx.config, &call.request, &sealed, cookie::LIFETIME_S);
    Ok(Answer::from(super::view(&ctx, &session).await?).with("set-cookie", &cookie))
}
