//! What the hospital tells of itself: each change of a Slot, as it is then, to whom has subscribed.
//! On the way it is lost, doubled, late, out of order.

use std::rc::Rc;

use banzhen_edge_worker::{feed::hook, http::Request};

use crate::{
    life::Life,
    world::{Event, World},
};

/// Tells of what has changed since it last told.
pub fn send(world: &mut World) {
    let subscribed = world.hospital.subscribed();
    for (slot, text) in world.hospital.news() {
        for _ in 0..subscribed {
            let (times, late) = match world.chance.below(20) {
                _ if !world.troubled => (1, 100),
                0 | 1 => (0, 0),
                2 | 3 => (2, 20_000),
                4 => (1, 60_000),
                _ => (1, 3000),
            };
            world.count(match times {
                0 => "notifications lost",
                1 => "notifications",
                _ => "notifications doubled",
            });
            // Now and then it does not say what.
            let mute = world.troubled && world.chance.permille(10);
            for _ in 0..times {
                let body = if mute { String::new() } else { text.clone() };
                let on_the_way = world.chance.spread(late);
                world.after(on_the_way, Event::Notice(slot.clone(), body));
            }
        }
    }
}

/// One comes, as the hook takes it once it has seen the secret. What was not taken is sent again.
pub fn take(life: &Rc<Life>, slot: String, body: String) {
    let life = Rc::clone(life);
    life.clone().spawn(Box::pin(async move {
        let ctx = life.ctx();
        let request = Request {
            method: "PUT".into(),
            path: format!("/hooks/general/Slot/{slot}"),
            body: body.clone().into_bytes(),
            ..Request::default()
        };
        let taken = hook::take(&ctx, &ctx.config.hospitals[0], &request).await;
        if taken.is_err() {
            let mut world = life.world.borrow_mut();
            world.count("notifications sent again");
            let again = world.chance.within(1000, 5000);
            world.after(again, Event::Notice(slot, body));
        }
    }));
}
