//! The edge, typed by `contract`: what anybody may ask is asked of [`Public`], what needs a
//! session of a [`Caller`], which only a session gives.

mod attempt;
mod failure;
mod json;
mod memory;
mod wire;

use contract::{
    Access, Endpoint, Idempotency, Method, Outcome, OutcomeState, OutcomeUnknown, Ticket,
    tree::{Fields, FromTree},
};
use locales::{Lang, Tag};

pub use attempt::Attempt;
pub use failure::Failure;
pub use memory::{forget, forget_all, recall, recall_one, remember, remember_one};

use crate::browser;

/// How often an unknown outcome is asked for before the person is told to call.
const OUTCOME_TRIES: u32 = 30;

/// What anybody may send. What anybody may read is read by [`crate::remote::read`].
pub struct Public;

impl Public {
    /// Sends a body.
    pub async fn post<E>(body: &E::Body) -> Result<E::Answer, Failure>
    where
        E: Endpoint<Body: Fields, Answer: FromTree>,
    {
        const { assert!(matches!(E::ACCESS, Access::Anonymous)) }
        let answer = wire::send(E::METHOD, address::<E>(&[], ""), json::write(body), None).await?;
        read(answer)
    }
}

/// What who is logged in may ask. The cookie is the browser's own business; this only says that
/// there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller(());

impl Caller {
    /// Who the edge has just answered as logged in; `session` is the only one to make it.
    pub(crate) fn known() -> Self {
        Self(())
    }

    /// Asks an endpoint without a body. The answer of one that has none (204) is `()`.
    pub async fn get<E: Endpoint<Body = (), Answer: FromTree>>(
        self,
        parameters: &[&str],
        query: &str,
    ) -> Result<E::Answer, Failure> {
        const { assert!(matches!(E::ACCESS, Access::Session | Access::Person(_))) }
        let answer = wire::send(E::METHOD, address::<E>(parameters, query), None, None).await?;
        read_write::<E>(answer)
    }

    /// Sends a body where repeating it does no harm by itself.
    pub async fn post<E: Endpoint<Body: Fields, Answer: FromTree>>(
        self,
        parameters: &[&str],
        body: &E::Body,
    ) -> Result<E::Answer, Failure> {
        const { assert!(matches!(E::IDEMPOTENCY, Idempotency::Ignored)) }
        let answer = wire::send(
            E::METHOD,
            address::<E>(parameters, ""),
            json::write(body),
            None,
        )
        .await?;
        read_write::<E>(answer)
    }

    /// Sends a body that must take effect once, however often it is sent.
    pub async fn attempt<E: Endpoint<Body: Fields, Answer: FromTree>>(
        self,
        parameters: &[&str],
        body: &E::Body,
        attempt: &Attempt,
    ) -> Result<E::Answer, Failure> {
        const { assert!(matches!(E::IDEMPOTENCY, Idempotency::Needed)) }
        let address = address::<E>(parameters, "");
        let answer = wire::send(E::METHOD, address, json::write(body), Some(attempt.key())).await?;
        read_write::<E>(answer)
    }

    /// How far a place in line is.
    pub async fn ticket(self, url: &str) -> Result<Ticket, Failure> {
        read(wire::send(Method::Get, url.to_owned(), None, None).await?)
    }

    /// Gives a place in line up. If that is not heard, it ends by itself.
    pub async fn leave(self, url: &str) {
        let _ = wire::send(Method::Delete, url.to_owned(), None, None).await;
    }

    /// Asks what became of a write until it is known.
    pub async fn settle(self, unknown: &OutcomeUnknown) -> Result<Outcome, Failure> {
        let mut wait = unknown.retry_after;
        for _ in 0..OUTCOME_TRIES {
            browser::sleep(i32::try_from(wait.clamp(1, 10) * 1000).unwrap_or(1000)).await;
            // A lost answer here says nothing about the write: go on asking.
            match wire::send(Method::Get, unknown.check_at.clone(), None, None)
                .await
                .and_then(read)
            {
                Ok(Outcome {
                    state: OutcomeState::Checking,
                    ..
                }) => {}
                Ok(outcome) => return Ok(outcome),
                Err(failure) if failure.says_nothing() => {}
                Err(failure) => return Err(failure),
            }
            wait = 2;
        }
        Err(Failure::OutcomeUnknown(unknown.clone()))
    }
}

/// Fetches the texts of a language.
pub async fn pack(tag: Tag) -> Result<Lang, Failure> {
    let answer = wire::send(Method::Get, tag.pack_path(), None, None).await?;
    Lang::fetched(tag, read(answer)?).map_err(|_| Failure::Garbled)
}

/// Path and query of an endpoint; also the name under which its answer is remembered.
pub fn address<E: Endpoint>(parameters: &[&str], query: &str) -> String {
    let mut path = contract::fill(E::PATH, parameters);
    if !query.is_empty() {
        path.push('?');
        path.push_str(query);
    }
    path
}

/// Reads an address without typing the answer: [`crate::remote`] does that.
pub async fn fetch(address: &str) -> Result<wire::Answer, Failure> {
    wire::send(Method::Get, address.to_owned(), None, None).await
}

/// Types an answer.
pub fn parse<T: FromTree>(json: wasm_bindgen::JsValue) -> Result<T, Failure> {
    contract::tree::read(&json::Json(json)).ok_or(Failure::Garbled)
}

fn read<T: FromTree>(answer: wire::Answer) -> Result<T, Failure> {
    parse(answer.value)
}

fn read_write<E: Endpoint<Answer: FromTree>>(answer: wire::Answer) -> Result<E::Answer, Failure> {
    if answer.status == 202 && E::STATUS != 202 {
        return Err(Failure::OutcomeUnknown(read(answer)?));
    }
    read(answer)
}
