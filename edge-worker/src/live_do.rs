//! A shard of the sockets that are told of changes. It hibernates: what a socket listens to is
//! kept with the socket, nothing is stored. It wakes once a minute ([`crate::live`]).

use std::{cell::RefCell, collections::HashMap, rc::Rc, time::Duration};

use contract::{Code, FieldCode, json};
use worker::{
    Delay, DurableObject, Env, Response, ResponseBuilder, Result, State, WebSocket,
    WebSocketIncomingMessage, WebSocketPair, WebSocketRequestResponsePair, durable_object,
};

use crate::{
    clock,
    ctx::Ctx,
    http::{AppError, Headers, Language, Refusal, Request, origin},
    live::{self, Change, Rooms, Subscribed, Wish},
    log,
    metrics::{self, Metric},
    runtime, together,
};

/// Opens a socket: a request for one is passed on to a shard.
///
/// # Errors
/// `origin_not_allowed` for a page of another site, `invalid_request` for what asks for no socket.
pub async fn open(env: &Env, ctx: &Ctx, request: &Request) -> Result<Response, AppError> {
    if !origin::ours(request, &ctx.config.origins) {
        return Err(Code::OriginNotAllowed.into());
    }
    if !live::wants_socket(request) {
        return Err(Refusal::field("Upgrade", FieldCode::Missing).into());
    }
    let [random] = crate::secrets::random()?;
    let shard = live::place(live::near(request), random);
    let secret = ctx.config.secrets.current();
    let from = ctx.address(request);
    let from = from.map_or(String::new(), |it| secret.digest(&["live", &it]));
    let opened = async {
        let headers = worker::Headers::new();
        headers.set("upgrade", "websocket")?;
        headers.set("accept-language", ctx.language.as_str())?;
        headers.set(live::SHARD, &live::shard_name(shard))?;
        headers.set(live::FROM, &from)?;
        let url = format!("http://object{}", live::OPEN);
        let request = runtime::request("GET", &url, &headers, None)?;
        env.durable_object("LIVE")?
            .id_from_name(&live::shard_name(shard))?
            .get_stub()?
            .fetch_with_request(request)
            .await
    };
    opened.await.map_err(|error: worker::Error| {
        log::warning("no socket", &error.to_string());
        Code::Internal.into()
    })
}

#[durable_object]
struct LiveDo {
    state: State,
    env: Env,
    inner: Rc<RefCell<Inner>>,
}

/// What is forgotten in hibernation, and made anew from the sockets.
#[derive(Default)]
struct Inner {
    rooms: Rooms,
    sockets: HashMap<u32, Socket>,
    /// Whether the next batch is on its way.
    batching: bool,
}

struct Socket {
    to: WebSocket,
    /// Messages of this minute, and when it began, real milliseconds.
    messages: u32,
    since: i64,
}

/// What is kept with a socket: its number here, and its topics, one a line.
type Kept = (u32, String);

// A panic unwinds to the runtime and fails one request; nothing is left half written by it.
impl std::panic::RefUnwindSafe for LiveDo {}

impl DurableObject for LiveDo {
    fn new(state: State, env: Env) -> Self {
        // Answered by the runtime without waking this object.
        if let Ok(pair) = WebSocketRequestResponsePair::new("ping", "pong") {
            state.set_websocket_auto_response(&pair);
        }
        let mut inner = Inner::default();
        for socket in state.get_websockets() {
            if let Ok(Some((id, topics))) = socket.deserialize_attachment::<Kept>() {
                let topics = topics.split('\n').filter(|topic| !topic.is_empty());
                inner.rooms.back(id, topics.map(str::to_owned).collect());
                inner.sockets.insert(id, Socket::new(socket));
            }
        }
        Self {
            state,
            env,
            inner: Rc::new(RefCell::new(inner)),
        }
    }

    async fn fetch(&self, request: worker::Request) -> Result<Response> {
        let head = runtime::head(&request);
        if head.path == live::OPEN {
            return self.accept(&head);
        }
        runtime::object(&self.env, request, async |ctx, path, body| {
            let deaf = match path.as_str() {
                live::ANNOUNCE => {
                    let changes: Vec<Change> = json::from_slice(&body).ok_or(Code::Internal)?;
                    self.announce(changes)
                }
                live::LOOK => {
                    self.look(&ctx).await;
                    Vec::new()
                }
                _ => return Err(Code::NotFound.into()),
            };
            Ok(json::to_string(&deaf).into_bytes())
        })
        .await
    }

    async fn alarm(&self) -> Result<Response> {
        // First, so that the next one comes whatever becomes of this one.
        self.wake_next().await?;
        let ctx = runtime::ctx(&self.env, &Headers::default(), Rc::new(runtime::InObject)).await;
        if let Ok(ctx) = ctx {
            self.look(&ctx).await;
        }
        Response::empty()
    }

    async fn websocket_message(
        &self,
        socket: WebSocket,
        message: WebSocketIncomingMessage,
    ) -> Result<()> {
        let Some((id, _)) = socket.deserialize_attachment::<Kept>()? else {
            return Ok(());
        };
        let text = match message {
            WebSocketIncomingMessage::String(text) if text.len() <= live::LONGEST => text,
            _ => return socket.close(Some(1009), Some("too long")),
        };
        if !self.may_speak(id) {
            return socket.close(Some(1008), Some("too many messages"));
        }
        let Some(wish) = json::from_slice::<Wish>(text.as_bytes()) else {
            return socket.send_with_str(live::problem(Code::MalformedJson.as_str(), None));
        };
        let mut ask = Vec::new();
        for topic in &wish.unsubscribe {
            self.inner.borrow_mut().rooms.unsubscribe(id, topic);
        }
        for topic in wish.subscribe {
            let subscribed = self.inner.borrow_mut().rooms.subscribe(id, &topic);
            match subscribed {
                Ok(Subscribed::Already) => {}
                Ok(Subscribed::Known(change)) => send(&socket, &change)?,
                Ok(Subscribed::Ask) => ask.push(topic),
                Err(code) => socket.send_with_str(live::problem(code.as_str(), Some(&topic)))?,
            }
        }
        self.keep(id, &socket)?;
        // Also where all is known here: the last alarm may have found nobody, and set no other.
        if self.state.storage().get_alarm().await?.is_none() {
            self.wake_next().await?;
        }
        if ask.is_empty() {
            return Ok(());
        }
        self.ask(id, &socket, &ask).await
    }

    async fn websocket_close(
        &self,
        socket: WebSocket,
        _code: usize,
        _reason: String,
        _clean: bool,
    ) -> Result<()> {
        self.gone(&socket);
        // The runtime may have closed it already.
        let _ = socket.close::<&str>(None, None);
        Ok(())
    }

    async fn websocket_error(&self, socket: WebSocket, _error: worker::Error) -> Result<()> {
        self.gone(&socket);
        Ok(())
    }
}

impl LiveDo {
    fn accept(&self, request: &Request) -> Result<Response> {
        let from = request.header(live::FROM).unwrap_or_default();
        let full = self.inner.borrow().rooms.len() >= live::MOST_SOCKETS
            || !from.is_empty()
                && self.state.get_websockets_with_tag(from).len() >= live::MOST_OF_ADDRESS;
        if full {
            let language = Language::accept_language(request.header("accept-language"));
            let refused = AppError::from(Code::RateLimited).into_reply(language);
            return Ok(runtime::write(refused));
        }
        let shard = request.header(live::SHARD).unwrap_or_default();
        let pair = WebSocketPair::new()?;
        let tags: &[&str] = if from.is_empty() {
            &[shard]
        } else {
            &[shard, from]
        };
        self.state.accept_websocket_with_tags(&pair.server, tags);
        let id = self.inner.borrow_mut().rooms.enter();
        self.keep(id, &pair.server)?;
        let socket = Socket::new(pair.server);
        self.inner.borrow_mut().sockets.insert(id, socket);
        self.count(shard);
        Ok(ResponseBuilder::new()
            .with_status(101)
            .with_websocket(pair.client)
            .empty())
    }

    /// Keeps with a socket what it listens to.
    fn keep(&self, id: u32, socket: &WebSocket) -> Result<()> {
        let topics = self.inner.borrow().rooms.topics(id).join("\n");
        socket.serialize_attachment((id, topics))
    }

    fn may_speak(&self, id: u32) -> bool {
        let now = clock::real_millis();
        let mut inner = self.inner.borrow_mut();
        let Some(socket) = inner.sockets.get_mut(&id) else {
            return false;
        };
        if now - socket.since > 60_000 {
            (socket.messages, socket.since) = (0, now);
        }
        socket.messages += 1;
        socket.messages <= live::MOST_MESSAGES
    }

    /// Wakes at the next full minute, as long as there is a socket.
    async fn wake_next(&self) -> Result<()> {
        let Some(shard) = self.shard() else {
            return Ok(());
        };
        let past = clock::real_millis().rem_euclid(60_000).unsigned_abs();
        let wait = 60_000 - past + live::LOOK_MS * (u64::from(shard) + 1);
        let wait = Duration::from_millis(wait);
        self.state.storage().set_alarm(wait).await
    }

    /// Asks boards what they show.
    async fn look(&self, ctx: &Ctx) {
        let Some(shard) = self.shard() else { return };
        let topics = self.inner.borrow().rooms.heard();
        for some in topics.chunks(live::AT_ONCE) {
            let heard = some
                .iter()
                .map(|topic| live::listen(ctx, topic, shard, live::LISTEN_ON));
            for heard in together::all(heard).await.into_iter().flatten() {
                if let Some(present) = heard.present {
                    self.inner.borrow_mut().rooms.hear(present);
                }
            }
            self.batch();
        }
    }

    /// Which one this is, as its sockets know.
    fn shard(&self) -> Option<u8> {
        let sockets = self.state.get_websockets();
        sockets.first().and_then(|socket| self.shard_of(socket))
    }

    fn shard_of(&self, socket: &WebSocket) -> Option<u8> {
        self.state.get_tags(socket).first()?.parse().ok()
    }

    /// Asks boards for what is not known here.
    async fn ask(&self, id: u32, socket: &WebSocket, topics: &[String]) -> Result<()> {
        let shard = self.shard_of(socket);
        let ctx = runtime::ctx(&self.env, &Headers::default(), Rc::new(runtime::InObject)).await;
        let (Ok(ctx), Some(shard)) = (ctx, shard) else {
            return socket.close(Some(1011), Some("not ready"));
        };
        let heard = topics
            .iter()
            .map(async |topic| (topic, live::listen(&ctx, topic, shard, live::LISTEN).await));
        for (topic, heard) in together::all(heard).await {
            let refused = match heard {
                Ok(heard) if heard.there => {
                    let told = heard
                        .present
                        .and_then(|present| self.inner.borrow_mut().rooms.learn(id, present));
                    self.batch();
                    if let Some(change) = told {
                        send(socket, &change)?;
                    }
                    continue;
                }
                Ok(_) => Code::NotFound.as_str(),
                Err(error) => error.code(),
            };
            self.inner.borrow_mut().rooms.unsubscribe(id, topic);
            self.keep(id, socket)?;
            socket.send_with_str(live::problem(refused, Some(topic)))?;
        }
        Ok(())
    }

    /// Takes in changes; the topics that nobody here listens to come back.
    fn announce(&self, changes: Vec<Change>) -> Vec<String> {
        let mut deaf = Vec::new();
        for change in changes {
            let topic = change.topic.clone();
            if !self.inner.borrow_mut().rooms.note(change) {
                deaf.push(topic);
            }
        }
        self.batch();
        deaf
    }

    /// Has what is new go out a little later.
    fn batch(&self) {
        let mut inner = self.inner.borrow_mut();
        if inner.rooms.has_changed() && !std::mem::replace(&mut inner.batching, true) {
            let inner = Rc::clone(&self.inner);
            self.state.wait_until(async move {
                Delay::from(Duration::from_millis(live::BATCH_MS)).await;
                inner.borrow_mut().send_batch();
            });
        }
    }

    fn gone(&self, socket: &WebSocket) {
        if let Ok(Some((id, _))) = socket.deserialize_attachment::<Kept>() {
            let mut inner = self.inner.borrow_mut();
            inner.rooms.close(id);
            inner.sockets.remove(&id);
        }
        if let Some(shard) = self.state.get_tags(socket).first() {
            self.count(shard);
        }
    }

    /// Tells the metrics how many sockets this shard has.
    fn count(&self, shard: &str) {
        let sockets = i64::try_from(self.inner.borrow().sockets.len()).unwrap_or(i64::MAX);
        metrics::gauge(Metric::Sockets, &[], &format!("live/{shard}"), sockets);
    }
}

impl Inner {
    fn send_batch(&mut self) {
        self.batching = false;
        for (change, ids) in self.rooms.take() {
            let text = json::to_string(&change);
            let told = i64::try_from(ids.len()).unwrap_or(i64::MAX);
            metrics::add(Metric::LiveSent, &[], told);
            for id in ids {
                let sent = self
                    .sockets
                    .get(&id)
                    .map(|socket| socket.to.send_with_str(&text));
                // It is closing: the runtime says so in its own time, or has.
                if !matches!(sent, Some(Ok(()))) {
                    self.rooms.close(id);
                    self.sockets.remove(&id);
                }
            }
        }
    }
}

impl Socket {
    fn new(to: WebSocket) -> Self {
        Self {
            to,
            messages: 0,
            since: clock::real_millis(),
        }
    }
}

fn send(socket: &WebSocket, change: &Change) -> Result<()> {
    socket.send_with_str(json::to_string(change))
}
