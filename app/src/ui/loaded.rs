//! The one place where the states of something remote become a view.

use std::{cell::Cell, rc::Rc};

use crate::dom::*;
use contract::{Freshness, Route, SessionView, TimeOfDay};
use locales::{Lang, booking, help, main, when};

use super::{Icon, Role, button, failed, hotline_for, icon, link_button, live, note, ticking};
use crate::{
    api::Caller,
    browser, clock, live as follow,
    remote::{Reading, Remote, Shown, TOO_SLOW_MILLIS, Untyped, Value},
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
    untyped(lang, reading.untyped, Box::new(empty), show, None)
}

/// The same for what is followed ([`crate::live`]): what is drawn stays, and each row follows what
/// it says by itself ([`changing`]). `rows` names the rows that an answer has: where there are
/// others than those drawn, they are offered.
pub fn followed<T: Shown>(
    lang: &Lang,
    reading: Reading<T>,
    empty: impl Fn() -> AnyView + Send + 'static,
    rows: impl Fn(&T) -> Vec<String> + 'static,
    show: impl Fn(&T) -> AnyView + Send + 'static,
) -> AnyView {
    let show: Show = Box::new(move |value| {
        value
            .downcast_ref::<T>()
            .map_or_else(|| ().into_any(), &show)
    });
    let rows: Rows = Rc::new(move |value| value.downcast_ref::<T>().map_or_else(Vec::new, &rows));
    untyped(lang, reading.untyped, Box::new(empty), show, Some(rows))
}

type Rows = Rc<dyn Fn(&Value) -> Vec<String>>;

/// A row that is drawn again when the number that stands for what it says is another.
pub fn changing<T: Shown>(
    reading: Reading<T>,
    says: impl Fn(&T) -> usize + 'static,
    draw: impl Fn(&T) -> AnyView + 'static,
) -> AnyView {
    let says = steady(move || reading.with(&says).unwrap_or(usize::MAX));
    changing_boxed(
        says,
        Box::new(move || {
            let shown = reading.untyped.shown();
            shown.and_then(|value| value.downcast_ref::<T>().map(&draw))
        }),
    )
}

fn changing_boxed(says: RwSignal<usize>, draw: Box<dyn Fn() -> Option<AnyView>>) -> AnyView {
    let drawn = Cell::new(false);
    live(move || {
        says.get();
        if drawn.replace(true) {
            follow::say_changed();
        }
        draw()
    })
}

fn untyped(
    lang: &Lang,
    reading: Untyped,
    empty: Box<dyn Fn() -> AnyView + Send>,
    show: Show,
    rows: Option<Rows>,
) -> AnyView {
    let lang = lang.clone();
    let is_followed = rows.is_some();
    // What is followed is drawn anew only when it comes or goes.
    let phase = steady(move || match reading.state.get() {
        _ if !is_followed => 0,
        Remote::Ready(_) => 1,
        Remote::Empty => 2,
        Remote::LoadingSlowly { far_too_long } => 3 + usize::from(far_too_long),
        Remote::Loading => 5,
        Remote::Idle => 6,
        Remote::Failed(_) => 7,
    });
    let state = move || {
        if is_followed {
            phase.get();
            reading.redraw.track();
            reading.state.get_untracked()
        } else {
            reading.state.get()
        }
    };
    let view = move || match state() {
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
            if let Some(rows) = &rows {
                return kept(&lang, reading, &value, &show, rows);
            }
            let age = reading
                .age(&value)
                .map(|(as_of, freshness, _)| age(&lang, &as_of, freshness, reading));
            view! { {show(&value)} {age} {missed(&lang, reading)} }.into_any()
        }
    };
    live(view)
}

/// What was read before and could not be read anew: since when it may have changed. It stands at
/// the lower edge, so that it pushes nothing aside when it comes.
fn missed(lang: &Lang, reading: Untyped) -> AnyView {
    let lang = lang.clone();
    let missed = steady(move || usize::from(reading.missed.get()));
    let said = live(move || {
        (missed.get() == 1).then(|| {
            let time = TimeOfDay(clock::time_at(reading.checked.get_value()));
            let text = main::not_renewed(&lang, &when::time_of_day(&lang, &time));
            let again = button(Role::Plain, main::do_retry(&lang), move || {
                reading.read_again();
            });
            let call = hotline_for(&router::current_untracked()).map(|line| {
                link_button(Role::Plain, main::do_call(&lang, &line.number), line.href())
            });
            view! {
                <p class="note">{icon(Icon::Alert)} <span>{text}</span></p>
                <div class="stack">{again} {call}</div>
            }
            .into_any()
        })
    });
    view! { <div class="missed" role="status">{said}</div> }.into_any()
}

/// What is followed: how old it is in one line that keeps its room, the rows, and what is new.
fn kept(lang: &Lang, reading: Untyped, value: &Value, show: &Show, rows: &Rows) -> AnyView {
    let now = ticking();
    let words = lang.clone();
    let how_old = move || {
        now.track();
        let value = reading.shown()?;
        let (_, freshness, _) = reading.age(&value)?;
        Some(match follow::age(reading, freshness) {
            (_, Freshness::Fresh) => {
                let time = TimeOfDay(clock::time_at(reading.checked.get_value()));
                main::as_of(&words, &when::time_of_day(&words, &time))
            }
            (minutes, Freshness::Stale) => booking::old(&words, minutes),
            (_, Freshness::Unknown) => main::unknown(&words),
        })
    };
    let (words, drawn, rows) = (lang.clone(), rows(value), Rc::clone(rows));
    let news = steady(move || {
        let there = reading.state.with(|state| match state {
            Remote::Ready(value) => rows(value),
            _ => Vec::new(),
        });
        let news = there.iter().any(|row| !drawn.contains(row));
        // Where nothing is listed nothing can be pushed aside.
        usize::from(news) + usize::from(news && drawn.is_empty())
    });
    let offer = move || match news.get() {
        0 => None,
        1 => {
            follow::say_changed();
            Some(button(
                Role::Plain,
                booking::do_show_new(&words),
                move || reading.redraw.notify(),
            ))
        }
        _ => {
            browser::after(0, move || reading.redraw.notify());
            None
        }
    };
    let again = button(Role::Plain, main::do_refresh(lang), move || {
        reading.read_again();
    });
    view! {
        <p class="age kept" data-live>{live_text(how_old)}</p>
        {show(value)}
        <div class="stack">{live(offer)} {again}</div>
    }
    .into_any()
}

/// How old an answer is, said at its end; an old one says so plainly and can be read again.
fn age(lang: &Lang, as_of: &contract::Instant, freshness: Freshness, reading: Untyped) -> AnyView {
    let time = when::time(lang, as_of);
    let again = button(Role::Plain, main::do_refresh(lang), move || {
        reading.read_again();
    });
    let status = || {
        let href = Route::Status.url();
        link_button(Role::Plain, help::do_status(lang), href)
    };
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
            <div class="stack">{again} {status()}</div>
        }
        .into_any(),
        Freshness::Unknown => view! {
            <div data-live>{note(Icon::Alert, main::hospital_down_title(lang), main::unknown(lang))}</div>
            <div class="stack">{again} {status()}</div>
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
        Who::Unknown => {
            let too_slow = RwSignal::new(false);
            browser::after(TOO_SLOW_MILLIS, move || {
                let _ = too_slow.try_set(true);
            });
            let lang = lang.clone();
            live(move || waiting(&lang, Some(too_slow.get()), session::stop))
        }
        Who::Out => {
            session::to_login();
            ().into_any()
        }
        Who::Failed(failure) => failed(&lang, &failure, session::ask),
    };
    live(view)
}
