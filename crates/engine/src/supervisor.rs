//! Owns every task of the service: nothing runs that nobody waits for at the end.
//!
//! A request's task goes on when its client hangs up, because the stretch from intent to outcome
//! must not be cut. A worker that panics is started again, and counted.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

/// How long a worker that panicked rests before it is started again.
const REST: Duration = Duration::from_millis(500);

/// Owns tasks.
#[derive(Clone, Debug)]
pub struct Supervisor {
    stop: Arc<watch::Sender<bool>>,
    running: Arc<Running>,
}

#[derive(Debug, Default)]
struct Running {
    count: AtomicUsize,
    changed: Notify,
}

/// Counts a task for as long as it lives, also when it panics or is dropped.
struct Counted(Arc<Running>);

impl Counted {
    fn new(running: &Arc<Running>) -> Self {
        running.count.fetch_add(1, Ordering::SeqCst);
        Self(running.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.count.fetch_sub(1, Ordering::SeqCst);
        self.0.changed.notify_waiters();
    }
}

/// Tells a task that the service ends.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Waits until the service ends.
    pub async fn stopped(&mut self) {
        // The sender lives as long as the supervisor; without it the service has ended too.
        let _ = self.0.wait_for(|stop| *stop).await;
    }

    /// Whether the service ends.
    pub fn is_stopped(&self) -> bool {
        *self.0.borrow()
    }
}

impl Supervisor {
    pub(crate) fn new() -> Self {
        Self {
            stop: Arc::new(watch::Sender::new(false)),
            running: Arc::default(),
        }
    }

    /// What tells a task to end.
    pub fn stop(&self) -> Stop {
        Stop(self.stop.subscribe())
    }

    /// Runs `task` to its end, whether or not anybody waits for it.
    #[expect(clippy::disallowed_methods, reason = "this is the owner of every task")]
    pub fn run<T: Send + 'static>(
        &self,
        task: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        let counted = Counted::new(&self.running);
        tokio::spawn(async move {
            let _counted = counted;
            task.await
        })
    }

    /// Keeps a worker running until the service ends.
    pub fn keep<F, T>(&self, name: &'static str, worker: F)
    where
        F: Fn() -> T + Send + 'static,
        T: Future<Output = ()> + Send + 'static,
    {
        let supervisor = self.clone();
        let mut stop = self.stop();
        // There from the start: an alert on its growth needs the zero.
        let panics = metrics::counter!("encaisse_worker_panics_total", "worker" => name);
        self.run(async move {
            while !stop.is_stopped() {
                if supervisor.run(worker()).await.is_ok() {
                    continue;
                }
                tracing::error!(worker = name, "A worker panicked and is started again.");
                panics.increment(1);
                tokio::select! {
                    () = tokio::time::sleep(REST) => {}
                    () = stop.stopped() => {}
                }
            }
        });
    }

    /// Tells every task to end, and waits for none: what is under way goes on.
    pub fn announce_stop(&self) {
        self.stop.send_replace(true);
    }

    /// Tells every task to end and waits up to `patience` until all have; says whether they have.
    pub async fn shut_down(&self, patience: Duration) -> bool {
        self.announce_stop();
        tokio::time::timeout(patience, self.all_ended())
            .await
            .is_ok()
    }

    async fn all_ended(&self) {
        loop {
            let changed = self.running.changed.notified();
            if self.running.count.load(Ordering::SeqCst) == 0 {
                return;
            }
            changed.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn shutting_down_waits_for_what_runs() {
        let supervisor = Supervisor::new();
        let (go, gone) = tokio::sync::oneshot::channel::<()>();
        let task = supervisor.run(async move { gone.await.is_ok() });
        assert!(!supervisor.shut_down(Duration::from_millis(1)).await);
        go.send(()).unwrap();
        assert!(supervisor.shut_down(Duration::from_secs(5)).await);
        assert!(task.await.unwrap());
    }

    #[tokio::test]
    async fn a_task_goes_on_when_nobody_waits() {
        let supervisor = Supervisor::new();
        let (sent, received) = tokio::sync::oneshot::channel();
        drop(supervisor.run(async move { sent.send(7) }));
        assert_eq!(received.await, Ok(7));
    }

    #[tokio::test]
    async fn a_worker_that_panics_is_started_again() {
        let supervisor = Supervisor::new();
        let runs = Arc::new(AtomicUsize::new(0));
        let (counted, stop) = (runs.clone(), supervisor.stop());
        supervisor.keep("test", move || {
            let (runs, mut stop) = (counted.clone(), stop.clone());
            async move {
                assert!(
                    runs.fetch_add(1, Ordering::SeqCst) > 0,
                    "the first run fails"
                );
                stop.stopped().await;
            }
        });
        while runs.load(Ordering::SeqCst) < 2 {
            tokio::task::yield_now().await;
        }
        assert!(supervisor.shut_down(Duration::from_secs(5)).await);
    }
}
