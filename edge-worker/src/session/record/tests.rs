use super::*;

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + minutes * 60).unwrap()
}

fn send(record: &mut Record, digest: &str, minute: i64) -> Reply {
    let command = Command::SendCode {
        digest: digest.into(),
        lifetime_s: 300,
    };
    record.apply(command, at(minute)).0
}

fn try_code(record: &mut Record, digest: &str, minute: i64) -> Reply {
    let command = Command::TryCode {
        digest: digest.into(),
        session: format!("session-{digest}-{minute}"),
        device: "phone".into(),
    };
    record.apply(command, at(minute)).0
}

fn check(record: &mut Record, session: &str, minute: i64) -> Reply {
    record
        .apply(
            Command::Check {
                session: session.into(),
            },
            at(minute),
        )
        .0
}

#[test]
fn a_code_works_once_and_in_time() {
    let mut record = Record::default();
    send(&mut record, "a", 0);
    assert_eq!(try_code(&mut record, "a", 4), Reply::Yes);
    assert_eq!(
        try_code(&mut record, "a", 4),
        Reply::Wrong { tries_left: 4 }
    );
    send(&mut record, "b", 10);
    assert_eq!(
        try_code(&mut record, "b", 15),
        Reply::Wrong { tries_left: 4 }
    );
}

#[test]
fn five_wrong_tries_kill_it_and_an_unknown_phone_looks_the_same() {
    let mut known = Record::default();
    let mut unknown = Record::default();
    send(&mut known, "a", 0);
    for left in (0..5).rev() {
        let wrong = Reply::Wrong { tries_left: left };
        assert_eq!(try_code(&mut known, "x", 1), wrong);
        assert_eq!(try_code(&mut unknown, "x", 1), wrong);
    }
    assert_eq!(try_code(&mut known, "a", 1), Reply::Wrong { tries_left: 0 });
    send(&mut known, "b", 2);
    assert_eq!(try_code(&mut known, "b", 2), Reply::Yes);
}

#[test]
fn a_phone_gets_one_code_a_minute_and_five_an_hour() {
    let mut record = Record::default();
    for minute in 0..5 {
        assert!(matches!(send(&mut record, "a", minute), Reply::Sent { .. }));
        assert!(matches!(send(&mut record, "a", minute), Reply::Wait { .. }));
    }
    assert_eq!(send(&mut record, "a", 30), Reply::Wait { seconds: 30 * 60 });
    assert!(matches!(send(&mut record, "a", 60), Reply::Sent { .. }));
}

#[test]
fn a_refused_request_leaves_the_earlier_code_alive() {
    let mut record = Record::default();
    send(&mut record, "a", 0);
    send(&mut record, "b", 0);
    assert_eq!(try_code(&mut record, "a", 1), Reply::Yes);
}

#[test]
fn a_closed_session_is_dead_and_an_unused_one_dies() {
    let mut record = Record::default();
    send(&mut record, "a", 0);
    try_code(&mut record, "a", 0);
    let day = 24 * 60;
    assert_eq!(check(&mut record, "session-a-0", 6 * day), Reply::Yes);
    assert_eq!(check(&mut record, "session-a-0", 13 * day), Reply::Yes);
    assert_eq!(check(&mut record, "session-a-0", 22 * day), Reply::No);

    send(&mut record, "b", 23 * day);
    try_code(&mut record, "b", 23 * day);
    let session = format!("session-b-{}", 23 * day);
    record.apply(
        Command::Close {
            session: session.clone(),
        },
        at(23 * day),
    );
    assert_eq!(check(&mut record, &session, 23 * day), Reply::No);
}

#[test]
fn all_but_live_sessions_is_gone_after_a_day() {
    let mut record = Record::default();
    send(&mut record, "a", 0);
    try_code(&mut record, "x", 0);
    record.apply(
        Command::KeepKey {
            key: "k".into(),
            body: "b".into(),
        },
        at(0),
    );
    record.apply(Command::TryIdentity { body: "b".into() }, at(0));
    record.prune(at(24 * 60));
    assert!(record.is_empty(), "{record:?}");
}

#[test]
fn ten_wrong_identities_an_hour_are_enough() {
    let mut record = Record::default();
    let offer = |n: usize| Command::TryIdentity {
        body: format!("body {n}"),
    };
    for n in 0..10 {
        assert_eq!(record.apply(offer(n), at(0)).0, Reply::Yes);
        assert_eq!(
            record.apply(offer(n), at(0)).0,
            Reply::Yes,
            "the same again is no try"
        );
    }
    let (reply, _) = record.apply(offer(10), at(10));
    assert_eq!(reply, Reply::Wait { seconds: 3000 });
    record.apply(
        Command::IdentityRight {
            body: "body 3".into(),
        },
        at(10),
    );
    assert_eq!(record.apply(offer(10), at(10)).0, Reply::Yes);
}

#[test]
fn it_is_told_when_the_next_code_may_go() {
    let mut record = Record::default();
    for minute in 0..4 {
        let sent = send(&mut record, "a", minute);
        assert_eq!(sent, Reply::Sent { next_s: 60 });
    }
    // The fifth: not before the first is an hour ago.
    let fifth = send(&mut record, "a", 4);
    assert_eq!(fifth, Reply::Sent { next_s: 56 * 60 });
    assert_eq!(send(&mut record, "a", 4), Reply::Wait { seconds: 56 * 60 });
}

#[test]
fn what_was_refused_does_not_count_for_the_address() {
    let mut address = Record::default();
    for _ in 0..100 {
        let counted = address.apply(Command::CountAddress, at(0)).0;
        assert_eq!(counted, Reply::Yes);
        address.apply(Command::UncountAddress, at(0));
    }
    assert!(address.is_empty());
}
