//! Says that this process lives: whoever falls silent loses its attempts to `resolve`.

use std::sync::Arc;

use store::nodes;

use crate::workers::Done;
use crate::{App, Error};

pub(super) async fn run(app: Arc<App>) -> Result<Done, Error> {
    let (node, now) = (app.node, app.clock.now());
    app.store
        .write("heartbeat", move |tx| nodes::note_alive(tx, node, now))
        .await?;
    Ok(0)
}

pub(super) async fn end(app: &App) -> Result<(), Error> {
    let node = app.node;
    Ok(app
        .store
        .write("heartbeat_end", move |tx| nodes::remove(tx, node))
        .await?)
}
