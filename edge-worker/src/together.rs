//! Futures that run at once. Each is boxed, so that what waits for them is there once and not
//! once for each of them: `futures_util`'s `join_all` was a twentieth of the edge's script.

use std::{
    cell::RefCell,
    pin::Pin,
    task::{Context, Poll},
};

use futures_util::future::LocalBoxFuture;

/// Runs a handful of futures at once; gives their results in their order.
pub async fn all<F: Future>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let results = RefCell::new(Vec::new());
    let mut tasks: Vec<LocalBoxFuture<'_, ()>> = Vec::new();
    for (at, future) in futures.into_iter().enumerate() {
        results.borrow_mut().push(None);
        let results = &results;
        tasks.push(Box::pin(async move {
            let result = future.await;
            results.borrow_mut()[at] = Some(result);
        }));
    }
    Tasks(tasks).await;
    results.into_inner().into_iter().flatten().collect()
}

/// Those that are not done. Whichever wakes, all are asked: they are few.
struct Tasks<'a>(Vec<LocalBoxFuture<'a, ()>>);

impl Future for Tasks<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.0
            .retain_mut(|task| task.as_mut().poll(context).is_pending());
        if self.0.is_empty() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_channel::oneshot;
    use futures_executor::block_on;
    use futures_util::future::join;

    use super::*;

    #[test]
    fn they_run_at_once_and_stay_in_order() {
        let (tell, told) = oneshot::channel();
        let (tell_first, told_first) = oneshot::channel();
        let both = all([told, told_first]);
        let told = block_on(join(both, async move {
            tell_first.send(2).unwrap();
            tell.send(1).unwrap();
        }));
        assert_eq!(told.0, [Ok(1), Ok(2)]);
        assert!(block_on(all(Vec::<std::future::Ready<()>>::new())).is_empty());
    }
}
