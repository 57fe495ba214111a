//! POST /api/v1/session/codes.

use contract::{Code, CodeChannel, CodeSent, FieldCode, Map, api::SendCode};

use super::record::{Command, Reply};
use crate::{
    clock,
    ctx::{Class, Ctx},
    http::{AppError, Call, Handled, Refusal},
    messages::{self, Channel, Message},
    secrets,
};

pub(super) async fn send(ctx: Ctx, call: Call<SendCode>) -> Handled<SendCode> {
    let phone = phone(&call.body.phone)?;
    let secret = ctx.config.secrets.current();
    let address = ctx.address(&call.request);
    let address = address.map(|it| secret.digest(&["address", &it]));
    if let Some(address) = &address {
        let counted = Command::CountAddress;
        let reply = ctx.ask(Class::Login, address, "/", &counted).await?;
        if let Reply::Wait { seconds } = reply {
            return Err(AppError::rate_limited(seconds));
        }
    }
    let minutes = rules::code_minutes(call.body.care.unwrap_or_default());
    let lifetime_s = i64::from(minutes) * 60;
    let code = draw()?;
    let now = ctx.clock.now();
    let command = Command::SendCode {
        digest: secret.digest(&["code", &phone, &code]),
        lifetime_s,
    };
    let record = super::record_of(secret, &phone);
    let next_s = match ctx.ask(Class::Login, &record, "/", &command).await? {
        Reply::Sent { next_s } => next_s,
        Reply::Wait { seconds } => {
            if let Some(address) = &address {
                let uncounted = Command::UncountAddress;
                let _: Reply = ctx.ask(Class::Login, address, "/", &uncounted).await?;
            }
            return Err(AppError::rate_limited(seconds));
        }
        _ => return Err(Code::Internal.into()),
    };
    let channel = match call.body.channel {
        Some(CodeChannel::Voice) => Channel::Voice,
        Some(CodeChannel::Sms) | None => Channel::Sms,
    };
    messages::send(&ctx, &message(&ctx, phone, channel, code, minutes)).await?;
    let zone = ctx.config.home().zone;
    Ok(CodeSent {
        expires_at: zone.write_timestamp(clock::after(now, lifetime_s)),
        resend_at: zone.write_timestamp(clock::after(now, i64::from(next_s))),
    }
    .into())
}

/// The phone in a body, as eleven digits.
pub(super) fn phone(text: &str) -> Result<String, AppError> {
    rules::phone::normalise(text)
        .ok_or_else(|| Refusal::field("phone", FieldCode::Malformed).into())
}

/// Six digits, each as likely as any other.
fn draw() -> Result<String, AppError> {
    const MOST: u32 = u32::MAX - u32::MAX % 1_000_000;
    loop {
        let number = u32::from_le_bytes(secrets::random()?);
        if number < MOST {
            return Ok(format!("{:06}", number % 1_000_000));
        }
    }
}

fn message(ctx: &Ctx, to: String, channel: Channel, code: String, minutes: u32) -> Message {
    let lang = ctx.lang();
    let text = match channel {
        Channel::Sms => locales::messages::login_code(&lang, &code, minutes),
        Channel::Voice => {
            let digits: Vec<String> = code.chars().map(String::from).collect();
            locales::messages::login_code_voice(&lang, &digits.join(" "), minutes)
        }
    };
    let parameters = Map::from([("code", code), ("minutes", minutes.to_string())]);
    Message {
        to,
        channel,
        kind: "code",
        text,
        parameters,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_six_digits_and_differ() {
        let codes: std::collections::BTreeSet<String> = (0..200).map(|_| draw().unwrap()).collect();
        assert!(codes.len() > 190);
        assert!(
            codes
                .iter()
                .all(|c| c.len() == 6 && c.bytes().all(|b| b.is_ascii_digit()))
        );
    }
}
