//! One message, sent once.
//!
//! What is sent is recorded at the hospital as a `Communication` whose identifier is the digest
//! of what makes it one and the same message: kind, visit, what it says, to whom. It is created
//! `preparation` before the message is handed over, and only if there is none (a conditional
//! create, so that of two edges one wins; the winner who has lost the reply knows its record by
//! what chance drew for that try); then the message is handed over; then it becomes
//! `completed`. Whoever finds it `preparation` waits, and after [`FORGOTTEN_S`] makes it
//! `unknown`: an edge ended between the two writes, and whether the message went cannot be told.
//! It is not sent again. That is what is given up: a crash in those milliseconds costs one
//! message, and never doubles one. What a gateway has refused is `on-hold` and tried again while
//! it is of use, then `not-done`.

use contract::Map;
use fhir::communication::{NewMessage, NotDone, Standing, Told};
use jiff::Timestamp;

use super::people::{People, Recipient};
use crate::{
    backend::{BackendError, By, fhir_rest::FhirRest},
    config::Hospital,
    ctx::Ctx,
    messages::{self, Channel, Message},
};

/// After so many seconds of the hospital's clock nobody is about to complete a message any more:
/// longer than gateway and hospital may take together.
const FORGOTTEN_S: i64 = 60;

/// The whole text of a message and what a gateway fills into its template, by name.
pub type Text = (String, Map<&'static str, String>);

/// Something to tell the people of a visit, once each.
#[derive(Clone, Copy)]
pub struct Letter<'a> {
    /// What it is about, also the name of the gateway's template: `booked`, `reminder`, ...
    pub kind: &'static str,
    /// Which of its kind, where there are several of a visit: `24`.
    pub which: &'a str,
    /// Id of the Appointment.
    pub visit: &'a str,
    /// Digest of the time and place that it tells, under each secret, the one in force first.
    pub said: &'a [String],
    /// The text in a recipient's language.
    pub text: &'a dyn Fn(&locales::Lang) -> Text,
}

/// How it stands with a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// Nothing is left to do.
    Done,
    /// To be tried again in a while.
    Later,
}

/// Tells all recipients that have not been told; `told` is what the hospital's record says of the
/// visit. Nobody to tell is recorded too, so that the hospital can see to it.
///
/// # Errors
/// When the hospital cannot record it; then nothing was sent.
pub async fn tell(
    ctx: &Ctx,
    hospital: &Hospital,
    people: &People,
    told: &Record,
    letter: &Letter<'_>,
) -> Result<Sent, BackendError> {
    let sending = Sending {
        ctx,
        hospital,
        people,
        told,
        letter,
    };
    if people.recipients.is_empty() {
        sending.nobody().await?;
        return Ok(Sent::Done);
    }
    let mut all = Sent::Done;
    for recipient in &people.recipients {
        if sending.tell(recipient).await? == Sent::Later {
            all = Sent::Later;
        }
    }
    Ok(all)
}

/// What the hospital's record says was told of a visit, and when it said so.
#[derive(Clone, Debug)]
pub struct Record {
    /// The messages, oldest change first.
    pub messages: Vec<Told>,
    /// The hospital's clock.
    pub at: Timestamp,
}

impl Record {
    /// Reads it.
    pub async fn read(ctx: &Ctx, hospital: &Hospital, visit: &str) -> Result<Self, BackendError> {
        let read = FhirRest::new(ctx, hospital).told(visit).await?;
        let mut messages = read.value;
        messages.sort_by_key(|it| it.updated);
        Ok(Self {
            messages,
            at: read.at,
        })
    }

    /// What waits to be tried again and is of no use any more is given up.
    pub async fn close(
        &self,
        ctx: &Ctx,
        hospital: &Hospital,
        useful: impl Fn(&Told) -> bool,
    ) -> Result<(), BackendError> {
        let backend = FhirRest::new(ctx, hospital);
        for it in &self.messages {
            if it.standing == Standing::OnHold && !useful(it) {
                let standing = Standing::NotDone(NotDone::NotTaken);
                backend
                    .mark(&it.key, Standing::OnHold, standing, ctx.clock.now())
                    .await?;
            }
        }
        Ok(())
    }
}

struct Sending<'a> {
    ctx: &'a Ctx,
    hospital: &'a Hospital,
    people: &'a People,
    told: &'a Record,
    letter: &'a Letter<'a>,
}

impl Sending<'_> {
    async fn tell(&self, to: &Recipient) -> Result<Sent, BackendError> {
        let backend = FhirRest::new(self.ctx, self.hospital);
        let now = self.ctx.clock.now();
        let keys = self.keys(&to.reference);
        let lang = locales::Lang::embedded(to.language);
        let (text, parameters) = (self.letter.text)(&lang);
        let known = self.known(&keys);
        let key = known.map_or(&keys[0], |it| &it.key);
        let ours = match known {
            None => {
                self.claim(key, &to.reference, &text, Standing::Preparation)
                    .await?;
                true
            }
            Some(it) => match it.standing {
                Standing::OnHold => {
                    backend
                        .mark(key, Standing::OnHold, Standing::Preparation, now)
                        .await?
                }
                Standing::Preparation if self.is_forgotten(it) => {
                    backend
                        .mark(key, Standing::Preparation, Standing::Unknown, now)
                        .await?;
                    return Ok(Sent::Done);
                }
                Standing::Preparation => return Ok(Sent::Later),
                _ => return Ok(Sent::Done),
            },
        };
        if !ours {
            // Another edge was quicker: looked at once more.
            return Ok(Sent::Later);
        }
        let message = Message {
            to: to.phone.clone(),
            channel: Channel::Sms,
            kind: self.letter.kind,
            text,
            parameters,
        };
        let (standing, sent) = match messages::send(self.ctx, &message).await {
            Ok(()) => (Standing::Completed, Sent::Done),
            Err(messages::NotSent::Refused) => (Standing::OnHold, Sent::Later),
            Err(messages::NotSent::Unknown) => (Standing::Unknown, Sent::Done),
        };
        // If this is lost it stays `preparation`, and ends as `unknown`: never sent twice.
        let marked = backend
            .mark(key, Standing::Preparation, standing, self.ctx.clock.now())
            .await;
        if marked.is_err() {
            return Ok(Sent::Later);
        }
        Ok(sent)
    }

    async fn nobody(&self) -> Result<(), BackendError> {
        let patient = format!("Patient/{}", self.people.patient);
        let keys = self.keys(&patient);
        if self.known(&keys).is_none() {
            let (text, _) = (self.letter.text)(&locales::Lang::embedded(self.ctx.language));
            let standing = Standing::NotDone(NotDone::NoPhone);
            self.claim(&keys[0], &patient, &text, standing).await?;
        }
        Ok(())
    }

    async fn claim(
        &self,
        key: &str,
        recipient: &str,
        text: &str,
        standing: Standing,
    ) -> Result<(), BackendError> {
        let message = NewMessage {
            key,
            kind: self.letter.kind,
            visit: self.letter.visit,
            said: &self.letter.said[0],
            patient: &self.people.patient,
            recipient,
            text,
            standing,
        };
        let by = By {
            patient: &self.people.patient,
            agent: None,
            now: self.ctx.clock.now(),
        };
        FhirRest::new(self.ctx, self.hospital)
            .claim(&message, by)
            .await
    }

    /// It, if it was recorded, under whichever secret.
    fn known(&self, keys: &[String]) -> Option<&Told> {
        let mut messages = self.told.messages.iter();
        messages.find(|it| keys.contains(&it.key))
    }

    /// What makes it one and the same message, under each secret: a new one must not have all told
    /// again.
    fn keys(&self, recipient: &str) -> Vec<String> {
        let Letter {
            kind,
            which,
            visit,
            said,
            ..
        } = *self.letter;
        let hospital = self.hospital.id.as_str();
        let secrets = self.ctx.config.secrets.all().iter().zip(said);
        secrets
            .map(|(it, said)| {
                it.digest(&["message", hospital, kind, which, visit, said, recipient])
            })
            .collect()
    }

    fn is_forgotten(&self, it: &Told) -> bool {
        it.updated
            .is_none_or(|at| self.told.at.as_second() - at.as_second() > FORGOTTEN_S)
    }
}
