//! POST /api/v1/session/subscriptions: consents to WeChat messages.

use contract::{Code, FieldCode, api::GiveConsents};

use super::record::Command;
use crate::{
    ctx::Ctx,
    http::{Call, Handled, Refusal},
    messages::wechat,
};

/// So many templates WeChat's shell can ask for at once.
const AT_ONCE: usize = 5;

pub(super) async fn give(ctx: Ctx, call: Call<GiveConsents>) -> Handled<GiveConsents> {
    let settings = ctx.config.wechat.as_ref().ok_or(Code::NotFound)?;
    let session = call.session()?;
    let (code, templates) = (&call.body.code, &call.body.templates);
    let is_code = !code.is_empty()
        && code.len() <= 128
        && code
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    if !is_code {
        return Err(Refusal::field("code", FieldCode::Malformed).into());
    }
    let known = &settings.settings.templates;
    let all_known = templates
        .iter()
        .all(|id| known.values().any(|it| it.id == *id));
    if templates.is_empty() || templates.len() > AT_ONCE || !all_known {
        return Err(Refusal::field("templates", FieldCode::Unknown).into());
    }
    let command = Command::GiveConsents {
        openid: wechat::openid(&ctx, settings, code).await?,
        templates: templates.clone(),
    };
    session.ask(&ctx, &command).await?;
    Ok(().into())
}
