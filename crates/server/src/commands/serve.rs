//! `encaisse serve`: the service, until it is told to stop.

use anyhow::Context as _;
use server::config::{Config, PublicUrl};
use server::{Installation, metrics_page, router};
use std::net::SocketAddr;
use tokio::net::TcpListener;

use crate::commands::told_to_stop;

pub(super) async fn run(config: &Config) -> anyhow::Result<()> {
    let listener = listen(config.listen).await?;
    let address = listener.local_addr()?;
    let public_url = config
        .public_url
        .clone()
        .unwrap_or_else(|| PublicUrl::of(address));
    let figures = match config.metrics_listen {
        Some(address) => Some((listen(address).await?, metrics_page::gather()?)),
        None => None,
    };
    let installation = Installation::start(config, &public_url).await?;
    let told_to_stop = told_to_stop()?;
    let supervisor = installation.app.supervisor.clone();
    if let Some((listener, handle)) = figures {
        tracing::info!("Figures on http://{}/metrics", listener.local_addr()?);
        let stop = supervisor.stop();
        supervisor.run(async move {
            if let Err(error) = metrics_page::serve(listener, handle, stop).await {
                tracing::error!("The figures cannot be served: {error}.");
            }
        });
    }
    // Nothing stands behind the address, not even a full stop: it is copied.
    tracing::info!("Listening on {address}. Ready on {}", public_url.as_str());
    let service =
        router(installation.state.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let mut stop = supervisor.stop();
    let overdue = async {
        stop.stopped().await;
        tokio::time::sleep(config.drain_timeout).await;
    };
    let told = async move {
        told_to_stop.await;
        // Phones that wait on a stream would hold the connections open until they are told.
        supervisor.announce_stop();
    };
    tokio::select! {
        served = axum::serve(listener, service).with_graceful_shutdown(told) => served?,
        () = overdue => tracing::warn!("Some clients still hold connections; they are cut."),
    }
    tracing::info!("Stopping.");
    installation.stop(config.drain_timeout).await;
    Ok(())
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let bound = TcpListener::bind(address).await;
    bound.with_context(|| format!("{address} cannot be listened on; is something else there?"))
}
