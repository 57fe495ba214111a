//! From a request to the handler of its [`Endpoint`], with everything checked that does not depend
//! on the operation: session, key, media type, fields.

use std::{any::TypeId, future::Future, ops::Deref, rc::Rc};

use contract::{
    Access, Code, Endpoint, Idempotency,
    json::{Bad, FromJson, ToJson, Value},
};
use futures_util::future::LocalBoxFuture;

use super::{Answer, AppError, Handled, Headers, Reply, Request, body, etag};
use crate::{ctx::Ctx, session::Session};

/// One call of an operation; everything but its body is in [`Asked`]. What several operations
/// share takes an `Asked`, so that it is compiled once.
#[derive(Debug)]
pub struct Call<E: Endpoint> {
    /// The body.
    pub body: E::Body,
    /// All else.
    pub asked: Asked,
}

impl<E: Endpoint> Deref for Call<E> {
    type Target = Asked;

    fn deref(&self) -> &Asked {
        &self.asked
    }
}

/// What is the same for the calls of all operations, so that its code is there once.
#[derive(Debug)]
pub struct Asked {
    /// The `Idempotency-Key`; empty where none is needed.
    pub key: String,
    session: Option<Session>,
    parameters: Parameters,
    query: Vec<(String, String)>,
    /// The request as it came.
    pub request: Rc<Request>,
}

type Parameters = Vec<(&'static str, String)>;

impl Asked {
    /// A parameter of the path as its newtype: `call.parameter::<HospitalId>("hospital")?`.
    ///
    /// # Errors
    /// `not_found` when the path has none of that name.
    pub fn parameter<T: for<'a> From<&'a str>>(&self, name: &str) -> Result<T, AppError> {
        match value_of(&self.parameters, name) {
            Some(value) => Ok(T::from(value)),
            None => Err(Code::NotFound.into()),
        }
    }

    /// A query parameter, decoded.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Who calls.
    ///
    /// # Errors
    /// `unauthenticated`; only on operations that are open to anybody.
    pub fn session(&self) -> Result<&Session, AppError> {
        self.session
            .as_ref()
            .ok_or_else(|| Code::Unauthenticated.into())
    }
}

fn value_of<'a>(parameters: &'a Parameters, name: &str) -> Option<&'a str> {
    let found = parameters.iter().find(|(key, _)| *key == name);
    found.map(|(_, value)| value.as_str())
}

type Handler = Box<dyn Fn(Ctx, Asked) -> Running>;
type Running = LocalBoxFuture<'static, Result<Reply, AppError>>;

/// One operation.
pub struct Route {
    operation: &'static Operation,
    handler: Handler,
}

/// What is said of an operation.
pub struct Operation {
    /// Its name, for the log.
    pub name: &'static str,
    /// Who may call it.
    pub access: Access,
    method: &'static str,
    path: &'static str,
    key: Idempotency,
}

impl Deref for Route {
    type Target = Operation;

    fn deref(&self) -> &Operation {
        self.operation
    }
}

/// All operations.
#[derive(Default)]
pub struct Router(Vec<Route>);

/// What a request matched.
pub struct Match<'a> {
    /// The operation.
    pub route: &'a Route,
    parameters: Parameters,
}

impl Match<'_> {
    /// The hospital in the path.
    pub fn hospital(&self) -> Option<&str> {
        value_of(&self.parameters, "hospital")
    }

    /// Checks what every operation wants checked, and runs the handler.
    ///
    /// # Errors
    /// What the checks and the handler refuse.
    pub async fn run(self, ctx: Ctx, request: Rc<Request>) -> Result<Reply, AppError> {
        let Self { route, parameters } = self;
        let session = match route.access {
            Access::Public | Access::Anonymous => None,
            Access::Session | Access::Person(_) => {
                Some(crate::session::require(&ctx, &request).await?)
            }
        };
        let key = match route.key {
            Idempotency::Needed => body::idempotency_key(&request)?,
            Idempotency::Ignored => String::new(),
        };
        let asked = Asked {
            key,
            session,
            parameters,
            query: body::query(&request.query),
            request: Rc::clone(&request),
        };
        let reply = (route.handler)(ctx, asked).await?;
        Ok(match route.access {
            Access::Public => cacheable(reply, &request),
            _ => reply.with("cache-control", "no-store"),
        })
    }
}

/// Why nothing matched.
#[derive(Debug, PartialEq, Eq)]
pub enum NoMatch {
    /// Nothing has that path.
    Path,
    /// The path is right; these methods are there.
    Method(String),
}

impl Router {
    /// Adds the handler of an operation.
    #[must_use]
    pub fn on<E, F>(mut self, handler: fn(Ctx, Call<E>) -> F) -> Self
    where
        E: Endpoint<Body: FromJson + 'static, Answer: ToJson> + 'static,
        F: Future<Output = Handled<E>> + 'static,
    {
        let operation = const {
            &Operation {
                name: E::NAME,
                access: E::ACCESS,
                method: E::METHOD.as_str(),
                path: E::PATH,
                key: E::IDEMPOTENCY,
            }
        };
        let handler: Handler = Box::new(move |ctx, asked| match read::<E>(asked) {
            Ok(call) => {
                let answer = handler(ctx, call);
                Box::pin(async move { Ok(write(E::STATUS, answer.await?)) })
            }
            Err(error) => refused(error),
        });
        self.0.push(Route { operation, handler });
        self
    }

    /// The names of the operations that have a handler.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|route| route.name)
    }

    /// The operation of a method and path (still percent-encoded). HEAD is GET without the body.
    pub fn find(&self, method: &str, path: &str) -> Result<Match<'_>, NoMatch> {
        let wanted = if method == "HEAD" { "GET" } else { method };
        let mut allowed: Vec<&str> = Vec::new();
        for route in &self.0 {
            let Some(parameters) = parameters(route.path, path) else {
                continue;
            };
            if route.method == wanted {
                return Ok(Match { route, parameters });
            }
            allowed.push(route.method);
            if route.method == "GET" {
                allowed.push("HEAD");
            }
        }
        Err(if allowed.is_empty() {
            NoMatch::Path
        } else {
            NoMatch::Method(allowed.join(", "))
        })
    }
}

/// The parameters of a path that fits the template; each of them an id (`api.md`, Conventions).
fn parameters(template: &'static str, path: &str) -> Option<Parameters> {
    let mut found = Vec::new();
    let mut segments = path.split('/');
    for wanted in template.split('/') {
        let segment = segments.next()?;
        match wanted
            .strip_prefix('{')
            .and_then(|name| name.strip_suffix('}'))
        {
            Some(name) => {
                let value = body::decode(segment);
                if !contract::is_id(&value) {
                    return None;
                }
                found.push((name, value));
            }
            None if wanted == segment => {}
            None => return None,
        }
    }
    segments.next().is_none().then_some(found)
}

/// Compiled once for all operations.
fn refused(error: AppError) -> Running {
    Box::pin(async move { Err(error) })
}

fn read<E: Endpoint<Body: FromJson + 'static>>(asked: Asked) -> Result<Call<E>, AppError> {
    let body = if TypeId::of::<E::Body>() == TypeId::of::<()>() {
        E::Body::read(&Value::Null, &mut Bad::default())
    } else {
        body::parse(&asked.request)?
    };
    Ok(Call { body, asked })
}

fn write<T: ToJson>(status: u16, answer: Answer<T>) -> Reply {
    match answer {
        Answer::Raw(reply) => reply,
        Answer::Value(value, headers, keep_ms) => written(status, &value, headers, keep_ms),
    }
}

/// Compiled once for all answers.
fn written(status: u16, value: &dyn ToJson, headers: Headers, keep_ms: u32) -> Reply {
    let mut reply = if status == 204 {
        Reply::empty(204)
    } else {
        Reply::json(status, value)
    };
    reply.headers.extend(headers);
    reply.keep_ms = keep_ms;
    reply
}

/// `api.md`, Conventions: public GETs carry a strong `ETag` and honour `If-None-Match`.
pub fn cacheable(reply: Reply, request: &Request) -> Reply {
    if reply.status != 200 {
        return reply;
    }
    let tag = match reply.headers.get("etag") {
        Some(tag) => tag.to_owned(),
        None => etag::of(&reply.body),
    };
    let reply = reply
        .with("etag", &tag)
        .with("cache-control", "no-cache")
        .with("cdn-cache-control", "max-age=1")
        .with("vary", "accept-language");
    match request.header("if-none-match") {
        Some(known) => unless_known(reply, known),
        None => reply,
    }
}

/// A 304 in place of a reply whose tag the client has.
pub fn unless_known(mut reply: Reply, known: &str) -> Reply {
    let tag = reply.headers.get("etag").unwrap_or_default();
    if reply.status == 200 && !tag.is_empty() && etag::matches(Some(known), tag) {
        reply.status = 304;
        reply.body.clear();
        reply.headers.remove("content-type");
    }
    reply
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::api::{GetHealth, GetRules, ListSlots, LogIn, LogOut};

    async fn none<E: Endpoint>(_: Ctx, _: Call<E>) -> Handled<E> {
        Err(Code::NotFound.into())
    }

    fn router() -> Router {
        Router::default()
            .on::<GetHealth, _>(none)
            .on::<GetRules, _>(none)
            .on::<ListSlots, _>(none)
            .on::<LogIn, _>(none)
            .on::<LogOut, _>(none)
    }

    #[test]
    fn a_path_finds_its_operation_and_parameters() {
        let router = router();
        let found = router
            .find("GET", "/api/v1/hospitals/general/doctors/a%7Eb/slots")
            .unwrap();
        assert_eq!(found.route.name, "ListSlots");
        assert_eq!(found.hospital(), Some("general"));
        assert_eq!(found.parameters[1], ("doctor", "a~b".to_owned()));
        assert_eq!(
            router.find("HEAD", "/api/v1/health").unwrap().route.name,
            "GetHealth"
        );
        assert_eq!(
            router.find("DELETE", "/api/v1/session").unwrap().route.name,
            "LogOut"
        );
    }

    #[test]
    fn what_does_not_fit_is_told_apart() {
        let router = router();
        for path in [
            "/api/v1/health/",
            "/api/v1",
            "/api/v1/hospitals//rules",
            "/api/v1/hospitals/a%2Fb/rules",
            "/api/v1/hospitals/%00/rules",
        ] {
            assert_eq!(
                router.find("GET", path).err(),
                Some(NoMatch::Path),
                "{path}"
            );
        }
        let wrong = router.find("PUT", "/api/v1/session").err();
        assert_eq!(wrong, Some(NoMatch::Method("POST, DELETE".into())));
        let wrong = router.find("POST", "/api/v1/health").err();
        assert_eq!(wrong, Some(NoMatch::Method("GET, HEAD".into())));
    }

    #[test]
    fn a_known_tag_gives_304_and_no_body() {
        let first = cacheable(Reply::json(200, &"x"), &Request::default());
        let mut again = Request::default();
        again
            .headers
            .insert("if-none-match", first.headers["etag"].clone());
        let second = cacheable(Reply::json(200, &"x"), &again);
        assert_eq!((second.status, second.body.len()), (304, 0));
        assert_eq!(cacheable(Reply::json(200, &"y"), &again).status, 200);
    }
}
