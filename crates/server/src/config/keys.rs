//! Every key there is, read once into its type, section by section.
//!
//! What must hold between two keys is in `pairs`.

use std::path::{Path, PathBuf};

use super::address::{HostPort, PublicUrl};
use super::reader::Reader;
use super::{
    Config, Dialect, Framing, Idempotency, Live, Log, LogFormat, Rail, Sandbox, Secret, Session,
    Store, Tls, Webhooks, Workers, pairs,
};
use crate::webhooks::guard::Network;

/// Milliseconds of a day: no wait of this service is longer.
const DAY_MS: i64 = 86_400_000;

/// Reads the whole configuration; what is wrong is noted in `reader`, what is odd is answered.
pub(super) fn read(reader: &mut Reader) -> (Config, Vec<String>) {
    let data_dir = reader.path("data_dir").unwrap_or_else(|| {
        reader.refuse("data_dir", "a directory");
        PathBuf::new()
    });
    let config = Config {
        listen: reader.address("listen"),
        public_url: reader.optional(
            "public_url",
            "an origin like https://pay.example.com",
            PublicUrl::parse,
        ),
        drain_timeout: reader.millis("drain_timeout_ms", 0..=DAY_MS),
        store: read_store(reader, &data_dir),
        metrics_listen: reader.optional("metrics.listen", "an address and a port", |text| {
            text.parse().ok()
        }),
        log: read_log(reader),
        vault_key_file: reader
            .path("vault.key_file")
            .unwrap_or_else(|| data_dir.join("vault.key")),
        sandbox: read_sandbox(reader),
        live: read_live(reader),
        rail: read_rail(reader),
        workers: read_workers(reader),
        idempotency: Idempotency {
            keep: reader.seconds_times("idempotency.keep_hours", 3600, 24..=8760),
            wait: reader.millis("idempotency.wait_ms", 0..=120_000),
        },
        session: Session {
            lifetime: reader.seconds_times("session.lifetime_hours", 3600, 1..=8760),
            lock_failures: reader.number("session.lock_failures", 1..=100),
            lock: reader.seconds_times("session.lock_minutes", 60, 1..=1440),
        },
        checkout_expires: reader.seconds_times("checkout.expires_hours", 3600, 1..=720),
        requests_per_second: reader.number("api.requests_per_second", 0..=1_000_000),
        webhooks: read_webhooks(reader),
        data_dir,
    };
    let warnings = pairs::check(&config, reader);
    (config, warnings)
}

fn read_store(reader: &mut Reader, data_dir: &Path) -> Store {
    let given = reader.optional_secret("store.url", "`sqlite:` and a path", |url| {
        let path = url.strip_prefix("sqlite:")?;
        (!path.is_empty()).then(|| Secret::new(url.to_owned()))
    });
    let url = given.unwrap_or_else(|| {
        Secret::new(format!("sqlite:{}", data_dir.join("encaisse.db").display()))
    });
    Store {
        url,
        readers: reader.number("store.readers", 1..=64),
    }
}

fn read_log(reader: &mut Reader) -> Log {
    let formats = [("text", LogFormat::Text), ("json", LogFormat::Json)];
    let format = reader
        .choice("log.format", &formats)
        .unwrap_or(LogFormat::Text);
    let level = reader.text("log.level");
    if tracing_subscriber::EnvFilter::try_new(&level).is_err() || level.is_empty() {
        reader.refuse("log.level", "a level, or a list like `info,encaisse=debug`");
    }
    Log { format, level }
}

fn read_sandbox(reader: &mut Reader) -> Sandbox {
    Sandbox {
        enabled: reader.switch("sandbox.enabled"),
        listen: reader.address("sandbox.listen"),
        address: reader.optional("sandbox.address", "a host and a port", HostPort::parse),
        slow_answer: reader.millis("sandbox.slow_answer_ms", 0..=600_000),
        late_answer: reader.millis("sandbox.late_answer_ms", 0..=600_000),
    }
}

fn read_live(reader: &mut Reader) -> Option<Live> {
    let address = reader.optional(
        "acquirer.live.address",
        "a host and a port",
        HostPort::parse,
    );
    let framings = [("binary2", Framing::Binary2), ("ascii4", Framing::Ascii4)];
    let dialects = [
        ("iso87_ascii", Dialect::Iso87Ascii),
        ("iso87_binary", Dialect::Iso87Binary),
        ("iso93_ascii", Dialect::Iso93Ascii),
    ];
    let framing = reader.choice("acquirer.live.framing", &framings);
    let dialect = reader.choice("acquirer.live.dialect", &dialects);
    let time_zone = reader.text("acquirer.live.time_zone");
    if jiff::tz::TimeZone::get(&time_zone).is_err() {
        reader.refuse("acquirer.live.time_zone", "a time zone like Europe/Paris");
    }
    let institution = reader.optional("acquirer.live.institution", "up to eleven digits", |text| {
        let is_good = text.len() <= 11 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_good.then(|| text.to_owned())
    });
    let tls = read_tls(reader, address.as_ref());
    Some(Live {
        address: address?,
        framing: framing?,
        dialect: dialect?,
        time_zone,
        institution,
        tls,
    })
}

/// The encryption to the acquirer. What is missing is a mistake only when there is an acquirer.
fn read_tls(reader: &mut Reader, address: Option<&HostPort>) -> Option<Tls> {
    let is_on = reader.switch("acquirer.live.tls");
    let ca_file = reader.path("acquirer.live.tls_ca_file");
    let name = reader.text("acquirer.live.tls_name");
    let host = address?.host.clone();
    if !is_on {
        return None;
    }
    let ca_file = ca_file.filter(|path| path.is_file());
    if ca_file.is_none() {
        reader.refuse("acquirer.live.tls_ca_file", "a PEM file that exists");
    }
    Some(Tls {
        ca_file: ca_file?,
        name: if name.is_empty() { host } else { name },
    })
}

fn read_rail(reader: &mut Reader) -> Rail {
    Rail {
        answer_timeout: reader.millis("rail.answer_timeout_ms", 100..=120_000),
        connect_timeout: reader.millis("rail.connect_timeout_ms", 100..=120_000),
        echo_idle: reader.millis("rail.echo_idle_ms", 100..=DAY_MS),
        connections: reader.number("rail.connections", 1..=64),
        waiting_max: reader.number("rail.waiting_max", 1..=100_000),
        late_window: reader.millis("rail.late_window_ms", 0..=DAY_MS),
        advice_retry_first: reader.millis("rail.advice_retry_first_ms", 1..=DAY_MS),
        advice_retry_max: reader.millis("rail.advice_retry_max_ms", 1..=DAY_MS),
        advice_tries_max: reader.number("rail.advice_tries_max", 1..=100_000),
    }
}

fn read_webhooks(reader: &mut Reader) -> Webhooks {
    let allowed = reader.optional(
        "webhooks.allow_private",
        "networks like 10.0.0.0/8, with commas between",
        |text| {
            text.split(',')
                .map(|one| Network::parse(one.trim()))
                .collect()
        },
    );
    Webhooks {
        allow_private: allowed.unwrap_or_default(),
        timeout: reader.millis("webhooks.timeout_ms", 100..=60_000),
        // Longer than the schedule of retries, so that nothing is forgotten that is still owed.
        keep: reader.seconds_times("webhooks.keep_days", 86_400, 7..=3_650),
    }
}

fn read_workers(reader: &mut Reader) -> Workers {
    Workers {
        resolve_period: reader.millis("workers.resolve_period_ms", 10..=DAY_MS),
        resolve_age: reader.millis("workers.resolve_age_ms", 100..=DAY_MS),
        lease: reader.millis("workers.lease_ms", 100..=DAY_MS),
        heartbeat: reader.millis("workers.heartbeat_ms", 10..=60_000),
        heartbeat_lease: reader.millis("workers.heartbeat_lease_ms", 10..=600_000),
        deliver_period: reader.millis("workers.deliver_period_ms", 10..=DAY_MS),
        expire_period: reader.millis("workers.expire_period_ms", 10..=DAY_MS),
        summarise_period: reader.millis("workers.summarise_period_ms", 10..=DAY_MS),
        purge_period: reader.millis("workers.purge_period_ms", 10..=DAY_MS),
    }
}
