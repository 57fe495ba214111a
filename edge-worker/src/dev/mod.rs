//! What is there in development only (`ENVIRONMENT=dev`), and 404 otherwise.

pub mod clock;
pub mod outbox;
pub mod panic;

mod control;
mod people;
mod routes;

use contract::Code;

use crate::{
    ctx::Ctx,
    http::{AppError, Reply, Request, not_allowed},
};

/// Name of the one object of class `Dev`.
pub const OBJECT: &str = "dev";

/// Everything under `/dev`.
///
/// # Errors
/// `not_found` outside development.
pub async fn serve(ctx: &Ctx, request: &Request) -> Result<Reply, AppError> {
    if !ctx.config.is_dev() {
        return Err(Code::NotFound.into());
    }
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/dev/outbox") => outbox::get(ctx, request).await,
        ("GET", "/dev/clock") => Ok(clock::get(ctx)),
        ("PUT", "/dev/clock") => clock::put(ctx, request).await,
        ("DELETE", "/dev/clock") => clock::delete(ctx).await,
        ("GET" | "PUT", "/dev/staff") => control::staff(ctx, request).await,
        ("GET", "/dev/hospitals") => control::hospitals(ctx).await,
        ("GET", "/dev/people") => people::get(ctx).await,
        ("GET", "/dev/routes") => routes::get(ctx).await,
        ("POST", "/dev/panic") => panic::post(ctx, request).await,
        (_, path) => {
            let allowed = match path {
                "/dev/clock" => "GET, PUT, DELETE",
                "/dev/staff" => "GET, PUT",
                "/dev/panic" => "POST",
                "/dev/outbox" | "/dev/hospitals" | "/dev/people" | "/dev/routes" => "GET",
                _ => return Err(Code::NotFound.into()),
            };
            Ok(not_allowed(ctx.language, allowed))
        }
    }
}
