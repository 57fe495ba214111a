//! WeChat's subscription messages: one message for one consent, given in the WeChat shell.
//!
//! The page in the shell's web view cannot ask for a consent itself. The shell asks, and hands the
//! page what was allowed and a code of `wx.login`; the page brings both here
//! ([`crate::session`]), where the code is exchanged for the openid: so nobody can have messages
//! about themselves go to somebody else's WeChat by naming an openid. The openid belongs to this
//! app and to no hospital; it rests in the phone's record (under the phone's HMAC, as everything
//! there) sealed with the edge's secret, beside how many consents are left of each template, and
//! is gone with the last of them or after thirty days. A record at a hospital would tell each of
//! them a platform's identity of their patient that they have no use for.

use std::cell::RefCell;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce, aead::Aead};
use contract::Code;
use serde_json::{Value, json};

use super::{Message, NotSent};
use crate::{
    clock,
    config::Wechat,
    ctx::{Class, Ctx},
    http::AppError,
    log, secrets,
    session::record::{Command, Reply},
    transport::{Outgoing, TransportError},
};

/// The user has refused, or the consent was used up elsewhere.
const REFUSED: i64 = 43101;
/// The access token is wrong or over.
const BAD_TOKEN: [i64; 3] = [40001, 40014, 42001];
/// A token is not used for its last minutes, milliseconds.
const TOKEN_MARGIN_MS: i64 = 300_000;
/// Characters that a `thing` may have.
const THING: usize = 20;
const NONCE: usize = 24;

thread_local! {
    /// The access token and until when it holds, real milliseconds. In memory only.
    static TOKEN: RefCell<Option<(String, i64)>> = const { RefCell::new(None) };
}

/// What became of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// WeChat has it.
    Sent,
    /// It has not: another way must be found.
    No,
    /// Perhaps it has.
    Unknown,
}

/// Sends a message if this phone has given a consent for its kind. The consent is spent whatever
/// WeChat answers: only it knows better, and text messages are left. Where it was never handed the
/// message the consent is given back, or a gateway that is away for a while would use them up.
pub async fn send(ctx: &Ctx, wechat: &Wechat, message: &Message) -> Tried {
    let Some(template) = wechat.settings.templates.get(message.kind) else {
        return Tried::No;
    };
    let spend = Command::SpendConsent {
        template: template.id.clone(),
    };
    let secrets = ctx.config.secrets.all();
    let mut found = None;
    // A session keeps its record under the secret under which it began.
    for secret in secrets {
        let record = secret.digest(&["phone", &message.to]);
        let reply: Result<Reply, AppError> = ctx.ask(Class::Login, &record, "/", &spend).await;
        if let Ok(Reply::Openid { sealed }) = reply {
            found = Some((record, sealed));
            break;
        }
    }
    let Some((record, sealed)) = found else {
        return Tried::No;
    };
    let Some(openid) = secrets.iter().find_map(|it| open(it, &sealed)) else {
        return Tried::No;
    };
    let data: serde_json::Map<String, Value> = template
        .fields
        .iter()
        .filter_map(|(field, parameter)| {
            let value = message.parameters.get(parameter.as_str())?;
            let most = if field.starts_with("thing") {
                THING
            } else {
                usize::MAX
            };
            let value: String = value.chars().take(most).collect();
            Some((field.clone(), json!({ "value": value })))
        })
        .collect();
    let body = json!({
        "touser": openid,
        "template_id": template.id,
        "page": wechat.settings.page,
        "data": data,
    });
    let tried = hand_over(ctx, wechat, &body).await;
    if tried.is_none() {
        let back = Command::GiveConsents {
            openid: sealed,
            templates: vec![template.id.clone()],
        };
        // Should it be lost, text messages are left.
        let _: Result<Reply, AppError> = ctx.ask(Class::Login, &record, "/", &back).await;
    }
    tried.unwrap_or(Tried::No)
}

/// None: WeChat does not have it, and never looked at it.
async fn hand_over(ctx: &Ctx, wechat: &Wechat, body: &Value) -> Option<Tried> {
    for fresh in [false, true] {
        let token = token(ctx, wechat, fresh).await?;
        let url = format!(
            "{}/cgi-bin/message/subscribe/send?access_token={token}",
            wechat.settings.base_url
        );
        match call(ctx, "POST", url, Some(body)).await {
            Err(NotSent::Refused) => return None,
            Err(NotSent::Unknown) => return Some(Tried::Unknown),
            Ok(answer) => match answer["errcode"].as_i64() {
                Some(0) => return Some(Tried::Sent),
                Some(code) if BAD_TOKEN.contains(&code) => {}
                code => {
                    if code != Some(REFUSED) {
                        let code = code.map_or("no errcode".to_owned(), |it| it.to_string());
                        log::warning("wechat refused", &code);
                    }
                    return Some(Tried::No);
                }
            },
        }
    }
    None
}

/// The openid behind a code of `wx.login`, sealed.
///
/// # Errors
/// `invalid_request` for a code that WeChat does not know, `internal` when it cannot be asked.
pub async fn openid(ctx: &Ctx, wechat: &Wechat, code: &str) -> Result<String, AppError> {
    let url = format!(
        "{}/sns/jscode2session?appid={}&secret={}&js_code={code}&grant_type=authorization_code",
        wechat.settings.base_url, wechat.settings.app_id, wechat.secret
    );
    let answer = call(ctx, "GET", url, None).await?;
    let openid = answer["openid"]
        .as_str()
        .ok_or_else(|| crate::http::Refusal::field("code", contract::FieldCode::Unknown))?;
    seal(ctx.config.secrets.current(), openid, secrets::random()?)
        .ok_or_else(|| Code::Internal.into())
}

async fn token(ctx: &Ctx, wechat: &Wechat, fresh: bool) -> Option<String> {
    let now = clock::real_millis();
    let kept = TOKEN.with_borrow(Clone::clone);
    if let Some((token, _)) = kept.filter(|(_, until)| !fresh && *until > now) {
        return Some(token);
    }
    let url = format!("{}/cgi-bin/stable_token", wechat.settings.base_url);
    let body = json!({
        "grant_type": "client_credential",
        "appid": wechat.settings.app_id,
        "secret": wechat.secret,
        "force_refresh": fresh,
    });
    let answer = call(ctx, "POST", url, Some(&body)).await.ok()?;
    let token = answer["access_token"].as_str()?.to_owned();
    let lives_ms = answer["expires_in"].as_i64()?.saturating_mul(1000);
    TOKEN.set(Some((token.clone(), now + lives_ms - TOKEN_MARGIN_MS)));
    Some(token)
}

async fn call(
    ctx: &Ctx,
    method: &'static str,
    url: String,
    body: Option<&Value>,
) -> Result<Value, NotSent> {
    let outgoing = Outgoing {
        method,
        url,
        headers: vec![("content-type", "application/json".to_owned())],
        body: body.map(|body| body.to_string().into_bytes()),
        timeout_ms: 5000,
    };
    // Addresses hold secrets here, so nothing of them is logged.
    match ctx.transport.send(outgoing).await {
        Ok(answer) if answer.status == 200 => {
            serde_json::from_slice(&answer.body).map_err(|_| NotSent::Unknown)
        }
        Ok(answer) => {
            log::warning("wechat failed", &answer.status.to_string());
            Err(NotSent::by(answer.status))
        }
        Err(error) => {
            log::warning("wechat failed", error.name());
            Err(match error {
                TransportError::NotSent => NotSent::Refused,
                TransportError::Timeout | TransportError::Failed => NotSent::Unknown,
            })
        }
    }
}

fn seal(secret: &secrets::Secret, openid: &str, nonce: [u8; NONCE]) -> Option<String> {
    let sealed = cipher(secret)
        .encrypt(&XNonce::from(nonce), openid.as_bytes())
        .ok()?;
    let bytes: Vec<u8> = nonce.into_iter().chain(sealed).collect();
    Some(URL_SAFE_NO_PAD.encode(bytes))
}

fn open(secret: &secrets::Secret, sealed: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let (nonce, sealed) = bytes.split_at_checked(NONCE)?;
    let nonce: [u8; NONCE] = nonce.try_into().ok()?;
    let plain = cipher(secret).decrypt(&XNonce::from(nonce), sealed).ok()?;
    String::from_utf8(plain).ok()
}

fn cipher(secret: &secrets::Secret) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&secret.mac(&["openid"]).into())
}

#[cfg(test)]
mod tests;
