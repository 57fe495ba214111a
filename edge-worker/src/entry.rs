//! Where requests come in.

use std::{panic::AssertUnwindSafe, rc::Rc};

use contract::Code;
use futures_util::FutureExt;
use worker::{Context, Env, event};

use crate::{
    clock,
    ctx::Ctx,
    dev,
    http::{
        AppError, Language, Reply, Request, body, origin,
        router::{NoMatch, Router},
    },
    log, openapi, runtime, session,
};

thread_local! {
    static ROUTER: Rc<Router> = Rc::new(crate::routes());
}

/// What is known of a request when it is over.
struct About {
    route: &'static str,
    hospital: Option<String>,
    code: Option<&'static str>,
}

#[event(fetch)]
async fn fetch(
    request: worker::Request,
    env: Env,
    context: Context,
) -> worker::Result<worker::Response> {
    let started = clock::real_millis();
    let method = request.inner().method();
    let head = runtime::head(&request);
    let background = Rc::new(runtime::AfterAnswer(Rc::new(context)));
    let ctx = match runtime::ctx(&env, &head.headers, background).await {
        Ok(ctx) => ctx,
        Err(error) => return Ok(runtime::write(error.into_reply(Language::ZhCn))),
    };
    crate::timers::sweep_after_start(&ctx);
    let mut about = About {
        route: "none",
        hospital: None,
        code: None,
    };
    let response = if head.path.starts_with("/api/") || head.path.starts_with("/dev/") {
        runtime::write(reply(&ctx, request, head, &mut about).await)
    } else {
        about.route = "app";
        crate::assets::serve(&env, &ctx, &head).await?
    };
    log::request(&log::Line {
        route: about.route,
        method: &method,
        status: response.status_code(),
        ms: clock::real_millis() - started,
        hospital: about.hospital.as_deref(),
        code: about.code,
        trace: &ctx.trace.id,
    });
    Ok(response)
}

async fn reply(ctx: &Ctx, request: worker::Request, head: Request, about: &mut About) -> Reply {
    let no_body = head.method == "HEAD";
    // A panic is our mistake; it is told like one and fails this request only.
    let answer = AssertUnwindSafe(answer(ctx, request, head, about))
        .catch_unwind()
        .await;
    let answer = answer.unwrap_or_else(|_| Err(Code::Internal.into()));
    let reply = answer.unwrap_or_else(|error| {
        about.code = Some(error.code());
        error.into_reply(ctx.language)
    });
    // The app counts minutes by this clock, never by the phone's.
    let mut reply = secured(reply).with("banzhen-now", &ctx.clock.now().to_string());
    if no_body {
        reply.body.clear();
    }
    reply
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
        return Ok(openapi::reply(
            &head,
            session::cookie_name(&ctx.config, &head),
        ));
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
