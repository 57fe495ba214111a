//! The Workers runtime behind the traits of [`crate::ctx`] and [`crate::transport`].

use std::{cell::RefCell, rc::Rc, time::Duration};

use futures_util::{
    future::{Either, LocalBoxFuture, select},
    stream::StreamExt,
};
use worker::{
    AbortController, Context, Delay, Env, Fetch, Response, ResponseBuilder,
    js_sys::{Promise, Uint8Array},
    wasm_bindgen_futures::JsFuture,
    worker_sys::web_sys::{self, RequestRedirect},
};

use crate::{
    clock::{self, Clock},
    config::{Bindings, Config, Limits},
    ctx::{Background, Class, Ctx, ObjectError, Objects},
    http::{AppError, Headers, Language, Reply, Request, trace::Trace},
    line, log, metrics,
    secrets::random,
    transport::{Incoming, Outgoing, Transport, TransportError, counted},
};

thread_local! {
    static CONFIG: RefCell<Option<Result<Rc<Config>, String>>> = const { RefCell::new(None) };
    #[cfg(feature = "development")]
    static CLOCK_READ: RefCell<bool> = const { RefCell::new(false) };
}

/// The settings of this isolate, read once.
pub fn config(env: &Env) -> Result<Rc<Config>, String> {
    CONFIG.with_borrow_mut(|kept| {
        kept.get_or_insert_with(|| {
            let text = |name| {
                env.var(name)
                    .map(|value| value.to_string())
                    .unwrap_or_default()
            };
            let bindings = Bindings {
                environment: text("ENVIRONMENT"),
                settings: text("SETTINGS"),
                secrets: text("EDGE_SECRETS"),
                credentials: Some(text("CREDENTIALS")).filter(|text| !text.is_empty()),
                dev_control: Some(text("DEV_CONTROL")).filter(|url| !url.is_empty()),
            };
            Config::check(&bindings).map(Rc::new)
        })
        .clone()
    })
}

/// What the handlers of one request, or one alarm (`Headers::default()`), get.
///
/// # Errors
/// `internal` when the settings are wrong; the log says what.
pub async fn ctx(
    env: &Env,
    headers: &Headers,
    background: Rc<dyn Background>,
) -> Result<Ctx, AppError> {
    let config = config(env).map_err(|why| {
        log::warning("settings", &why);
        contract::Code::Internal
    })?;
    let id = random()?;
    let trace = Trace::of(headers.get("traceparent"), || id);
    let language = Language::accept_language(headers.get("accept-language"));
    let ctx = Ctx {
        config: Rc::clone(&config),
        clock: Clock::Running,
        language,
        trace: trace.clone(),
        transport: Rc::new(WorkerTransport {
            trace: trace.clone(),
            config,
        }),
        objects: Rc::new(WorkerObjects {
            env: env.clone(),
            trace,
            language,
        }),
        background,
    };
    #[cfg(feature = "development")]
    if ctx.config.is_dev() && !CLOCK_READ.replace(true) {
        crate::dev::clock::restore(&ctx).await;
    }
    Ok(ctx)
}

/// Runs after the answer through the request's context.
pub struct AfterAnswer(pub Rc<Context>);

impl Background for AfterAnswer {
    fn run(&self, task: LocalBoxFuture<'static, ()>) {
        self.0.wait_until(task);
    }
}

/// Runs in a durable object, which lives on by itself.
pub struct InObject;

impl Background for InObject {
    fn run(&self, task: LocalBoxFuture<'static, ()>) {
        worker::wasm_bindgen_futures::spawn_local(task);
    }
}

/// A request to send; redirects are not followed. Not by `worker`'s builder, which brings along
/// all that Cloudflare's proxy can be asked for.
///
/// # Errors
/// What the runtime does not take.
pub fn request(
    method: &str,
    url: &str,
    headers: &worker::Headers,
    body: Option<&[u8]>,
) -> worker::Result<worker::Request> {
    let init = web_sys::RequestInit::new();
    init.set_method(method);
    init.set_headers(&headers.0);
    init.set_redirect(RequestRedirect::Manual);
    if let Some(body) = body {
        init.set_body(&worker::js_sys::Uint8Array::from(body));
    }
    Ok(web_sys::Request::new_with_str_and_init(url, &init)?.into())
}

/// `fetch` with a time limit, over the line to a hospital.
struct WorkerTransport {
    trace: Trace,
    config: Rc<Config>,
}

impl WorkerTransport {
    fn request(&self, call: &Outgoing) -> worker::Result<worker::Request> {
        let headers = worker::Headers::new();
        for (name, value) in &call.headers {
            headers.set(name, value)?;
        }
        let span = getrandom::u64().unwrap_or(1).max(1);
        headers.set("traceparent", &self.trace.child(span.to_be_bytes()))?;
        request(call.method, &call.url, &headers, call.body.as_deref())
    }

    async fn exchange(&self, call: Outgoing) -> Result<Incoming, TransportError> {
        let timeout = Duration::from_millis(u64::from(call.timeout_ms));
        let request = self.request(&call).map_err(|_| TransportError::Failed)?;
        let controller = AbortController::default();
        let signal = controller.signal();
        let exchange = Box::pin(async {
            let response = Fetch::Request(request).send_with_signal(&signal).await;
            let mut response = response.map_err(|_| TransportError::Failed)?;
            let mut answer = Incoming {
                status: response.status_code(),
                headers: response.headers().entries().collect(),
                body: Vec::new(),
            };
            if answer.is_short() {
                let body = body_of(response).await;
                answer.body = body.map_err(|_| TransportError::Failed)?;
            } else if let Ok(chunks) = response.stream() {
                answer.body = counted(chunks).await?;
            }
            Ok(answer)
        });
        let answer = match select(exchange, Delay::from(timeout)).await {
            Either::Left((answer, _)) => answer,
            Either::Right(_) => Err(TransportError::Timeout),
        };
        if answer.is_err() {
            controller.abort();
        }
        answer
    }
}

impl Transport for WorkerTransport {
    fn send(&self, call: Outgoing) -> LocalBoxFuture<'_, Result<Incoming, TransportError>> {
        Box::pin(async move {
            let hospital = self.config.hospital_at(&call.url);
            let (server, limits) = match hospital {
                Some(it) => (it.base_url.as_str(), it.limits),
                None => (origin_of(&call.url), Limits::default()),
            };
            let pass = line::enter(server, &limits, call.timeout_ms).await;
            let Some(pass) = pass else {
                metrics::call(hospital, &Err(TransportError::NotSent), 0);
                return Err(TransportError::NotSent);
            };
            let began = clock::real_millis();
            let answer = self.exchange(call).await;
            metrics::call(hospital, &answer, clock::real_millis() - began);
            pass.learn(&answer);
            answer
        })
    }
}

/// Scheme, host and port of a URL.
fn origin_of(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    url[host..].find('/').map_or(url, |at| &url[..host + at])
}

/// Durable objects through their namespaces.
struct WorkerObjects {
    env: Env,
    trace: Trace,
    language: Language,
}

impl Objects for WorkerObjects {
    fn call<'a>(
        &'a self,
        class: Class,
        name: &'a str,
        path: &'a str,
        body: Vec<u8>,
    ) -> LocalBoxFuture<'a, Result<Vec<u8>, ObjectError>> {
        Box::pin(async move {
            let binding = match class {
                Class::Login => "LOGIN",
                Class::Turn => "TURN",
                Class::Alarms => "ALARMS",
                Class::Live => "LIVE",
                Class::Metrics => "METRICS",
                Class::Room => "ROOM",
                Class::Board => "BOARD",
                Class::Feed => "FEED",
                Class::Dev => "DEV",
            };
            let exchange = async {
                let stub = self
                    .env
                    .durable_object(binding)?
                    .id_from_name(name)?
                    .get_stub()?;
                let headers = worker::Headers::new();
                headers.set("traceparent", &self.trace.child([1; 8]))?;
                headers.set("accept-language", self.language.as_str())?;
                let url = format!("http://object{path}");
                let request = request("POST", &url, &headers, Some(&body))?;
                let response = stub.fetch_with_request(request).await?;
                Ok::<_, worker::Error>((response.status_code(), body_of(response).await?))
            };
            match exchange.await {
                Ok((200, answer)) => Ok(answer),
                Ok((status, _)) => {
                    log::warning(
                        "durable object refused",
                        &format!("{binding} {path} {status}"),
                    );
                    Err(ObjectError)
                }
                Err(error) => {
                    log::warning(
                        "durable object failed",
                        &format!("{binding} {path} {error}"),
                    );
                    Err(ObjectError)
                }
            }
        })
    }
}

/// The whole body, in one step: as a stream each piece of it would cost several.
async fn body_of(response: Response) -> worker::Result<Vec<u8>> {
    bytes(web_sys::Response::from(response).array_buffer()?).await
}

async fn bytes(buffer: Promise) -> worker::Result<Vec<u8>> {
    Ok(Uint8Array::new(&JsFuture::from(buffer).await?).to_vec())
}

/// So much of a body that is too long is still taken in, and thrown away at once, bytes: a client
/// that has not finished sending would otherwise see a broken connection instead of the answer.
const DRAINED: usize = 32 * 1024 * 1024;

/// Reads a request; `Err` when its body is longer than `cap` bytes, of which no more is kept.
pub async fn read(mut request: worker::Request, cap: usize) -> worker::Result<Result<Request, ()>> {
    let head = head(&request);
    let announced = head
        .header("content-length")
        .and_then(|value| value.parse::<usize>().ok());
    let mut body = Vec::new();
    let mut seen = 0_usize;
    if request.inner().body().is_some() && announced.is_none_or(|length| length <= DRAINED) {
        let mut stream = request.stream()?;
        while let Some(chunk) = stream.next().await {
            let chunk = chunk?;
            seen = seen.saturating_add(chunk.len());
            if seen <= cap {
                body.extend_from_slice(&chunk);
            } else if seen > DRAINED {
                break;
            }
        }
    }
    if seen > cap || announced.is_some_and(|length| length > cap) {
        return Ok(Err(()));
    }
    Ok(Ok(Request { body, ..head }))
}

/// A request without its body.
pub fn head(request: &worker::Request) -> Request {
    // Not through a URL type: it would tidy up what the router must see as sent.
    let url = request.inner().url();
    let (scheme, rest) = url.split_once("://").unwrap_or(("http", &url));
    let rest = rest.split('#').next().unwrap_or_default();
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    Request {
        method: request.inner().method(),
        scheme: scheme.to_owned(),
        host: host.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: request.headers().entries().collect(),
        body: Vec::new(),
    }
}

/// The headers of a reply, for the runtime.
pub fn headers(reply: &Reply) -> worker::Headers {
    let headers = worker::Headers::new();
    for (name, value) in reply.headers.iter() {
        // Only what HTTP allows was let in.
        let _ = headers.set(name, value);
    }
    headers
}

/// Writes a reply.
pub fn write(reply: Reply) -> Response {
    let builder = ResponseBuilder::new()
        .with_status(reply.status)
        .with_headers(headers(&reply));
    if reply.body.is_empty() {
        builder.empty()
    } else {
        builder.fixed(reply.body)
    }
}

/// The shell of a durable object's `fetch`: `serve` gets path and JSON and gives JSON.
pub async fn object<F>(
    env: &Env,
    request: worker::Request,
    serve: impl FnOnce(Ctx, String, Vec<u8>) -> F,
) -> worker::Result<Response>
where
    F: Future<Output = Result<Vec<u8>, AppError>>,
{
    let (ctx, path, body) = match asked(env, request).await? {
        Ok(asked) => asked,
        Err(error) => return Ok(answered(Err(error))),
    };
    let answer = serve(ctx.clone(), path, body).await;
    // An object may live where no request comes in.
    if metrics::due(clock::real_millis()) {
        metrics::send_in_background(&ctx);
    }
    Ok(answered(answer))
}

/// What an object is asked. Apart from [`object`], which is there once for each of them.
async fn asked(
    env: &Env,
    request: worker::Request,
) -> worker::Result<Result<(Ctx, String, Vec<u8>), AppError>> {
    // The caller is our own worker, which has put a cap on what it lets in.
    let body = bytes(request.inner().array_buffer()?).await?;
    let head = head(&request);
    let ctx = ctx(env, &head.headers, Rc::new(InObject)).await;
    Ok(ctx.map(|ctx| (ctx, head.path, body)))
}

fn answered(answer: Result<Vec<u8>, AppError>) -> Response {
    write(match answer {
        Ok(body) => Reply::new(200, "application/json", body),
        Err(error) => Reply::empty(500).with("banzhen-code", error.code()),
    })
}
