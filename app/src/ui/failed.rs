//! What went wrong in words, with the next step.

use crate::dom::*;
use contract::Problem;
use locales::{Lang, main, problem};

use super::{Icon, Role, button, hotline_for, link_button, note};
use crate::{api::Failure, browser, router};

/// Title and text of a failure.
pub fn problem_text(lang: &Lang, failure: &Failure) -> (String, String) {
    match failure {
        Failure::Offline => no_network(lang),
        Failure::NoReply | Failure::Garbled | Failure::OutcomeUnknown(_) => no_reply(lang),
        Failure::Problem(problem) => said(lang, problem),
    }
}

fn no_network(lang: &Lang) -> (String, String) {
    (main::offline_title(lang), main::offline_detail(lang))
}

fn no_reply(lang: &Lang) -> (String, String) {
    (main::failed_title(lang), main::failed_detail(lang))
}

fn said(lang: &Lang, problem: &Problem) -> (String, String) {
    (
        problem::title(lang, problem.code),
        problem::detail(lang, problem),
    )
}

/// A failure with a way on: again, or by telephone.
pub fn failed(lang: &Lang, failure: &Failure, again: impl Fn() + 'static) -> AnyView {
    with_way_on(lang, problem_text(lang, failure), Box::new(again))
}

/// The same where nothing has come that could say why.
pub fn out_of_reach(lang: &Lang, again: impl Fn() + 'static) -> AnyView {
    let text = if browser::is_online() {
        no_reply(lang)
    } else {
        no_network(lang)
    };
    with_way_on(lang, text, Box::new(again))
}

fn with_way_on(lang: &Lang, (title, text): (String, String), again: Box<dyn Fn()>) -> AnyView {
    let call = hotline_for(&router::current_untracked())
        .map(|line| link_button(Role::Plain, main::do_call(lang, &line.number), line.href()));
    view! {
        <div role="alert">{note(Icon::Alert, title, text)}</div>
        <div class="stack">{button(Role::Primary, main::do_retry(lang), again)} {call}</div>
    }
    .into_any()
}
