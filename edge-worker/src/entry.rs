//! Where requests come in.

use std::{panic::AssertUnwindSafe, rc::Rc};

use contract::Code;
use futures_util::FutureExt;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use worker::{
    Context, Env, Response,
    js_sys::Promise,
    wasm_bindgen_futures::{JsFuture, future_to_promise},
    worker_sys,
    worker_sys::web_sys,
};

use crate::{
    clock,
    ctx::Ctx,
    feed::hook,
    hot::{self, Flight, Found},
    http::{
        AppError, Language, Reply, Request, body, not_allowed, origin,
        router::{self, NoMatch, Router},
    },
    live, log,
    metrics::{self, Metric},
    openapi, reads, runtime, session,
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

/// A request: answered at once from what is kept ready, or made by a handler. Gives a `Response`
/// or a promise of one.
#[wasm_bindgen]
#[must_use]
pub fn fetch(request: hot::Incoming, env: Env, context: worker_sys::Context) -> JsValue {
    match hot::find(&request) {
        Found::Answer(answer) => answer,
        Found::Make(flight) => made(request, env, context, flight).into(),
        Found::Flying(path) => promise(async move {
            metrics::count(Metric::Coalesced, &[]);
            hot::wait(&path).await;
            let flight = match hot::find(&request) {
                Found::Answer(answer) => return answer,
                Found::Make(flight) => flight,
                // What the other made could not be kept: this one is made without waiting again.
                Found::Flying(_) => None,
            };
            let made = JsFuture::from(made(request, env, context, flight));
            // It is never refused.
            made.await.unwrap_or_default()
        })
        .into(),
    }
}

fn promise(answer: impl Future<Output = JsValue> + 'static) -> Promise {
    future_to_promise(AssertUnwindSafe(async move { Ok(answer.await) }))
}

/// Has an answer made, also where its client goes away: others may wait for it, or for what is read
/// on the way.
fn made(
    request: hot::Incoming,
    env: Env,
    context: worker_sys::Context,
    flight: Option<Flight>,
) -> Promise {
    let stays: worker_sys::Context = context.clone().unchecked_into();
    let made = promise(make(request, env, context, flight));
    // Refused only where the request is over already.
    let _ = stays.wait_until(&made);
    made
}

async fn make(
    incoming: hot::Incoming,
    env: Env,
    context: worker_sys::Context,
    flight: Option<Flight>,
) -> JsValue {
    let request: web_sys::Request = incoming.clone().unchecked_into();
    let context = Rc::new(Context::new(context));
    let made = respond(request.into(), &env, context, flight.is_some()).await;
    let response = match (made, &flight) {
        (Ok(Made::Reply(reply)), Some(flight)) => match hot::keep(flight, &incoming, &reply) {
            Some(answer) => return answer,
            // It was made whole for others, who do not get it: its own client may know it already.
            None => runtime::write(match hot::known(&incoming) {
                Some(known) => router::unless_known(reply, &known),
                None => reply,
            }),
        },
        (Ok(Made::Reply(reply)), None) => runtime::write(reply),
        (Ok(Made::Stream(file)), _) => file,
        (Err(error), _) => {
            log::warning("entry", &error.to_string());
            runtime::write(AppError::from(Code::Internal).into_reply(Language::ZhCn))
        }
    };
    web_sys::Response::from(response).into()
}

enum Made {
    Reply(Reply),
    /// A file or a socket.
    Stream(Response),
}

/// `whole`: the answer is to be kept, so it must not depend on what this client knows already.
async fn respond(
    request: worker::Request,
    env: &Env,
    context: Rc<Context>,
    whole: bool,
) -> worker::Result<Made> {
    let started = clock::real_millis();
    let method = request.inner().method();
    let head = runtime::head(&request);
    let background = Rc::new(runtime::AfterAnswer(context));
    let ctx = match runtime::ctx(env, &head.headers, background).await {
        Ok(ctx) => ctx,
        Err(error) => return Ok(Made::Reply(error.into_reply(Language::ZhCn))),
    };
    crate::timers::sweep_after_start(&ctx);
    let mut about = About {
        route: "none",
        hospital: None,
        code: None,
    };
    let ours = ["/api/", "/dev/", hook::PREFIX, metrics::PATH];
    let (status, made) = if head.path == live::PATH && head.method == "GET" {
        about.route = "live";
        // Past the router: what comes back is a socket.
        match crate::live_do::open(env, &ctx, &head).await {
            Ok(socket) => (socket.status_code(), Made::Stream(socket)),
            Err(error) => {
                about.code = Some(error.code());
                let reply = secured(error.into_reply(ctx.language));
                (reply.status, Made::Reply(reply))
            }
        }
    } else if ours.iter().any(|path| head.path.starts_with(path)) {
        let reply = reply(&ctx, env, request, head, whole, &mut about).await;
        (reply.status, Made::Reply(reply))
    } else {
        about.route = "app";
        let file = crate::assets::serve(env, &ctx, &head).await?;
        (file.status_code(), Made::Stream(file))
    };
    let now = clock::real_millis();
    metrics::request(about.route, &method, status);
    if metrics::due(now) {
        metrics::send_in_background(&ctx);
    }
    log::request(&log::Line {
        route: about.route,
        method: &method,
        status,
        ms: now - started,
        hospital: about.hospital.as_deref(),
        code: about.code,
        trace: &ctx.trace.id,
    });
    Ok(made)
}

async fn reply(
    ctx: &Ctx,
    env: &Env,
    request: worker::Request,
    head: Request,
    whole: bool,
    about: &mut About,
) -> Reply {
    let no_body = head.method == "HEAD";
    // A panic is our mistake; it is told like one and fails this request only.
    let answer = AssertUnwindSafe(answer(ctx, env, request, head, whole, about))
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
    env: &Env,
    request: worker::Request,
    head: Request,
    whole: bool,
    about: &mut About,
) -> Result<Reply, AppError> {
    let (method, path) = (head.method.as_str(), head.path.as_str());
    let wrong = match path {
        // A GET of a socket has gone its own way.
        live::PATH => Some("GET"),
        openapi::PATH if !matches!(method, "GET" | "HEAD") => Some("GET, HEAD"),
        _ if path.starts_with(hook::PREFIX) && !matches!(method, "POST" | "PUT") => {
            Some("POST, PUT")
        }
        _ => None,
    };
    if let Some(methods) = wrong {
        return Ok(not_allowed(ctx.language, methods));
    }
    #[cfg(feature = "development")]
    if head.path.starts_with("/dev/") {
        about.route = "dev";
        let request = read(request, body::CAP).await?;
        return crate::dev::serve(ctx, &request).await;
    }
    if head.path == metrics::PATH {
        about.route = "metrics";
        return metrics::serve(ctx, &head).await;
    }
    if head.path.starts_with(hook::PREFIX) {
        about.route = "hook";
        let hospital = hook::from(ctx, &head)?;
        about.hospital = Some(hospital.id.to_string());
        let request = read(request, hook::CAP).await?;
        return hook::take(ctx, hospital, &request).await;
    }
    if head.path == openapi::PATH {
        about.route = "openapi";
        let session_cookie = session::cookie_name(&ctx.config, &head);
        let mut reply = openapi::reply(env, &head, session_cookie).await?;
        let checked = reads::checked_at(ctx.config.home(), Some(ctx.clock.now()));
        reply.headers.extend(checked);
        return Ok(reply);
    }
    let router = ROUTER.with(Rc::clone);
    let found = match router.find(&head.method, &head.path) {
        Ok(found) => found,
        Err(NoMatch::Path) => return Err(Code::NotFound.into()),
        Err(NoMatch::Method(allowed)) => {
            return Ok(not_allowed(ctx.language, &allowed));
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
    let mut request = read(request, body::CAP).await?;
    if whole {
        request.headers.remove("if-none-match");
    }
    found.run(ctx.clone(), Rc::new(request)).await
}

async fn read(request: worker::Request, cap: usize) -> Result<Request, AppError> {
    match runtime::read(request, cap).await {
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
