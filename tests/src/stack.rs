//! Running stacks: the shared one, and one of their own for tests that break it or move its clock.

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, OnceLock},
    thread,
    time::{Duration, Instant},
};

use xtask::stack::{Options, Stack, free_port};

use crate::{
    client::Edge,
    fault_proxy::FaultProxy,
    fhir::Fhir,
    http,
    people::{Cast, Patient},
    slots::Pool,
    world::World,
};

fn started(options: Options) -> Stack {
    Stack::start_built(options).unwrap_or_else(|why| panic!("the stack does not start: {why:#}"))
}

fn own_shared() -> &'static Mutex<Stack> {
    static SHARED: OnceLock<Mutex<Stack>> = OnceLock::new();
    SHARED.get_or_init(|| {
        let mut stack = started(Options::test("api"));
        if let Some(hospital) = down() {
            stack.kill_hospital(&hospital).unwrap();
        }
        Mutex::new(stack)
    })
}

/// Base URL of the stack that ordinary tests share.
pub fn shared() -> String {
    own_shared().lock().unwrap().edge_url()
}

/// Where the shared stack's logs are: `BANZHEN_LOGS` beside `BANZHEN_EDGE`, or our own stack's.
pub fn shared_logs() -> PathBuf {
    match std::env::var_os("BANZHEN_LOGS") {
        Some(logs) => logs.into(),
        None => own_shared().lock().unwrap().logs(),
    }
}

/// The hospital that this run does without (`BANZHEN_DOWN`), if any.
pub fn down() -> Option<String> {
    std::env::var("BANZHEN_DOWN")
        .ok()
        .filter(|hospital| !hospital.is_empty())
}

/// A stack of its own, whose general hospital stands behind the fault proxy.
pub struct Own {
    /// The processes.
    pub stack: Arc<Mutex<Stack>>,
    /// Between the edge and the general hospital.
    pub proxy: FaultProxy,
    /// Between the hospitals and the edge: what they tell of their changes passes here.
    pub hooks: FaultProxy,
    /// What stands behind the edge; `general` looks past the proxy.
    pub world: World,
}

impl Own {
    /// Starts one whose folder is called `name`.
    #[track_caller]
    pub fn start(name: &str) -> Self {
        let ports = [free_port().unwrap(), free_port().unwrap()];
        let edge_port = free_port().unwrap();
        let before = |port| FaultProxy::start(SocketAddr::from(([127, 0, 0, 1], port)));
        let (proxy, hooks) = (before(ports[0]), before(edge_port));
        let stack = started(Options {
            port: Some(edge_port),
            public_url: Some(format!("http://{}", hooks.address())),
            fhir_ports: Some(ports),
            hospitals: vec![(
                "general".to_owned(),
                format!("http://{}/fhir", proxy.address()),
            )],
            ..Options::test(name)
        });
        let general = stack.fhir_url("general").unwrap();
        let edge = Edge::at(&stack.edge_url());
        let world = World {
            cast: Cast::load(&edge.base),
            pool: Pool::fill(&edge, "general"),
            general: Fhir { base: general },
            community: Fhir {
                base: stack.fhir_url("community").unwrap(),
            },
            edge,
        };
        Self {
            stack: Arc::new(Mutex::new(stack)),
            proxy,
            hooks,
            world,
        }
    }

    /// Somebody with an ordinary story, logged in.
    #[track_caller]
    pub fn patient(&self) -> Patient {
        self.world.patient()
    }

    /// Starts the edge again after it was killed; a kill that is under way is waited for.
    #[track_caller]
    pub fn restart_edge(&self) {
        let up = || self.stack.lock().unwrap().edge_id().is_some();
        wait_until("the edge is not killed", || !up());
        // Not in one line: a panic that holds the lock would fail every test after this one.
        let started = self.stack.lock().unwrap().start_edge();
        started.unwrap();
        let url = format!("{}/api/v1/health", self.world.edge.base);
        wait_until("the edge does not come back", || {
            http::send("GET", &url, &[], None).is_ok_and(|reply| reply.status == 200)
        });
    }
}

#[track_caller]
fn wait_until(complaint: &str, good: impl Fn() -> bool) {
    let until = Instant::now() + Duration::from_secs(20);
    while !good() {
        assert!(Instant::now() < until, "{complaint}");
        thread::sleep(Duration::from_millis(50));
    }
}

/// The stack that may be broken, for one test at a time; its clock runs true and its hospitals
/// are up when a test gets it.
#[track_caller]
pub fn own() -> MutexGuard<'static, Own> {
    static OWN: OnceLock<Mutex<Own>> = OnceLock::new();
    let own = OWN.get_or_init(|| Mutex::new(Own::start("own")));
    // A test that failed has left it as it was: what matters is set right below.
    let own = own
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    own.proxy.mend();
    own.hooks.mend();
    for hospital in ["general", "community"] {
        let fhir = if hospital == "general" {
            &own.world.general
        } else {
            &own.world.community
        };
        if !fhir.is_up() {
            own.stack.lock().unwrap().start_hospital(hospital).unwrap();
        }
    }
    let health = format!("{}/api/v1/health", own.world.edge.base);
    if http::send("GET", &health, &[], None).is_err() {
        own.stack.lock().unwrap().kill_edge();
        own.restart_edge();
    }
    crate::clock::free(&own.world.edge.base);
    own
}
