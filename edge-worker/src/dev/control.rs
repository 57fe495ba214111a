//! The demo hospitals: where they are, and their staff, played by a server of their own.

use contract::{Code, HospitalId, json, record, settings};

use crate::{
    backend::UNAVAILABLE_S,
    config::Hospital,
    ctx::Ctx,
    http::{AppError, Reply, Request, body},
    transport::{Incoming, Outgoing},
};

record! {
    struct Places {
        hospitals: Vec<Place>,
    }

    #[derive(Clone)]
    struct Place {
        id: HospitalId,
        base_url: String,
    }
}

settings! {
    /// Whether the staff play.
    struct Staff {
        playing: bool,
    }
}

/// Where the FHIR servers are. What stands between the edge and a demo hospital is not told of: it
/// may be put there by whoever asks, to find what lies behind it.
pub(super) async fn hospitals(ctx: &Ctx) -> Result<Reply, AppError> {
    let demo = send(ctx, "GET", "/hospitals", Vec::new()).await;
    let demo = demo.ok().and_then(|answer| json::parse(&answer.body));
    let demo = demo.and_then(|value| json::read::<Places>(&value).ok());
    let demo = demo.map_or(Vec::new(), |demo| demo.hospitals);
    let place = |hospital: &Hospital| {
        let found = demo.iter().find(|it| it.id == hospital.id);
        found.cloned().unwrap_or_else(|| Place {
            id: hospital.id.clone(),
            base_url: hospital.base_url.clone(),
        })
    };
    let hospitals = ctx.config.hospitals.iter().map(place).collect();
    Ok(Reply::json(200, &Places { hospitals }))
}

pub(super) async fn staff(ctx: &Ctx, request: &Request) -> Result<Reply, AppError> {
    let method = if request.method == "PUT" {
        "PUT"
    } else {
        "GET"
    };
    if method == "PUT" {
        let Staff { playing: _ } = body::parse(request)?;
    }
    let answer = send(ctx, method, "/staff", request.body.clone()).await?;
    Ok(Reply::new(answer.status, "application/json", answer.body))
}

/// One exchange with the control server; `not_found` when there is none.
pub(super) async fn send(
    ctx: &Ctx,
    method: &'static str,
    path: &str,
    body: Vec<u8>,
) -> Result<Incoming, AppError> {
    let base = ctx.config.dev_control.as_deref().ok_or(Code::NotFound)?;
    let call = Outgoing {
        method,
        url: format!("{base}{path}"),
        headers: vec![("content-type", "application/json".to_owned())],
        body: (method != "GET").then_some(body),
        timeout_ms: 10_000,
    };
    ctx.transport
        .send(call)
        .await
        .map_err(|_| AppError::hospital_unavailable(UNAVAILABLE_S))
}
