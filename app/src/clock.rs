//! The hospital's clock as the edge tells it. The phone's own clock only measures what has passed
//! since the last answer.

use std::cell::Cell;

use contract::{Day, Instant, TimeOfDay};
use wasm_bindgen::JsValue;

use crate::browser;

thread_local! {
    /// Edge minus phone, milliseconds.
    static AHEAD: Cell<f64> = const { Cell::new(0.0) };
}

/// Learns from an answer: `now` is an instant in any format that `Date` reads.
pub fn learn(now: &str) {
    let told = js_sys::Date::parse(now);
    if !told.is_nan() {
        AHEAD.set(told - browser::millis());
    }
}

/// Milliseconds since 1970 on the edge's clock.
pub fn now() -> f64 {
    browser::millis() + AHEAD.get()
}

/// Whole minutes until then, rounded up, but for what the clocks differ by; 0 when it is past.
pub fn minutes_until(then: &Instant) -> u32 {
    let left = js_sys::Date::parse(then.as_str()) - now();
    if left.is_nan() || left <= 0.0 {
        return 0;
    }
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positive; saturates"
    )]
    let minutes = ((left - 2000.0) / 60_000.0).ceil() as u32;
    minutes.max(1)
}

/// Whole minutes since then, at least 1.
pub fn minutes_since(then: &Instant) -> u32 {
    let passed = now() - js_sys::Date::parse(then.as_str());
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "saturates"
    )]
    let minutes = ((passed / 60_000.0) as u32).max(1);
    minutes
}

/// Whole seconds until then, rounded up; 0 when it is past.
pub fn seconds_until(then: &Instant) -> u32 {
    let left = js_sys::Date::parse(then.as_str()) - now();
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "saturates at 0"
    )]
    let seconds = (left / 1000.0).ceil() as u32;
    seconds
}

/// Today at an offset of the hospital's, taken from one of its own instants (`...+08:00`).
pub fn today_like(instant: &Instant) -> Day {
    Day(civil(offset_minutes(instant.as_str()))[..10].to_owned())
}

/// Today in China's time, which all supported hospitals share until one of them has told its own.
pub fn today() -> Day {
    Day(civil(480.0)[..10].to_owned())
}

/// The time of day `HH:MM` in the hospital's zone.
pub fn time_of_day() -> String {
    time_at(now())
}

/// The time of day `HH:MM` in the hospital's zone at an instant, milliseconds since 1970.
pub fn time_at(millis: f64) -> String {
    civil_at(millis, 480.0)[11..16].to_owned()
}

fn civil(offset_minutes: f64) -> String {
    civil_at(now(), offset_minutes)
}

fn civil_at(millis: f64, offset_minutes: f64) -> String {
    let date = js_sys::Date::new(&JsValue::from_f64(millis + offset_minutes * 60_000.0));
    String::from(date.to_iso_string())
}

fn offset_minutes(instant: &str) -> f64 {
    let Some(zone) = instant
        .len()
        .checked_sub(6)
        .and_then(|at| instant.get(at..))
    else {
        return 0.0;
    };
    let sign = match zone.as_bytes()[0] {
        b'+' => 1.0,
        b'-' => -1.0,
        _ => return 0.0,
    };
    let number = |range| {
        zone.get(range)
            .and_then(|digits: &str| digits.parse::<u16>().ok())
            .map_or(0.0, f64::from)
    };
    sign * (number(1..3) * 60.0 + number(4..6))
}

/// So many days before a day.
pub fn days_before(day: &Day, days: u32) -> Option<Day> {
    days_after(day, -i32::try_from(days).ok()?)
}

/// So many days after a day.
pub fn days_after(day: &Day, days: i32) -> Option<Day> {
    let at = js_sys::Date::parse(&format!("{day}T00:00:00Z")) + f64::from(days) * 86_400_000.0;
    if at.is_nan() {
        return None;
    }
    let text = String::from(js_sys::Date::new(&JsValue::from_f64(at)).to_iso_string());
    Some(Day(text.get(..10)?.to_owned()))
}

/// A time of a day in the hospital's zone.
pub fn at(day: &Day, time: &TimeOfDay) -> Instant {
    Instant(format!("{day}T{}:00+08:00", time.as_str()))
}

/// So many hours before an instant, written in the same zone.
pub fn hours_before(instant: &Instant, hours: u32) -> Option<Instant> {
    shifted(instant, -f64::from(hours) * 3_600_000.0)
}

/// So many minutes before an instant, written in the same zone.
pub fn minutes_before(instant: &Instant, minutes: u32) -> Option<Instant> {
    shifted(instant, -f64::from(minutes) * 60_000.0)
}

fn shifted(instant: &Instant, millis: f64) -> Option<Instant> {
    let zone = offset_minutes(instant.as_str());
    let at = js_sys::Date::parse(instant.as_str()) + millis + zone * 60_000.0;
    if at.is_nan() {
        return None;
    }
    let text = String::from(js_sys::Date::new(&JsValue::from_f64(at)).to_iso_string());
    let tail = instant.as_str().get(19..).unwrap_or("Z");
    // The fraction of a second, if any, is of no use to people.
    let tail = tail
        .find(['+', '-', 'Z'])
        .and_then(|zone| tail.get(zone..))
        .unwrap_or(tail);
    Some(Instant(format!("{}{tail}", text.get(..19)?)))
}

/// Whether an instant has passed.
pub fn is_past(instant: &Instant) -> bool {
    js_sys::Date::parse(instant.as_str()) <= now()
}
