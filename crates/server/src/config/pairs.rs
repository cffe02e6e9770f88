//! What must hold between two keys: mistakes where money is at risk, warnings where it is not.
//!
//! Does not look at single values; the reader did.

use std::time::Duration;

use super::Config;
use super::reader::Reader;

/// Notes every dangerous pair in `reader`, and answers what is only questionable.
pub(super) fn check(config: &Config, reader: &mut Reader) -> Vec<String> {
    for order in orders(config) {
        if order.shorter.1 >= order.longer.1 {
            let expected = format!(
                "more than `{}` ({})",
                order.shorter.0,
                order.shorter.1.as_millis()
            );
            reader.refuse_pair(order.longer.0, expected, order.reason);
        }
    }
    if config.workers.heartbeat_lease < config.workers.heartbeat.saturating_mul(2) {
        reader.refuse_pair(
            "workers.heartbeat_lease_ms",
            "at least twice `workers.heartbeat_ms`",
            "one late sign of life would make a process count as dead",
        );
    }
    if config.rail.advice_retry_max < config.rail.advice_retry_first {
        reader.refuse_pair(
            "rail.advice_retry_max_ms",
            "at least `rail.advice_retry_first_ms`",
            "pauses grow from the first to the longest",
        );
    }
    if config.metrics_listen == Some(config.listen) && config.listen.port() != 0 {
        reader.refuse_pair(
            "metrics.listen",
            "another address than `listen`",
            "metrics must not be public",
        );
    }
    warnings(config)
}

/// Two stretches of time of which one must be longer.
struct Order {
    shorter: (&'static str, Duration),
    longer: (&'static str, Duration),
    reason: &'static str,
}

fn orders(config: &Config) -> [Order; 2] {
    let lease = ("workers.lease_ms", config.workers.lease);
    [
        Order {
            shorter: ("rail.answer_timeout_ms", config.rail.answer_timeout),
            longer: lease,
            reason: "another worker could take an exchange that is still waiting for its answer",
        },
        Order {
            shorter: lease,
            longer: ("workers.resolve_age_ms", config.workers.resolve_age),
            reason: "an attempt could be taken from a worker that still owns it",
        },
    ]
}

fn warnings(config: &Config) -> Vec<String> {
    let is_in_clear = config
        .public_url
        .as_ref()
        .is_none_or(|url| !url.is_encrypted());
    let is_live = config.live.is_some();
    let has_test = config.sandbox.enabled || config.sandbox.address.is_some();
    let all = [
        (
            config.drain_timeout <= config.rail.answer_timeout,
            "`drain_timeout_ms` is not longer than `rail.answer_timeout_ms`: a stop leaves \
             payments under way for the workers to end",
        ),
        (
            config.idempotency.wait <= config.rail.answer_timeout,
            "`idempotency.wait_ms` is not longer than `rail.answer_timeout_ms`: a repeated request \
             may be told that its key is in use although the first one ends well",
        ),
        (
            is_live && is_in_clear,
            "live mode is on and `public_url` is not https: cards would travel in clear",
        ),
        (
            config.live.as_ref().is_some_and(|live| live.tls.is_none()),
            "`acquirer.live.tls` is off: cards travel to the acquirer in clear",
        ),
        (
            !has_test && !is_live,
            "there is no acquirer: `sandbox` is off and `acquirer.live.address` is empty",
        ),
        (
            config.public_url.is_none() && config.listen.ip().is_unspecified(),
            "`public_url` is empty while `listen` takes every address: links lead to 127.0.0.1",
        ),
    ];
    all.into_iter()
        .filter(|(holds, _)| *holds)
        .map(|(_, text)| text.to_owned())
        .collect()
}
