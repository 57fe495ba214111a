//! The demo hospitals: where they are, and their staff, played by a server of their own.

use contract::Code;
use serde_json::json;

use crate::{
    backend::UNAVAILABLE_S,
    ctx::Ctx,
    http::{AppError, Reply, Request},
    transport::{Incoming, Outgoing},
};

pub(super) fn hospitals(ctx: &Ctx) -> Reply {
    let hospitals: Vec<_> = ctx
        .config
        .hospitals
        .iter()
        .map(|hospital| json!({ "id": hospital.id, "base_url": hospital.base_url }))
        .collect();
    Reply::json(200, &json!({ "hospitals": hospitals }))
}

pub(super) async fn staff(ctx: &Ctx, request: &Request) -> Result<Reply, AppError> {
    let method = if request.method == "PUT" {
        "PUT"
    } else {
        "GET"
    };
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
