//! Messages that go out: text messages, WeChat's subscription messages and, read aloud, calls.

pub mod wechat;

use contract::{
    Code, Map, choice,
    json::{self, Object},
    record,
};
use futures_util::future::LocalBoxFuture;

use crate::{
    config::Sms,
    ctx::Ctx,
    http::AppError,
    log,
    metrics::{self, Metric},
    transport::{Outgoing, TransportError},
};

choice! {
    /// How a message travels.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Channel {
        /// A text message.
        Sms => "sms",
        /// A call that reads it aloud.
        Voice => "voice",
    }
}

/// One message, in the words and language of whoever gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Eleven digits.
    pub to: String,
    /// How it travels.
    pub channel: Channel,
    /// What it is about, also the name of the gateway's template: `code`, `booked`, `moved`, ...
    pub kind: &'static str,
    /// The whole text.
    pub text: String,
    /// What a gateway fills into its template, by name.
    pub parameters: Map<&'static str, String>,
}

/// It was not taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotSent {
    /// Nobody will get it.
    Refused,
    /// Perhaps it was: the answer was lost.
    Unknown,
}

impl NotSent {
    /// What an answer means that is no yes. Whoever failed may have failed after the message was
    /// handed over; only 503 says that nothing was done.
    fn by(status: u16) -> Self {
        match status {
            408 | 500..=502 | 504.. => Self::Unknown,
            _ => Self::Refused,
        }
    }
}

/// Takes messages over for delivery.
pub trait MessageGateway {
    /// Hands one over.
    fn send<'a>(&'a self, message: &'a Message) -> LocalBoxFuture<'a, Result<(), NotSent>>;
}

/// Sends a message: through the gateway of the settings, or into development's outbox.
///
/// # Errors
/// [`NotSent`]; the log says why.
pub async fn send(ctx: &Ctx, message: &Message) -> Result<(), NotSent> {
    if let (Channel::Sms, Some(wechat)) = (message.channel, &ctx.config.wechat) {
        match wechat::send(ctx, wechat, message).await {
            wechat::Tried::No => {}
            wechat::Tried::Sent => {
                metrics::count(Metric::Messages, &[message.kind, "sent"]);
                return Ok(());
            }
            wechat::Tried::Unknown => return Err(NotSent::Unknown),
        }
    }
    let sent = match &ctx.config.sms {
        Some(sms) => HttpGateway { ctx, sms }.send(message).await,
        #[cfg(feature = "development")]
        None if ctx.config.is_dev() => Outbox(ctx).send(message).await,
        None => Err(NotSent::Refused),
    };
    let outcome = if sent.is_ok() { "sent" } else { "failed" };
    metrics::count(Metric::Messages, &[message.kind, outcome]);
    sent
}

impl From<NotSent> for AppError {
    fn from(_: NotSent) -> Self {
        Code::Internal.into()
    }
}

/// A gateway that takes `POST url` with `{to, channel, template, parameters, text}` as JSON and
/// answers 2xx: what the gateways of the carriers have in common, behind one address.
struct HttpGateway<'a> {
    ctx: &'a Ctx,
    sms: &'a Sms,
}

impl HttpGateway<'_> {
    fn call(&self, message: &Message) -> Option<Outgoing> {
        let body = json::to_string(&Object(&[
            ("to", &message.to),
            ("channel", &message.channel),
            ("template", self.sms.settings.templates.get(message.kind)?),
            ("parameters", &message.parameters),
            ("text", &message.text),
        ]));
        let mut headers = vec![("content-type", "application/json".to_owned())];
        headers.extend(
            self.sms
                .authorization
                .clone()
                .map(|value| ("authorization", value)),
        );
        Some(Outgoing {
            method: "POST",
            url: self.sms.settings.url.clone(),
            headers,
            body: Some(body.into_bytes()),
            timeout_ms: 5000,
        })
    }
}

impl MessageGateway for HttpGateway<'_> {
    fn send<'a>(&'a self, message: &'a Message) -> LocalBoxFuture<'a, Result<(), NotSent>> {
        Box::pin(async move {
            let Some(call) = self.call(message) else {
                log::warning("message has no template", message.kind);
                return Err(NotSent::Refused);
            };
            match self.ctx.transport.send(call).await {
                Ok(answer) if (200..300).contains(&answer.status) => Ok(()),
                Ok(answer) => {
                    log::warning("message gateway refused", &answer.status.to_string());
                    Err(NotSent::by(answer.status))
                }
                Err(error) => {
                    log::warning("message gateway failed", error.name());
                    Err(match error {
                        TransportError::NotSent => NotSent::Refused,
                        TransportError::Timeout | TransportError::Failed => NotSent::Unknown,
                    })
                }
            }
        })
    }
}

record! {
    /// One message as development's outbox shows it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Sent {
        /// Eleven digits.
        pub to: String,
        /// How it would have travelled.
        pub channel: Channel,
        /// What it is about.
        pub kind: String,
        /// The whole text.
        pub text: String,
        /// The login code in it, if it is one.
        pub code: Option<String>,
        /// When.
        pub at: contract::Instant,
    }
}

/// Development's outbox.
#[cfg(feature = "development")]
struct Outbox<'a>(&'a Ctx);

#[cfg(feature = "development")]
impl MessageGateway for Outbox<'_> {
    fn send<'a>(&'a self, message: &'a Message) -> LocalBoxFuture<'a, Result<(), NotSent>> {
        Box::pin(async move {
            let zone = &self.0.config.home().zone;
            let sent = Sent {
                to: message.to.clone(),
                channel: message.channel,
                kind: message.kind.to_owned(),
                text: message.text.clone(),
                code: message.parameters.get("code").cloned(),
                at: zone.write_timestamp(self.0.clock.now()),
            };
            self.0
                .ask::<()>(
                    crate::ctx::Class::Dev,
                    crate::dev::OBJECT,
                    "/outbox/add",
                    &sent,
                )
                .await
                .map_err(|_| NotSent::Refused)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, rc::Rc};

    use super::*;
    use crate::{
        config::SmsSettings,
        ctx::tests::ctx,
        transport::{Incoming, Transport},
    };

    struct Recorder(RefCell<Vec<Outgoing>>, u16);

    impl Transport for Recorder {
        fn send(&self, call: Outgoing) -> LocalBoxFuture<'_, Result<Incoming, TransportError>> {
            self.0.borrow_mut().push(call);
            let answer = Incoming {
                status: self.1,
                ..Incoming::default()
            };
            Box::pin(async move { Ok(answer) })
        }
    }

    #[test]
    fn the_gateway_gets_the_template_and_its_parameters() {
        for (status, taken) in [
            (202, Ok(())),
            (400, Err(NotSent::Refused)),
            (408, Err(NotSent::Unknown)),
            (429, Err(NotSent::Refused)),
            (500, Err(NotSent::Unknown)),
            (502, Err(NotSent::Unknown)),
            (503, Err(NotSent::Refused)),
            (504, Err(NotSent::Unknown)),
        ] {
            let gateway = Rc::new(Recorder(RefCell::default(), status));
            let mut ctx = ctx();
            ctx.transport = gateway.clone();
            let settings = SmsSettings {
                url: "https://sms.example/send".into(),
                templates: Map::from([("code".into(), "SMS_1".into())]),
            };
            let sms = Sms {
                settings,
                authorization: Some("Bearer secret".into()),
            };
            let message = Message {
                to: "13800138000".into(),
                channel: Channel::Voice,
                kind: "code",
                text: "…".into(),
                parameters: Map::from([("code", "123456".to_owned())]),
            };
            let port = HttpGateway {
                ctx: &ctx,
                sms: &sms,
            };
            assert_eq!(futures_executor::block_on(port.send(&message)), taken);
            let calls = gateway.0.borrow();
            assert!(
                calls[0]
                    .headers
                    .contains(&("authorization", "Bearer secret".into()))
            );
            let body: serde_json::Value =
                serde_json::from_slice(calls[0].body.as_deref().unwrap()).unwrap();
            assert_eq!(body["template"], "SMS_1");
            assert_eq!(body["channel"], "voice");
            assert_eq!(body["parameters"]["code"], "123456");
            let unknown = Message {
                kind: "unheard_of",
                ..message
            };
            assert_eq!(
                futures_executor::block_on(port.send(&unknown)),
                Err(NotSent::Refused)
            );
            assert_eq!(calls.len(), 1);
        }
    }
}
