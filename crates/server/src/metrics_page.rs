//! `/metrics`, on a listener of its own: figures are not for everybody.
//!
//! What is counted is written where it happens; `docs/reference/metrics.md` lists it.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;

/// Upper bounds of the buckets of durations, in seconds.
const SECONDS: &[f64] = &[
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0,
];

/// How often the durations that were recorded are put into their buckets, so that they take no
/// more memory when nobody asks for them.
const DRAIN_PERIOD: Duration = Duration::from_secs(5);

/// Gathers figures from now on.
///
/// # Errors
/// Figures are gathered already.
pub fn gather() -> Result<PrometheusHandle, BuildError> {
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)?
        .install_recorder()
}

/// Answers on `listener` until `stopped`.
///
/// # Errors
/// The listener fails.
pub async fn serve(
    listener: TcpListener,
    handle: PrometheusHandle,
    mut stop: engine::supervisor::Stop,
) -> std::io::Result<()> {
    let drained = handle.clone();
    let page = get(move || {
        let handle = handle.clone();
        async move { handle.render() }
    });
    let router = Router::new().route("/metrics", page);
    let served = axum::serve(listener, router)
        .with_graceful_shutdown(async move { stop.stopped().await })
        .into_future();
    let drain = async {
        loop {
            tokio::time::sleep(DRAIN_PERIOD).await;
            drained.run_upkeep();
        }
    };
    tokio::select! {
        ended = served => ended,
        () = drain => Ok(()),
    }
}
