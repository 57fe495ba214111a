//! Commands for the staff over HTTP, on loopback.

use std::{
    io::{Cursor, Read},
    sync::atomic::Ordering,
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::{Value, json};
use tiny_http::{Header, Method, Request, Response, Server};

use crate::{
    play::{
        Stage,
        desk::{Desk, Trouble},
    },
    rng::Rng,
};

/// A body nobody needs is longer than this.
const LONGEST_BODY: u64 = 64 * 1024;

/// Answers until the server ends.
pub fn serve(server: &Server, stage: &Stage) {
    while let Ok(mut request) = server.recv() {
        let (status, body) = answer(&mut request, stage).unwrap_or_else(refusal);
        // Whoever has hung up does not want the answer.
        let _ = request.respond(json_response(status, body));
    }
}

type Answer = Result<(u16, String), Trouble>;

fn answer(request: &mut Request, stage: &Stage) -> Answer {
    let path = request
        .url()
        .split('?')
        .next()
        .unwrap_or_default()
        .to_owned();
    let body = match request.method() {
        Method::Put | Method::Post => body(request)?,
        _ => Value::Null,
    };
    match (request.method(), path.as_str()) {
        (Method::Get, "/people") => Ok((200, stage.people.clone())),
        (Method::Get, "/hospitals") => {
            let hospitals: Vec<Value> = stage
                .desks
                .iter()
                .map(|desk| json!({ "id": desk.id(), "base_url": desk.base_url() }))
                .collect();
            done(&json!({ "hospitals": hospitals }))
        }
        (Method::Get, "/staff") => {
            done(&json!({ "playing": stage.playing.load(Ordering::SeqCst) }))
        }
        (Method::Put, "/staff") => {
            let playing = body["playing"]
                .as_bool()
                .ok_or_else(|| Trouble::asked("playing must be true or false"))?;
            stage.playing.store(playing, Ordering::SeqCst);
            // What is being done is done before the answer.
            stage.in_turn(|| ());
            done(&json!({ "playing": playing }))
        }
        (Method::Post, command) => {
            let desk = desk(stage, &body)?;
            stage.clock.follow();
            stage
                .in_turn(|| order(desk, command, &body))
                .and_then(|changed| done(&changed))
        }
        _ => Err(Trouble::NotFound("no such command".into())),
    }
}

fn order(desk: &Desk, command: &str, body: &Value) -> Result<Value, Trouble> {
    let mut rng = fresh();
    let text = |name: &str| body[name].as_str();
    match command {
        "/staff/book" => desk.book(text("slot"), &mut rng),
        "/staff/cancel" => desk.cancel(&mut rng),
        "/staff/report-final" => desk.report_final(&mut rng),
        "/staff/release-day" => desk.release_next(),
        "/staff/stop-doctor" => {
            let date = match text("date") {
                None => None,
                Some(date) => Some(
                    date.parse()
                        .map_err(|_| Trouble::asked("date must be YYYY-MM-DD"))?,
                ),
            };
            match text("doctor") {
                Some(doctor) => desk.stop(doctor, date),
                None => desk.stop_somebody(&mut rng),
            }
        }
        _ => Err(Trouble::NotFound("no such command".into())),
    }
}

fn desk<'a>(stage: &'a Stage, body: &Value) -> Result<&'a Desk, Trouble> {
    let id = body["hospital"].as_str().unwrap_or_default();
    stage
        .desks
        .iter()
        .find(|desk| desk.id() == id)
        .ok_or_else(|| Trouble::NotFound("no such hospital".into()))
}

fn body(request: &mut Request) -> Result<Value, Trouble> {
    let mut text = String::new();
    request
        .as_reader()
        .take(LONGEST_BODY)
        .read_to_string(&mut text)
        .map_err(|_| Trouble::asked("the body is not text"))?;
    if text.trim().is_empty() {
        return Ok(json!({}));
    }
    serde_json::from_str(&text).map_err(|_| Trouble::asked("the body is not JSON"))
}

#[allow(clippy::unnecessary_wraps)] // reads as the last step of an answer
fn done(body: &Value) -> Answer {
    Ok((200, body.to_string()))
}

#[allow(clippy::needless_pass_by_value)] // the last thing done to it
fn refusal(trouble: Trouble) -> (u16, String) {
    let status = match &trouble {
        Trouble::Asked(_) => 400,
        Trouble::NotFound(_) => 404,
        Trouble::Nothing(_) => 409,
        Trouble::Server(_) => 502,
    };
    (status, json!({ "error": trouble.to_string() }).to_string())
}

fn json_response(status: u16, body: String) -> Response<Cursor<Vec<u8>>> {
    let response = Response::from_string(body).with_status_code(status);
    match Header::from_bytes("Content-Type", "application/json") {
        Ok(header) => response.with_header(header),
        Err(()) => response,
    }
}

/// Draws that differ from run to run: commands need not repeat themselves.
fn fresh() -> Rng {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Rng::new(
        u64::from(since.subsec_nanos()) ^ since.as_secs(),
        "command",
        0,
    )
}
