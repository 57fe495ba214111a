//! What went wrong in words, with the next step.

use crate::dom::*;
use contract::Problem;
use locales::{Lang, main, problem};

use super::{Icon, Role, button, hotline_for, link_button, note};
use crate::{api::Failure, router};

/// Title and text of a failure.
pub fn problem_text(lang: &Lang, failure: &Failure) -> (String, String) {
    match failure {
        Failure::Offline => (main::offline_title(lang), main::offline_detail(lang)),
        Failure::NoReply | Failure::Garbled | Failure::OutcomeUnknown(_) => {
            (main::failed_title(lang), main::failed_detail(lang))
        }
        Failure::Problem(problem) => said(lang, problem),
    }
}

fn said(lang: &Lang, problem: &Problem) -> (String, String) {
    (
        problem::title(lang, problem.code),
        problem::detail(lang, problem),
    )
}

/// A failure with a way on: again, or by telephone.
pub fn failed(lang: &Lang, failure: &Failure, again: impl Fn() + 'static) -> AnyView {
    with_way_on(lang, failure, Box::new(again))
}

fn with_way_on(lang: &Lang, failure: &Failure, again: Box<dyn Fn()>) -> AnyView {
    let (title, text) = problem_text(lang, failure);
    let call = hotline_for(&router::current_untracked())
        .map(|line| link_button(Role::Plain, main::do_call(lang, &line.number), line.href()));
    view! {
        <div role="alert">{note(Icon::Alert, title, text)}</div>
        <div class="stack">{button(Role::Primary, main::do_retry(lang), again)} {call}</div>
    }
    .into_any()
}
