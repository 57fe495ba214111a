//! The one place where the states of something remote become a view.

use crate::dom::*;
use contract::{Freshness, SessionView};
use locales::{Lang, main, when};

use super::{Icon, Role, button, failed, hotline_for, link_button, live, note};
use crate::{
    api::Caller,
    remote::{Reading, Remote, Shown, Untyped, Value},
    router,
    session::{self, Who},
};

type Show = Box<dyn Fn(&Value) -> AnyView + Send>;

/// Shows what was read, or why it is not there: waits in words, never with a mark alone.
pub fn loaded<T: Shown>(
    lang: &Lang,
    reading: Reading<T>,
    empty: impl Fn() -> AnyView + Send + 'static,
    show: impl Fn(&T) -> AnyView + Send + 'static,
) -> AnyView {
    let show: Show = Box::new(move |value| {
        value
            .downcast_ref::<T>()
            .map_or_else(|| ().into_any(), &show)
    });
    untyped(lang, reading.untyped, Box::new(empty), show)
}

fn untyped(
    lang: &Lang,
    reading: Untyped,
    empty: Box<dyn Fn() -> AnyView + Send>,
    show: Show,
) -> AnyView {
    let lang = lang.clone();
    let view = move || match reading.state.get() {
        Remote::Loading => waiting(&lang, None, || {}),
        Remote::LoadingSlowly { far_too_long } => {
            waiting(&lang, Some(far_too_long), move || reading.stop())
        }
        Remote::Idle => view! {
            <div class="stack">
                {button(Role::Primary, main::do_retry(&lang), move || reading.read_again())}
            </div>
        }
        .into_any(),
        Remote::Empty => empty(),
        Remote::Failed(failure) => failed(&lang, &failure, move || reading.read_again()),
        Remote::Ready(value) => {
            let age = reading
                .age(&value)
                .map(|(as_of, freshness)| age(&lang, &as_of, freshness, reading));
            view! { {show(&value)} {age} }.into_any()
        }
    };
    live(view)
}

/// How old an answer is, said at its end; an old one says so plainly and can be read again.
fn age(lang: &Lang, as_of: &contract::Instant, freshness: Freshness, reading: Untyped) -> AnyView {
    let time = when::time(lang, as_of);
    let again = button(Role::Plain, main::do_refresh(lang), move || {
        reading.read_again();
    });
    match freshness {
        Freshness::Fresh => {
            view! {
                <p class="age" data-live>{main::as_of(lang, &time)}</p>
                <div class="stack">{again}</div>
            }
            .into_any()
        }
        Freshness::Stale => view! {
            <div data-live>{note(Icon::Clock, main::hospital_down_title(lang), main::stale(lang, &time))}</div>
            <div class="stack">{again}</div>
        }
        .into_any(),
        Freshness::Unknown => view! {
            <div data-live>{note(Icon::Alert, main::hospital_down_title(lang), main::unknown(lang))}</div>
            <div class="stack">{again}</div>
        }
        .into_any(),
    }
}

/// Waiting. `slow`: `None` in the first second (room is kept, nothing is said yet), then whether
/// it takes far too long.
pub fn waiting(lang: &Lang, slow: Option<bool>, stop: impl Fn() + 'static) -> AnyView {
    waiting_boxed(lang, slow, Box::new(stop))
}

fn waiting_boxed(lang: &Lang, slow: Option<bool>, stop: Box<dyn Fn()>) -> AnyView {
    let text = match slow {
        None => String::new(),
        Some(false) => main::loading(lang),
        Some(true) => main::loading_too_slow(lang),
    };
    let ways_out = (slow == Some(true)).then(|| {
        let call = hotline_for(&router::current_untracked())
            .map(|line| link_button(Role::Plain, main::do_call(lang, &line.number), line.href()));
        view! {
            <div class="stack">{button(Role::Plain, main::do_stop_waiting(lang), stop)} {call}</div>
        }
    });
    view! {
        <p class="waiting" role="status">{text}</p>
        {ways_out}
    }
    .into_any()
}

/// Shows what only somebody logged in may see; nobody is sent to the login and comes back here.
pub fn for_caller(
    lang: &Lang,
    show: impl Fn(Caller, &SessionView) -> AnyView + Send + 'static,
) -> AnyView {
    for_caller_boxed(lang, Box::new(show))
}

type ShowCaller = Box<dyn Fn(Caller, &SessionView) -> AnyView + Send>;

fn for_caller_boxed(lang: &Lang, show: ShowCaller) -> AnyView {
    session::find_out();
    let lang = lang.clone();
    let view = move || match session::who() {
        Who::In(caller, view) => show(caller, &view),
        Who::Unknown => waiting(&lang, Some(false), || {}),
        Who::Out => {
            session::to_login();
            ().into_any()
        }
        Who::Failed(failure) => failed(&lang, &failure, session::ask),
    };
    live(view)
}
