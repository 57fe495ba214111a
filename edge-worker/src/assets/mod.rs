//! The app's files and its shell, the page that every address of the app gets.
//!
//! On self-hosted workerd the files come from its disk service, which knows no types; on Cloudflare
//! from the assets binding. Both are asked through the binding `ASSETS`.

mod files;
mod shell;

use contract::{Code, route::Route};
use worker::{EncodeBody, Env, Response, ResponseBody, ResponseBuilder};

use crate::{
    ctx::Ctx,
    http::{AppError, Reply, Request, body, etag, message, not_allowed},
    log, runtime,
};

/// Scripts only from files, WASM allowed, nothing in foreign frames.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; \
    media-src 'self' blob:; manifest-src 'self'; worker-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'";

/// Whatever is under neither `/api` nor `/dev`.
pub async fn serve(env: &Env, ctx: &Ctx, request: &Request) -> worker::Result<Response> {
    if !matches!(request.method.as_str(), "GET" | "HEAD") {
        return Ok(runtime::write(not_allowed(ctx.language, "GET, HEAD")));
    }
    let path = body::decode(&request.path);
    if let Some(media_type) = files::media_type(&path) {
        return match file(env, request, &path, media_type).await? {
            Some(response) => Ok(response),
            None => Ok(runtime::write(Reply::new(404, "text/plain", Vec::new()))),
        };
    }
    let Some(page) = read(env, "/index.html").await? else {
        log::warning("assets", "there is no index.html");
        return Ok(runtime::write(
            AppError::from(Code::Internal).into_reply(ctx.language),
        ));
    };
    let known = Route::parse(&address(request)) != Route::NotFound;
    let page = shell::with_hotlines(&String::from_utf8_lossy(&page), &ctx.config.hospitals);
    let reply = Reply::new(
        if known { 200 } else { 404 },
        "text/html; charset=utf-8",
        page.into(),
    )
    .with("content-language", "zh-CN")
    .with("content-security-policy", POLICY)
    .with(
        "permissions-policy",
        "camera=(), geolocation=(), microphone=(self), payment=()",
    );
    Ok(whole(reply, request))
}

fn address(request: &Request) -> String {
    match request.query.as_str() {
        "" => request.path.clone(),
        query => format!("{}?{query}", request.path),
    }
}

/// One file; brotli as it lies beside it where the browser takes that.
async fn file(
    env: &Env,
    request: &Request,
    path: &str,
    media_type: &'static str,
) -> worker::Result<Option<Response>> {
    if !files::is_hashed(path) {
        let Some(bytes) = read(env, path).await? else {
            return Ok(None);
        };
        return Ok(Some(whole(Reply::new(200, media_type, bytes), request)));
    }
    let mut reply = Reply::new(200, media_type, Vec::new())
        .with("cache-control", "public, max-age=31536000, immutable");
    let small = if files::takes_brotli(request.header("accept-encoding")) {
        fetch(env, &format!("{path}.br")).await?
    } else {
        None
    };
    let (body, encode) = match small {
        Some(small) => {
            reply = reply.with("content-encoding", "br");
            (small, EncodeBody::Manual)
        }
        None => match fetch(env, path).await? {
            Some(plain) => (plain, EncodeBody::Automatic),
            None => return Ok(None),
        },
    };
    secure(&mut reply);
    let builder = ResponseBuilder::new()
        .with_headers(runtime::headers(&reply))
        .with_encode_body(encode);
    Ok(Some(if request.method == "HEAD" {
        builder.empty()
    } else {
        builder.body(body)
    }))
}

/// What must be asked for again each time: with a tag, compressed by the runtime.
fn whole(reply: Reply, request: &Request) -> Response {
    let tag = etag::of(&reply.body);
    let mut reply = reply.with("etag", &tag).with("cache-control", "no-cache");
    secure(&mut reply);
    if reply.status == 200 && etag::matches(request.header("if-none-match"), &tag) {
        reply.status = 304;
        reply.body.clear();
    } else if request.method == "HEAD" {
        reply.body.clear();
    } else if files::takes_brotli(request.header("accept-encoding")) && reply.body.len() > 200 {
        // Said in the header and left to the runtime: `EncodeBody::Automatic`.
        message::set(&mut reply.headers, "content-encoding", "br");
    }
    runtime::write(reply)
}

fn secure(reply: &mut Reply) {
    for (name, value) in [
        ("vary", "accept-encoding"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        message::set(&mut reply.headers, name, value);
    }
}

/// A file whole; `None` when there is none.
pub async fn read(env: &Env, path: &str) -> worker::Result<Option<Vec<u8>>> {
    match response(env, path).await? {
        Some(mut response) => Ok(Some(response.bytes().await?)),
        None => Ok(None),
    }
}

async fn fetch(env: &Env, path: &str) -> worker::Result<Option<ResponseBody>> {
    Ok(response(env, path)
        .await?
        .map(|response| response.into_parts().1))
}

async fn response(env: &Env, path: &str) -> worker::Result<Option<Response>> {
    let url = format!("http://assets{path}");
    let request = runtime::request("GET", &url, &worker::Headers::new(), None)?;
    let response = env.service("ASSETS")?.fetch_request(request).await?;
    Ok((response.status_code() == 200).then_some(response))
}
