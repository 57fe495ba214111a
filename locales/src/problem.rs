//! Problems in words: every code, action and field error of the contract has its text, or this
//! does not compile.

use contract::{Action, Code, FieldCode, LimitKind, NotBookableReason, Problem};

use crate::{Lang, errors, when};

macro_rules! words {
    ($lang:expr, $value:expr, $($variant:path => $message:ident),* $(,)?) => {
        match $value { $($variant => errors::$message($lang)),* }
    };
}

/// What happened, in a few words.
pub fn title(lang: &Lang, code: Code) -> String {
    words!(lang, code,
        Code::MalformedJson => malformed_json_title,
        Code::Unauthenticated => unauthenticated_title,
        Code::FreshCodeNeeded => fresh_code_needed_title,
        Code::Forbidden => forbidden_title,
        Code::OriginNotAllowed => origin_not_allowed_title,
        Code::BookingBlocked => booking_blocked_title,
        Code::NotFound => not_found_title,
        Code::MethodNotAllowed => method_not_allowed_title,
        Code::SlotTaken => slot_taken_title,
        Code::OwnOverlap => own_overlap_title,
        Code::LimitReached => limit_reached_title,
        Code::NotBookable => not_bookable_title,
        Code::PastDeadline => past_deadline_title,
        Code::HoldExpired => hold_expired_title,
        Code::PayloadTooLarge => payload_too_large_title,
        Code::UnsupportedMediaType => unsupported_media_type_title,
        Code::InvalidRequest => invalid_request_title,
        Code::IdempotencyKeyReused => idempotency_key_reused_title,
        Code::CodeWrong => code_wrong_title,
        Code::IdentityNotConfirmed => identity_not_confirmed_title,
        Code::RateLimited => rate_limited_title,
        Code::WaitingRoom => waiting_room_title,
        Code::Internal => internal_title,
        Code::HospitalUnavailable => hospital_unavailable_title,
    )
}

/// What it means and what to do, with what the problem tells beyond its code.
pub fn detail(lang: &Lang, problem: &Problem) -> String {
    specific(lang, problem).unwrap_or_else(|| general(lang, problem.code))
}

/// What the person can do next, short enough for a button.
pub fn action(lang: &Lang, action: Action) -> String {
    words!(lang, action,
        Action::FixInput => action_fix_input,
        Action::LogIn => action_log_in,
        Action::GetNewCode => action_get_new_code,
        Action::ChooseAnotherSlot => action_choose_another_slot,
        Action::ChooseAnotherTime => action_choose_another_time,
        Action::HoldAgain => action_hold_again,
        Action::Wait => action_wait,
        Action::RetryLater => action_retry_later,
        Action::CallHotline => action_call_hotline,
        Action::GoToWindow => action_go_to_window,
        Action::AcceptNoShow => action_accept_no_show,
        Action::GoBack => action_go_back,
        Action::None => action_none,
    )
}

/// What is wrong with one field.
pub fn field(lang: &Lang, code: FieldCode) -> String {
    words!(lang, code,
        FieldCode::Missing => field_missing,
        FieldCode::Unknown => field_unknown,
        FieldCode::WrongType => field_wrong_type,
        FieldCode::Malformed => field_malformed,
        FieldCode::TooLong => field_too_long,
        FieldCode::TooShort => field_too_short,
        FieldCode::OutOfRange => field_out_of_range,
        FieldCode::BadCheckDigit => field_bad_check_digit,
        FieldCode::BirthDateInFuture => field_birth_date_in_future,
        FieldCode::NotADate => field_not_a_date,
    )
}

fn specific(lang: &Lang, problem: &Problem) -> Option<String> {
    match problem.code {
        Code::BookingBlocked => {
            let until = problem.until.as_ref()?;
            Some(errors::booking_blocked_until(
                lang,
                &when::day_time(lang, until),
            ))
        }
        Code::NotBookable => Some(match (problem.reason?, &problem.opens_at) {
            (NotBookableReason::NotReleased, Some(opens)) => {
                errors::not_bookable_opens(lang, &when::day_time(lang, opens))
            }
            (NotBookableReason::NotReleased, None) => errors::not_bookable_not_released(lang),
            (NotBookableReason::OutsideWindow, _) => errors::not_bookable_outside_window(lang),
            (NotBookableReason::Stopped, _) => errors::not_bookable_stopped(lang),
            (NotBookableReason::Past, _) => errors::not_bookable_past(lang),
            (NotBookableReason::FreePlaces, _) => errors::not_bookable_free_places(lang),
            (NotBookableReason::NoSession, _) => errors::not_bookable_no_session(lang),
        }),
        Code::LimitReached => {
            let limit = problem.limit.as_ref()?;
            let words = match limit.kind {
                LimitKind::PerDoctorDay => errors::limit_per_doctor_day,
                LimitKind::DepartmentsPerDay => errors::limit_departments_per_day,
                LimitKind::Open => errors::limit_open,
                LimitKind::Waitlist => errors::limit_waitlist,
                LimitKind::WaitlistSame => return Some(errors::limit_waitlist_same(lang)),
            };
            Some(words(lang, limit.most))
        }
        Code::CodeWrong => Some(match problem.tries_left? {
            0 => errors::code_wrong_none_left(lang),
            left => errors::code_wrong_left(lang, left),
        }),
        Code::RateLimited => Some(errors::rate_limited_wait(
            lang,
            &when::wait(lang, problem.retry_after?),
        )),
        _ => None,
    }
}

fn general(lang: &Lang, code: Code) -> String {
    words!(lang, code,
        Code::MalformedJson => malformed_json_detail,
        Code::Unauthenticated => unauthenticated_detail,
        Code::FreshCodeNeeded => fresh_code_needed_detail,
        Code::Forbidden => forbidden_detail,
        Code::OriginNotAllowed => origin_not_allowed_detail,
        Code::BookingBlocked => booking_blocked_detail,
        Code::NotFound => not_found_detail,
        Code::MethodNotAllowed => method_not_allowed_detail,
        Code::SlotTaken => slot_taken_detail,
        Code::OwnOverlap => own_overlap_detail,
        Code::LimitReached => limit_reached_detail,
        Code::NotBookable => not_bookable_detail,
        Code::PastDeadline => past_deadline_detail,
        Code::HoldExpired => hold_expired_detail,
        Code::PayloadTooLarge => payload_too_large_detail,
        Code::UnsupportedMediaType => unsupported_media_type_detail,
        Code::InvalidRequest => invalid_request_detail,
        Code::IdempotencyKeyReused => idempotency_key_reused_detail,
        Code::CodeWrong => code_wrong_detail,
        Code::IdentityNotConfirmed => identity_not_confirmed_detail,
        Code::RateLimited => rate_limited_detail,
        Code::WaitingRoom => waiting_room_detail,
        Code::Internal => internal_detail,
        Code::HospitalUnavailable => hospital_unavailable_detail,
    )
}
