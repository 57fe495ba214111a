//! What the edge keeps of a phone (or an address) under its digest, and what may be done with it.
//!
//! Pure: the durable object reads the record, applies one command and writes it back.

use contract::time::Shift;
use contract::{choice, record};
use jiff::{SignedDuration, Timestamp};

/// Days without use after which a session is over.
pub const IDLE_DAYS: i64 = 7;
/// So many sessions of one phone live at once; the oldest goes first.
const SESSIONS: usize = 10;
/// Wrong identities that one phone may offer in an hour.
const IDENTITY_TRIES: usize = 10;
/// So many WeChat messages may be allowed in advance; a visit needs three.
const CONSENTS: usize = 50;
/// Longer than any visit is booked ahead.
const CONSENTS_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
const HOUR: SignedDuration = SignedDuration::from_hours(1);
/// Kept for less than a day, so that within the day it is gone from the disk too.
const KEYS_KEPT: SignedDuration = SignedDuration::from_hours(22);

record! {
    /// All that is kept. Nothing here leads to a person without the secret.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct Record {
        code: Option<LiveCode>,
        /// Wrong tries since the last code was sent, and when the last one was.
        tries: u32 = 0,
        tried_at: Option<Timestamp>,
        sent: Vec<Timestamp> = Vec::new(),
        identity_tries: Vec<IdentityTry> = Vec::new(),
        keys: Vec<UsedKey> = Vec::new(),
        sessions: Vec<LiveSession> = Vec::new(),
        wechat: Option<Consents>,
    }

    /// WeChat messages that were allowed: where to, sealed, and the template of each.
    #[derive(Clone, Debug, PartialEq)]
    struct Consents {
        openid: String,
        templates: Vec<String>,
        at: Timestamp,
    }

    #[derive(Clone, Debug, PartialEq)]
    struct LiveCode {
        digest: String,
        expires: Timestamp,
    }

    #[derive(Clone, Debug, PartialEq)]
    struct LiveSession {
        id: String,
        opened: Timestamp,
        /// To the day, no finer.
        last_used: jiff::civil::Date,
        device: String,
    }

    /// An idempotency key that has changed something, and what was asked with it; both as digests.
    #[derive(Clone, Debug, PartialEq)]
    struct UsedKey {
        key: String,
        body: String,
        at: Timestamp,
    }

    /// An identity that was offered, as a digest, and when.
    #[derive(Clone, Debug, PartialEq)]
    struct IdentityTry {
        body: String,
        at: Timestamp,
    }
}

choice! {
    /// What can be asked of a record.
    #[derive(Clone, Debug, PartialEq)]
    pub enum Command {
        /// A code goes to this phone, if it may.
        SendCode {
            /// Digest of the code.
            digest: String,
            /// Seconds it lives.
            lifetime_s: i64,
        } => "send_code",
        /// A code is sent on behalf of this address, if it may.
        CountAddress => "count_address",
        /// The phone may not be sent one: none went on behalf of this address.
        UncountAddress => "uncount_address",
        /// Tries a code; a right one opens a session.
        TryCode {
            /// Digest of what was typed.
            digest: String,
            /// Id of the session that a right code opens.
            session: String,
            /// `phone`, `computer` or `other`.
            device: String,
        } => "try_code",
        /// Is this session alive?
        Check {
            /// Its id.
            session: String,
        } => "check",
        /// Ends a session.
        Close {
            /// Its id.
            session: String,
        } => "close",
        /// Was this key used, and with which body?
        RecallKey {
            /// Digest of operation and key.
            key: String,
        } => "recall_key",
        /// This key has changed something.
        KeepKey {
            /// Digest of operation and key.
            key: String,
            /// Digest of the body.
            body: String,
        } => "keep_key",
        /// An identity is offered, if that may still be done. The same one again, however parallel,
        /// is no further try: it tells nothing new.
        TryIdentity {
            /// Digest of what was offered.
            body: String,
        } => "try_identity",
        /// The identity was right, or nothing was learnt: it does not count.
        IdentityRight {
            /// Digest of what was offered.
            body: String,
        } => "identity_right",
        /// A WeChat message of each of these templates is allowed.
        GiveConsents {
            /// Sealed openid.
            openid: String,
            /// Ids of templates.
            templates: Vec<String>,
        } => "give_consents",
        /// A WeChat message of this template is about to go.
        SpendConsent {
            /// Id of the template.
            template: String,
        } => "spend_consent",
    }
}

choice! {
    /// What comes of it.
    #[derive(Clone, Debug, PartialEq)]
    pub enum Reply {
        /// Done, or yes.
        Yes => "yes",
        /// No: not alive, not known.
        No => "no",
        /// A code may go out.
        Sent {
            /// Seconds until the next one may.
            next_s: u32,
        } => "sent",
        /// Too often.
        Wait {
            /// Seconds.
            seconds: u32,
        } => "wait",
        /// Wrong, expired or never sent.
        Wrong {
            /// Tries left.
            tries_left: u32,
        } => "wrong",
        /// It may go there.
        Openid {
            /// Sealed openid.
            sealed: String,
        } => "openid",
        /// The key was used with this body.
        Used {
            /// Its digest.
            body: String,
        } => "used",
    }
}

impl Record {
    /// Does it. `true` with the reply when the record is to be written.
    pub fn apply(&mut self, command: Command, now: Timestamp) -> (Reply, bool) {
        let before = self.clone();
        self.prune(now);
        let reply = self.carry_out(command, now);
        let changed = *self != before;
        (reply, changed)
    }

    fn carry_out(&mut self, command: Command, now: Timestamp) -> Reply {
        match command {
            Command::SendCode { digest, lifetime_s } => {
                if let Some(seconds) = rules::too_many_codes(&self.sent, now, true) {
                    return Reply::Wait { seconds };
                }
                self.sent.push(now);
                self.tries = 0;
                self.code = Some(LiveCode {
                    digest,
                    expires: crate::clock::after(now, lifetime_s),
                });
                Reply::Sent {
                    next_s: rules::too_many_codes(&self.sent, now, true).unwrap_or_default(),
                }
            }
            Command::CountAddress => {
                if let Some(seconds) = rules::too_many_codes(&self.sent, now, false) {
                    return Reply::Wait { seconds };
                }
                self.sent.push(now);
                Reply::Yes
            }
            Command::UncountAddress => {
                self.sent.pop();
                Reply::Yes
            }
            Command::TryCode {
                digest,
                session,
                device,
            } => self.try_code(&digest, session, device, now),
            Command::Check { session } => {
                let today = day(now);
                match self.sessions.iter_mut().find(|live| live.id == session) {
                    Some(live) => {
                        live.last_used = live.last_used.max(today);
                        Reply::Yes
                    }
                    None => Reply::No,
                }
            }
            Command::Close { session } => {
                self.sessions.retain(|live| live.id != session);
                Reply::Yes
            }
            Command::RecallKey { key } => match self.keys.iter().find(|kept| kept.key == key) {
                Some(kept) => Reply::Used {
                    body: kept.body.clone(),
                },
                None => Reply::No,
            },
            Command::KeepKey { key, body } => {
                self.keys.retain(|kept| kept.key != key);
                self.keys.push(UsedKey { key, body, at: now });
                Reply::Yes
            }
            Command::TryIdentity { body } => {
                if self.identity_tries.iter().any(|tried| tried.body == body) {
                    return Reply::Yes;
                }
                if self.identity_tries.len() >= IDENTITY_TRIES {
                    return Reply::Wait {
                        seconds: until(self.identity_tries[0].at, HOUR, now),
                    };
                }
                self.identity_tries.push(IdentityTry { body, at: now });
                Reply::Yes
            }
            Command::GiveConsents { openid, templates } => {
                let kept = self.wechat.take().map_or(Vec::new(), |it| it.templates);
                let all: Vec<String> = kept.into_iter().chain(templates).collect();
                let surplus = all.len().saturating_sub(CONSENTS);
                self.wechat = Some(Consents {
                    openid,
                    templates: all.into_iter().skip(surplus).collect(),
                    at: now,
                });
                Reply::Yes
            }
            Command::SpendConsent { template } => self.spend(&template).unwrap_or(Reply::No),
            Command::IdentityRight { body } => {
                self.identity_tries.retain(|tried| tried.body != body);
                Reply::Yes
            }
        }
    }

    fn spend(&mut self, template: &str) -> Option<Reply> {
        let consents = self.wechat.as_mut()?;
        let found = consents.templates.iter().position(|it| it == template)?;
        consents.templates.swap_remove(found);
        let sealed = consents.openid.clone();
        self.wechat = self.wechat.take().filter(|it| !it.templates.is_empty());
        Some(Reply::Openid { sealed })
    }

    fn try_code(&mut self, digest: &str, id: String, device: String, now: Timestamp) -> Reply {
        let live = self
            .code
            .as_ref()
            .filter(|_| self.tries < rules::CODE_TRIES);
        if live.is_some_and(|code| code.digest == digest) {
            self.code = None;
            self.tries = 0;
            let surplus = (self.sessions.len() + 1).saturating_sub(SESSIONS);
            self.sessions.drain(..surplus);
            self.sessions.push(LiveSession {
                id,
                opened: now,
                last_used: day(now),
                device,
            });
            return Reply::Yes;
        }
        self.tries = rules::CODE_TRIES.min(self.tries + 1);
        self.tried_at = Some(now);
        Reply::Wrong {
            tries_left: rules::CODE_TRIES - self.tries,
        }
    }

    /// Forgets what is over. The clock of development may go back: what lies ahead is over too.
    pub fn prune(&mut self, now: Timestamp) {
        let within = |at: Timestamp, time: SignedDuration| {
            let age = now.duration_since(at);
            age < time && age > -time
        };
        self.code = self.code.take().filter(|code| code.expires > now);
        if !self.tried_at.is_some_and(|at| within(at, HOUR)) {
            self.tries = 0;
            self.tried_at = None;
        }
        self.sent.retain(|at| within(*at, HOUR));
        self.identity_tries.retain(|tried| within(tried.at, HOUR));
        self.keys.retain(|key| within(key.at, KEYS_KEPT));
        self.wechat = self.wechat.take().filter(|it| within(it.at, CONSENTS_KEPT));
        let idle = SignedDuration::from_hours(24 * IDLE_DAYS);
        let not_before = day(now).earlier(idle);
        self.sessions.retain(|live| {
            within(
                live.opened,
                SignedDuration::from_secs(super::cookie::LIFETIME_S),
            ) && live.last_used >= not_before
        });
    }

    /// Nothing but sessions and consents is left.
    pub fn is_settled(&self) -> bool {
        let (sessions, wechat) = (self.sessions.clone(), self.wechat.clone());
        *self
            == Self {
                sessions,
                wechat,
                ..Self::default()
            }
    }

    /// Nothing is left.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn day(now: Timestamp) -> jiff::civil::Date {
    jiff::tz::Offset::UTC.to_datetime(now).date()
}

fn until(from: Timestamp, time: SignedDuration, now: Timestamp) -> u32 {
    let seconds = time.as_secs() - now.duration_since(from).as_secs();
    u32::try_from(seconds.max(1)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
