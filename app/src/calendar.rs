//! An appointment as a calendar file (RFC 5545), carried in the link itself. It says where and
//! when; whose it is stays out of the phone's calendar.

use contract::{Appointment, Instant};

/// A `data:` address with the file.
pub fn href(one: &Appointment, title: &str) -> String {
    let place = one.location.as_deref().unwrap_or_default();
    let file = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Banzhen//Banzhen//ZH\r\nBEGIN:VEVENT\r\n\
         UID:{}@banzhen\r\nDTSTAMP:{start}\r\nDTSTART:{start}\r\nDTEND:{}\r\nSUMMARY:{}\r\n\
         LOCATION:{}\r\nBEGIN:VALARM\r\nTRIGGER:-PT2H\r\nACTION:DISPLAY\r\nDESCRIPTION:{}\r\n\
         END:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        one.id,
        utc(&one.end),
        escaped(title),
        escaped(&format!("{} {place}", one.hospital_name)),
        escaped(title),
        start = utc(&one.start),
    );
    let encoded = String::from(js_sys::encode_uri_component(&file));
    format!("data:text/calendar;charset=utf-8,{encoded}")
}

fn utc(instant: &Instant) -> String {
    let date = js_sys::Date::new(&instant.as_str().into());
    if date.get_time().is_nan() {
        return String::new();
    }
    let text = String::from(date.to_iso_string());
    let digits: String = text
        .chars()
        .take(19)
        .filter(|c| !matches!(c, '-' | ':'))
        .collect();
    format!("{digits}Z")
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, ',' | ';' | '\\') {
            safe.push('\\');
        }
        safe.push(if c.is_control() { ' ' } else { c });
    }
    safe
}
