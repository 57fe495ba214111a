//! The waiting room of a release: when there is one, what its tickets tell and to whom, and a
//! small rush from beginning to end.

use std::{
    io::Write,
    net::TcpStream,
    sync::OnceLock,
    thread,
    time::{Duration, Instant},
};

use banzhen_tests::{
    client::fresh_key,
    clock::{self, china, china_day, instant},
    people::{Patient, hold_request},
    rush::{self, Plan},
    stack::{Own, own},
    staff,
};
use contract::{Code, Endpoint, NotBookableReason, TicketState, api};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};

/// More than come in quiet times.
const MANY: usize = 32;
/// Seats of one doctor that are added to a day.
const SEATS: i64 = 12;

/// The next evening's release that no other test of this stack has had, and free seats of the day
/// it opens, all of one department. The clock stands a minute before.
struct Evening {
    opens: Timestamp,
    date: String,
    slots: Vec<String>,
}

fn evening(own: &Own, ahead: i64) -> Evening {
    // One day for all: past midnight another's evening would be had again.
    static TODAY: OnceLock<Date> = OnceLock::new();
    let today = *TODAY.get_or_init(|| china_day(Timestamp::now()));
    let opens = china(today.checked_add(ahead.days()).unwrap(), 20, 0);
    let date = today.checked_add((15 + ahead).days()).unwrap().to_string();
    // The pool's slots are those of today's lists, whatever another test has set the clock to.
    clock::free(&own.world.edge.base);
    let like = own.world.pool.take(&own.world.edge, 1);
    let like = like.free(&own.world.edge, 1)[0].id.clone();
    clock::set(&own.world.edge.base, opens - SignedDuration::from_mins(1));
    let nine = instant(&format!("{date}T09:00:00+08:00").into());
    let slots = (0..SEATS)
        .map(|seat| {
            let start = nine + SignedDuration::from_mins(15 * seat);
            staff::add_slot(&own.world.general, like.as_str(), start, "free")
        })
        .collect();
    Evening { opens, date, slots }
}

/// Somebody with a visit well after the evenings of these tests.
fn booked(own: &Own) -> (Patient, contract::Appointment) {
    clock::free(&own.world.edge.base);
    let like = own.world.pool.take(&own.world.edge, 1);
    let like = like.free(&own.world.edge, 1)[0].id.clone();
    let day = china_day(Timestamp::now()).checked_add(10.days()).unwrap();
    let start = instant(&format!("{day}T15:40:00+08:00").into());
    let slot = staff::add_slot(&own.world.general, like.as_str(), start, "free");
    let me = own.patient();
    let booked = me.book("general", &slot);
    (me, booked)
}

fn ticket_of(url: &str) -> &str {
    url.rsplit('/').next().unwrap()
}

#[test]
fn while_few_come_nobody_sees_a_room() {
    let own = own();
    let it = evening(&own, 3);
    let (early, me) = (own.patient(), own.patient());
    let problem = early
        .hold("general", &it.slots[0])
        .problem(Code::NotBookable);
    assert_eq!(problem.reason, Some(NotBookableReason::NotReleased));
    assert_eq!(problem.opens_at.map(|at| instant(&at)), Some(it.opens));

    clock::set(&own.world.edge.base, it.opens);
    let hold = me.hold("general", &it.slots[0]).ok();
    me.confirm(&hold.id).ok();
    // Nobody has to be drawn, so there is nothing but the count to tell.
    let release = own.world.visitor();
    let release = release
        .call(api::GetRelease, &["general", &it.date])
        .send()
        .ok();
    assert_eq!((release.arrivals, release.attempts), (1, 1));
    assert_eq!((release.mix, release.seed), (None, None));
    assert!(release.drawn.is_empty() && release.admitted.len() == 1);
}

#[test]
fn a_move_passes_the_room_too() {
    let own = own();
    let (me, old) = booked(&own);
    let it = evening(&own, 2);
    let early = me.reschedule(old.id.as_str(), &it.slots[0]);
    let problem = early.problem(Code::NotBookable);
    assert_eq!(problem.opens_at.map(|at| instant(&at)), Some(it.opens));

    clock::set(&own.world.edge.base, it.opens);
    let body = contract::RescheduleRequest {
        slot: it.slots[0].as_str().into(),
        care: None,
    };
    let key = fresh_key();
    let send = || {
        let call = me.client.call(api::Reschedule, &[me.id(), old.id.as_str()]);
        call.body(&body).key(&key).send().ok()
    };
    let new = send();
    assert!(new.start.as_str().starts_with(&it.date));
    let release = own.world.visitor();
    let release = release
        .call(api::GetRelease, &["general", &it.date])
        .send()
        .ok();
    assert_eq!(
        (release.arrivals, release.attempts, release.booked),
        (1, 1, 1)
    );
    // A room that has forgotten them knows the place as gone; the key gets its answer all the same.
    own.stack.lock().unwrap().kill_edge();
    own.restart_edge();
    let other = own.patient().hold("general", &it.slots[0]);
    other.problem(Code::SlotTaken);
    assert_eq!(send().id, new.id);
}

#[test]
fn a_hold_is_told_again_by_a_room_that_has_forgotten_it() {
    let own = own();
    let it = evening(&own, 7);
    clock::set(&own.world.edge.base, it.opens);
    let (me, key) = (own.patient(), fresh_key());
    let send = || {
        let call = me.client.call(api::PlaceHold, &[me.id()]);
        let body = hold_request("general", &it.slots[0]);
        call.body(&body).key(&key).send().ok()
    };
    let hold = send();
    own.stack.lock().unwrap().kill_edge();
    own.restart_edge();
    let other = own.patient().hold("general", &it.slots[0]);
    other.problem(Code::SlotTaken);
    assert_eq!(send().id, hold.id);
}

#[test]
fn when_many_come_lots_decide_and_everybody_is_told() {
    let own = own();
    let (mover, old) = booked(&own);
    own.proxy.forget();
    let it = evening(&own, 4);
    let base = &own.world.edge.base;
    let before = own
        .world
        .visitor()
        .call(api::GetRelease, &["general", &it.date])
        .send()
        .ok();
    assert_eq!(
        (before.seed, before.arrivals),
        (None, 0),
        "not before the draw"
    );

    let people: Vec<Patient> = (0..MANY).map(|_| own.patient()).collect();
    // Somebody stands in line beforehand, in care mode.
    let care = contract::HoldRequest {
        care: Some(true),
        ..hold_request("general", &it.slots[1])
    };
    let take = |patient: &Patient| {
        let call = patient.client.call(api::TakeTicket, &[patient.id()]);
        call.body(&care).send().ok()
    };
    let early = take(&people[0]);
    assert_eq!((early.state, early.ahead), (TicketState::Waiting, 0));
    assert_eq!(
        take(&people[0]).ticket_url,
        early.ticket_url,
        "one place a person"
    );

    clock::set(base, it.opens);
    let answers: Vec<_> = std::thread::scope(|scope| {
        let slots = &it.slots;
        let asked: Vec<_> = people[1..]
            .iter()
            .map(|patient| scope.spawn(move || patient.hold("general", &slots[0])))
            .collect();
        asked.into_iter().map(|it| it.join().unwrap()).collect()
    });
    for (patient, answer) in people[1..].iter().zip(&answers) {
        let problem = answer.problem(Code::WaitingRoom);
        assert!(answer.raw.header("retry-after").is_some());
        let url = problem.ticket_url.expect("where to ask");
        let see = |who: &Patient| {
            who.client
                .call(api::GetTicket, &[patient.id(), ticket_of(&url)])
                .send()
        };
        let ticket = see(patient).ok();
        assert_eq!(ticket.state, TicketState::Waiting);
        assert!(ticket.draw_at.is_some() && ticket.retry_after > 0);
        // It is this session's and nobody else's.
        if patient.id() != people[1].id() {
            see(&people[1]).problem(Code::NotFound);
        }
    }
    // Who would rather come on that day than on theirs waits like everybody.
    let moving = mover.reschedule(old.id.as_str(), it.slots.last().unwrap());
    assert!(moving.problem(Code::WaitingRoom).ticket_url.is_some());
    // The hospital has not been asked for a place yet.
    let holds = own.proxy.seen();
    assert!(
        !holds
            .iter()
            .any(|seen| seen.body.contains("busy-tentative"))
    );

    clock::set(base, it.opens + SignedDuration::from_secs(6));
    let mut seen = (0, 0);
    let mut admitted = None;
    for patient in &people {
        let answer = patient.hold("general", &it.slots[0]);
        if answer.is_ok() {
            seen.0 += 1;
            admitted = Some(patient.id().to_owned());
        } else if answer.status() == Code::SlotTaken.status() {
            let problem = answer.problem(Code::SlotTaken);
            assert!(!problem.alternatives.unwrap().is_empty(), "others are kept");
            seen.1 += 1;
        } else {
            answer.problem(Code::WaitingRoom);
        }
    }
    assert_eq!(seen.0, 1, "one of them holds it: {seen:?} {admitted:?}");
    let release = own
        .world
        .visitor()
        .call(api::GetRelease, &["general", &it.date])
        .send()
        .ok();
    // Who came first may have been let in while nobody else was there.
    assert!((MANY..=MANY + 1).contains(&release.drawn.len()));
    assert_eq!(
        release.attempts, 1,
        "the others have not been sent for nothing"
    );
    assert_eq!(release.commitment, before.commitment);
    assert!(release.seed.is_some() && release.admitted.len() >= 2);
}

#[test]
fn who_hangs_up_before_the_room_has_decided_leaves_no_ghost_in_it() {
    let own = own();
    let it = evening(&own, 8);
    let me = own.patient();
    clock::set(&own.world.edge.base, it.opens);
    let host = own.world.edge.base.trim_start_matches("http://");
    let path = contract::fill(api::PlaceHold::PATH, &[me.id()]);
    let body = serde_json::to_string(&hold_request("general", &it.slots[0])).unwrap();
    let (cookie, length) = (me.client.cookie.as_deref().unwrap(), body.len());
    let mut line = TcpStream::connect(host).unwrap();
    // Who goes away without having read an answer resets the connection.
    write!(line, "GET /api/v1/health HTTP/1.1\r\nhost: {host}\r\n\r\n").unwrap();
    write!(
        line,
        "POST {path} HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\nidempotency-key: {}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}",
        fresh_key(),
    )
    .unwrap();
    // The room looks round for so long whether more come.
    thread::sleep(Duration::from_millis(200));
    drop(line);
    let until = Instant::now() + Duration::from_secs(20);
    let release = || {
        let visitor = own.world.visitor();
        let call = visitor.call(api::GetRelease, &["general", &it.date]);
        call.send().ok()
    };
    while release().held < 1 {
        assert!(Instant::now() < until, "{:?}", release());
        thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(release().attempts, 1);
}

#[test]
fn a_quarter_of_an_hour_later_there_is_no_room() {
    let own = own();
    let it = evening(&own, 5);
    clock::set(
        &own.world.edge.base,
        it.opens + SignedDuration::from_mins(16),
    );
    let me = own.patient();
    let take = |slot: &str| {
        let call = me.client.call(api::TakeTicket, &[me.id()]);
        call.body(&hold_request("general", slot)).send()
    };
    let problem = take(&it.slots[0]).problem(Code::NotBookable);
    assert_eq!(problem.reason, Some(NotBookableReason::FreePlaces));
    for unknown in ["no-such-slot", ".."] {
        take(unknown).problem(Code::NotFound);
    }
    me.hold("general", &it.slots[0]).ok();
    let release = own.world.visitor();
    let release = release
        .call(api::GetRelease, &["general", &it.date])
        .send()
        .ok();
    assert_eq!(release.arrivals, 0);
}

#[test]
fn who_does_not_want_to_wait_makes_room() {
    let own = own();
    let it = evening(&own, 6);
    let me = own.patient();
    let call = me.client.call(api::TakeTicket, &[me.id()]);
    let ticket = call
        .body(&hold_request("general", &it.slots[0]))
        .send()
        .ok();
    let ticket = ticket_of(&ticket.ticket_url).to_owned();
    // A stranger's ticket in the same name is another one, whatever becomes of it.
    let stranger = own.patient();
    let call = stranger.client.call(api::TakeTicket, &[me.id()]);
    let theirs = call
        .body(&hold_request("general", &it.slots[0]))
        .send()
        .ok();
    let theirs = ticket_of(&theirs.ticket_url);
    let end = stranger.client.call(api::LeaveTicket, &[me.id(), theirs]);
    assert_eq!(end.send().status(), 204);
    let look = me.client.call(api::GetTicket, &[me.id(), &ticket]);
    assert_eq!(look.send().ok().state, TicketState::Waiting);

    let leave = || me.client.call(api::LeaveTicket, &[me.id(), &ticket]).send();
    assert_eq!((leave().status(), leave().status()), (204, 204));
    let again = me
        .client
        .call(api::GetTicket, &[me.id(), &ticket])
        .send()
        .ok();
    assert_eq!(again.state, TicketState::Over);
    let edited = me
        .client
        .call(api::GetTicket, &[me.id(), &ticket.replace('~', ".")])
        .send();
    edited.problem(Code::NotFound);
}

/// 300 people for 20 places, from the draw to the last who is told that all is given away.
#[test]
fn a_small_rush() {
    let own = Own::start("rush");
    let plan = Plan {
        people: 300,
        slots: 20,
        seconds: 15,
        connections: 60,
        seed: 3,
    };
    let report = rush::run(&own, &plan);
    assert!(report.broken.is_empty(), "{}", report.text());
}
