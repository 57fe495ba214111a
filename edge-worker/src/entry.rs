//! Where requests come in.

use std::rc::Rc;

use contract::Code;
use worker::{Context, Env, event};

use crate::{
    clock,
    ctx::Ctx,
    dev,
    http::{
        AppError, Reply, Request, body, origin,
        router::{NoMatch, Router},
    },
    log, openapi, runtime,
};

thread_local! {
    static ROUTER: Rc<Router> = Rc::new(crate::routes());
}

/// What is known of a request when it is over.
#[derive(Default)]
struct About {
    route: &'static str,
    hospital: Option<String>,
}

#[event(fetch)]
async fn fetch(
    request: worker::Request,
    env: Env,
    context: Context,
) -> worker::Result<worker::Response> {
    let started = clock::real_millis();
    let method = request.inner().method();
    let head = runtime::head(&request, method.clone())?;
    let background = Rc::new(runtime::AfterAnswer(Rc::new(context)));
    let ctx = match runtime::ctx(&env, &head.headers, background).await {
        Ok(ctx) => ctx,
        Err(error) => {
            return Ok(runtime::write(
                error.into_reply(crate::http::Language::ZhCn),
            ));
        }
    };
    crate::booking::expiry::sweep_after_start(&ctx);
    if !head.path.starts_with("/api/") && !head.path.starts_with("/dev/") {
        return crate::assets::serve(&env, &ctx, &head).await;
    }
    let mut about = About {
        route: "none",
        hospital: None,
    };
    let (reply, code) = match answer(&ctx, request, head, &mut about).await {
        Ok(reply) => (reply, None),
        Err(error) => {
            let code = error.code();
            (error.into_reply(ctx.language), Some(code))
        }
    };
    let mut reply = secured(reply);
    if method == "HEAD" {
        reply.body.clear();
    }
    log::request(&log::Line {
        route: about.route,
        method: &method,
        status: reply.status,
        ms: clock::real_millis() - started,
        hospital: about.hospital.as_deref(),
        code,
        trace: &ctx.trace.id,
    });
    Ok(runtime::write(reply))
}

async fn answer(
    ctx: &Ctx,
    request: worker::Request,
    head: Request,
    about: &mut About,
) -> Result<Reply, AppError> {
    if head.path.starts_with("/dev/") {
        about.route = "dev";
        let request = read(request).await?;
        return dev::serve(ctx, &request).await;
    }
    if head.path == openapi::PATH && matches!(head.method.as_str(), "GET" | "HEAD") {
        about.route = "openapi";
        return Ok(openapi::reply(&head));
    }
    let router = ROUTER.with(Rc::clone);
    let found = match router.find(&head.method, &head.path) {
        Ok(found) => found,
        Err(NoMatch::Path) => return Err(Code::NotFound.into()),
        Err(NoMatch::Method(allowed)) => {
            let reply = AppError::from(Code::MethodNotAllowed).into_reply(ctx.language);
            return Ok(reply.with("allow", &allowed));
        }
    };
    about.route = found.route.name;
    about.hospital = found
        .hospital()
        .and_then(|id| ctx.config.hospital(&id.into()))
        .map(|hospital| hospital.id.to_string());
    if !origin::allowed(&head, &ctx.config.origins) {
        return Err(Code::OriginNotAllowed.into());
    }
    let request = read(request).await?;
    found.run(ctx.clone(), Rc::new(request)).await
}

async fn read(request: worker::Request) -> Result<Request, AppError> {
    match runtime::read(request, body::CAP).await {
        Ok(Ok(request)) => Ok(request),
        Ok(Err(())) => Err(Code::PayloadTooLarge.into()),
        // The client went away in the middle; nobody will read this.
        Err(_) => Err(Code::MalformedJson.into()),
    }
}

/// What every answer of the API says to browsers; private unless said otherwise.
fn secured(reply: Reply) -> Reply {
    let reply = if reply.headers.contains_key("cache-control") {
        reply
    } else {
        reply.with("cache-control", "no-store")
    };
    reply
        .with("x-content-type-options", "nosniff")
        .with("referrer-policy", "no-referrer")
        .with(
            "content-security-policy",
            "default-src 'none'; frame-ancestors 'none'",
        )
        .with("cross-origin-resource-policy", "same-origin")
}
