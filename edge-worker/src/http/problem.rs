//! Why an operation did not give its answer, and how that is told (RFC 9457).

use contract::{Action, Code, FieldCode, FieldError, OutcomeUnknown, Problem, record};

use super::{Language, Reply, texts};

/// Why an operation did not give its answer.
#[derive(Clone, Debug, PartialEq)]
pub enum AppError {
    /// It was refused, for a reason the client is told.
    Refused(Box<Refusal>),
    /// A write whose outcome is not known: 202.
    OutcomeUnknown(OutcomeUnknown),
}

/// Nothing here does that; these methods are there.
pub fn not_allowed(language: Language, methods: &str) -> Reply {
    let refused = AppError::from(Code::MethodNotAllowed).into_reply(language);
    refused.with("allow", methods)
}

record! {
    /// A problem before it has been put into words.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Refusal {
        /// The stable code.
        pub code: Code,
        /// What the code adds (`until`, `alternatives`, ...); its words are empty until
        /// [`Refusal::into_problem`].
        pub problem: Problem,
    }
}

impl Refusal {
    /// A refusal with nothing beside its code.
    pub fn new(code: Code) -> Self {
        let problem = Problem {
            kind: format!("urn:banzhen:problem:{}", code.as_str()),
            title: String::new(),
            status: code.status(),
            detail: String::new(),
            code,
            action: action(code),
            until: None,
            alternatives: None,
            reason: None,
            opens_at: None,
            counts_as_no_show: None,
            errors: None,
            tries_left: None,
            retry_after: retry_after(code),
            ticket_url: None,
            limit: None,
        };
        Self { code, problem }
    }

    /// Adds what the code carries: `Refusal::new(code).with(|p| p.retry_after = Some(5))`.
    #[must_use]
    pub fn with(mut self, add: impl FnOnce(&mut Problem)) -> Self {
        add(&mut self.problem);
        self
    }

    /// One field is wrong.
    pub fn field(field: impl Into<String>, code: FieldCode) -> Self {
        Self::fields(vec![FieldError {
            field: field.into(),
            code,
        }])
    }

    /// Some fields are wrong.
    pub fn fields(errors: Vec<FieldError>) -> Self {
        Self::new(Code::InvalidRequest).with(|problem| problem.errors = Some(errors))
    }

    /// In words.
    pub fn into_problem(self, language: Language) -> Problem {
        let (title, detail) = texts::of(&self.problem, language);
        Problem {
            title,
            detail,
            ..self.problem
        }
    }
}

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<Code> for AppError {
    fn from(code: Code) -> Self {
        Refusal::new(code).into()
    }
}

impl AppError {
    /// The hospital cannot be reached or does not answer in time; seconds to wait.
    pub fn hospital_unavailable(retry_after: u32) -> Self {
        Refusal::new(Code::HospitalUnavailable)
            .with(|problem| problem.retry_after = Some(retry_after))
            .into()
    }

    /// Too often; seconds to wait.
    pub fn rate_limited(retry_after: u32) -> Self {
        Refusal::new(Code::RateLimited)
            .with(|problem| problem.retry_after = Some(retry_after))
            .into()
    }

    /// The code, for the log.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code.as_str(),
            Self::OutcomeUnknown(_) => "outcome_unknown",
        }
    }

    /// As the client gets it.
    pub fn into_reply(self, language: Language) -> Reply {
        match self {
            Self::Refused(refusal) => {
                let problem = refusal.into_problem(language);
                let mut reply = Reply::json(problem.status, &problem)
                    .with("content-type", "application/problem+json")
                    .with("content-language", language.as_str());
                if let Some(seconds) = problem.retry_after {
                    reply = reply.with("retry-after", &seconds.to_string());
                }
                reply
            }
            Self::OutcomeUnknown(unknown) => {
                Reply::json(202, &unknown).with("retry-after", &unknown.retry_after.to_string())
            }
        }
    }
}

/// Seconds to wait where the place that refuses knows no better: a header goes with these codes.
fn retry_after(code: Code) -> Option<u32> {
    match code {
        Code::HospitalUnavailable | Code::WaitingRoom => Some(5),
        Code::RateLimited => Some(60),
        _ => None,
    }
}

/// What the person can do next, unless the place that refuses knows better.
fn action(code: Code) -> Action {
    match code {
        Code::MalformedJson
        | Code::PayloadTooLarge
        | Code::UnsupportedMediaType
        | Code::InvalidRequest
        | Code::CodeWrong => Action::FixInput,
        Code::Unauthenticated => Action::LogIn,
        Code::FreshCodeNeeded => Action::GetNewCode,
        Code::BookingBlocked | Code::IdentityNotConfirmed => Action::GoToWindow,
        Code::SlotTaken => Action::ChooseAnotherSlot,
        Code::OwnOverlap | Code::LimitReached | Code::NotBookable => Action::ChooseAnotherTime,
        Code::PastDeadline => Action::AcceptNoShow,
        Code::HoldExpired => Action::HoldAgain,
        Code::RateLimited | Code::WaitingRoom => Action::Wait,
        Code::Internal => Action::RetryLater,
        Code::HospitalUnavailable => Action::CallHotline,
        Code::Forbidden | Code::NotFound => Action::GoBack,
        Code::OriginNotAllowed | Code::MethodNotAllowed | Code::IdempotencyKeyReused => {
            Action::None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_put_into_words_in_every_language() {
        for &code in Code::ALL {
            let mut seen = Vec::new();
            for language in [Language::ZhCn, Language::ZhTw, Language::En] {
                let problem = Refusal::new(code).into_problem(language);
                assert!(
                    !problem.title.is_empty() && !problem.detail.is_empty(),
                    "{code:?}"
                );
                assert_eq!(problem.status, code.status());
                seen.push(problem.detail);
            }
            assert!(
                seen[0] != seen[2] && seen[1] != seen[2],
                "{code:?} is not translated"
            );
        }
    }

    #[test]
    fn a_wait_is_also_a_header() {
        let reply = AppError::hospital_unavailable(7).into_reply(Language::En);
        assert_eq!(reply.status, 503);
        assert_eq!(reply.headers["retry-after"], "7");
        assert_eq!(reply.headers["content-type"], "application/problem+json");
    }
}
