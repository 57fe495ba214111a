//! Development only: the outbox and the clock.

use std::cell::Cell;

use contract::json::{self, FromJson};
use worker::{
    DurableObject, Env, ListOptions, Request, Response, Result, State, durable_object,
    wasm_bindgen::JsValue,
};

use crate::{
    clock,
    dev::{self, clock::Offset, outbox::Wanted},
    log,
    messages::Sent,
    runtime,
};

const CLOCK: &str = "clock";
const MESSAGES: &str = "message/";
/// The same once more, by whom they went to.
const TO: &str = "to/";
/// So many messages are shown at most.
const MOST: usize = 1000;

#[durable_object(fetch)]
struct DevDo {
    state: State,
    sequence: Cell<u32>,
}

// A panic unwinds to the runtime and fails one request. The counter is never half written.
impl std::panic::RefUnwindSafe for DevDo {}

impl DurableObject for DevDo {
    fn new(state: State, _env: Env) -> Self {
        Self {
            state,
            sequence: Cell::new(0),
        }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        // Not through `runtime::object`: a context would ask this very object for the clock.
        let Ok(request) = runtime::read(request, usize::MAX).await? else {
            return Response::error("", 413);
        };
        match self.serve(&request.path, &request.body).await {
            Ok(body) => Response::from_bytes(body),
            Err(error) => {
                log::warning("dev object", &error.to_string());
                Response::error("", 500)
            }
        }
    }
}

fn read<T: FromJson>(body: &[u8]) -> Result<T> {
    json::from_slice(body).ok_or("not the JSON that goes here".into())
}

impl DevDo {
    async fn serve(&self, path: &str, body: &[u8]) -> Result<Vec<u8>> {
        let storage = self.state.storage();
        Ok(match path {
            "/clock/get" => {
                let millis: Option<i64> = storage.get(CLOCK).await?;
                json::to_string(&Offset { millis }).into_bytes()
            }
            "/clock/set" => {
                let Offset { millis } = read(body)?;
                match millis {
                    // A JavaScript number holds this exactly; a BigInt could not be read back.
                    Some(millis) => {
                        #[allow(clippy::cast_precision_loss)] // 53 bits of milliseconds.
                        storage
                            .put_raw(CLOCK, JsValue::from_f64(millis as f64))
                            .await?;
                    }
                    None => {
                        storage.delete(CLOCK).await?;
                    }
                }
                b"null".to_vec()
            }
            "/outbox/add" => {
                let sent: Sent = read(body)?;
                let number = self.sequence.get().wrapping_add(1);
                self.sequence.set(number);
                let order = format!("{:015}/{number:010}", clock::real_millis());
                let text = json::to_string(&sent);
                storage.put(&format!("{MESSAGES}{order}"), &text).await?;
                let to = format!("{TO}{}/{order}", sent.to);
                storage.put(&to, text).await?;
                b"null".to_vec()
            }
            dev::panic::PATH => panic!("on purpose, in a durable object"),
            "/outbox/list" => json::to_string(&self.messages(&read(body)?).await?).into_bytes(),
            _ => return Err("no such path".into()),
        })
    }

    /// Newest first.
    async fn messages(&self, wanted: &Wanted) -> Result<Vec<Sent>> {
        let prefix = match &wanted.to {
            Some(to) => format!("{TO}{to}/"),
            None => MESSAGES.to_owned(),
        };
        let options = ListOptions::new().prefix(&prefix).reverse(true).limit(MOST);
        let stored = self.state.storage().list_with_options(options).await?;
        let mut found = Vec::new();
        for text in stored.values() {
            let text = text?.as_string().unwrap_or_default();
            found.extend(json::from_slice::<Sent>(text.as_bytes()));
        }
        Ok(found)
    }
}
