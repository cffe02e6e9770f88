//! The figures for whoever watches the service: on an address of their own, only when asked for.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use crate::binary::{Place, Process};
use crate::client::Request;

const PAYMENT: &[(&str, &str)] = &[
    ("amount", "1250"),
    ("currency", "eur"),
    ("confirm", "true"),
    ("payment_method", "pm_card_visa"),
];

/// Where the figures are, as the service says it.
fn figures_of(service: &Process) -> Option<SocketAddr> {
    let (_, rest) = service.start.split_once("Figures on http://")?;
    Some(rest.split_once("/metrics\n")?.0.parse().unwrap())
}

/// The Prometheus text of a service that has just been asked for three things, one a payment.
async fn figures_after_a_payment() -> String {
    let place = Place::new(&[("ENCAISSE_METRICS_LISTEN", "127.0.0.1:0")]);
    let service = place.serve();
    let merchant = place.create_merchant("zoe@example.com");
    let key = merchant["secret_key"].as_str().unwrap();
    let pay = Request::new("POST", "/v1/payment_intents").bearer(key);
    let paid = pay.form(PAYMENT).send(service.address).await.object();
    assert_eq!(paid["status"], "succeeded");
    for path in ["/livez", "/v1/payment_intents"] {
        Request::new("GET", path).send(service.address).await;
    }
    let figures = figures_of(&service).unwrap();
    assert_ne!(figures, service.address);
    let answer = Request::new("GET", "/metrics").send(figures).await;
    assert_eq!(answer.status, 200);
    // Nothing but the figures is there.
    let livez = Request::new("GET", "/livez").send(figures).await;
    assert_eq!(livez.status, 404);
    String::from_utf8(answer.body).unwrap()
}

/// The value of a sample, by its name with its labels.
fn value(text: &str, sample: &str) -> Option<f64> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(sample)?.strip_prefix(' '))?;
    Some(line.parse().unwrap())
}

#[tokio::test]
async fn the_figures_are_those_of_the_page_and_count_what_happened() {
    let text = figures_after_a_payment().await;
    let page = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/reference/metrics.md"
    );
    let page = std::fs::read_to_string(page).unwrap();
    let documented: BTreeSet<_> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` | "))
        .map(|(name, rest)| (name, rest.split(' ').next().unwrap()))
        .collect();
    let shown: BTreeSet<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '))
        .collect();
    assert_eq!(shown, documented);

    let requests = "encaisse_request_seconds";
    let route = "route=\"/v1/payment_intents\"";
    // The payment, and the list that nobody was let in to read.
    assert_eq!(
        value(&text, &format!("{requests}_count{{{route}}}")),
        Some(2.0)
    );
    let all = format!("{requests}_bucket{{{route},le=\"+Inf\"}}");
    assert_eq!(value(&text, &all), Some(2.0));
    let sum = value(&text, &format!("{requests}_sum{{{route}}}")).unwrap();
    assert!(sum > 0.0 && sum < 60.0, "{sum}");
    let livez = format!("{requests}_count{{route=\"/livez\"}}");
    assert_eq!(value(&text, &livez), Some(1.0));

    // What must not happen is there with a zero, so that its growth can be seen.
    assert_eq!(value(&text, "encaisse_advices_failed_total"), Some(0.0));
    for worker in ["advise", "expire", "heartbeat", "purge", "resolve"] {
        for family in [
            "encaisse_worker_failures_total",
            "encaisse_worker_panics_total",
        ] {
            let sample = format!("{family}{{worker=\"{worker}\"}}");
            assert_eq!(value(&text, &sample), Some(0.0), "{sample}");
        }
    }
}

#[tokio::test]
async fn figures_are_off_unless_asked_for_and_never_public() {
    for variables in [&[][..], &[("ENCAISSE_METRICS_LISTEN", "127.0.0.1:0")]] {
        let place = Place::new(variables);
        let service = place.serve();
        assert_eq!(figures_of(&service).is_some(), !variables.is_empty());
        let answer = Request::new("GET", "/metrics").send(service.address).await;
        assert_eq!(answer.status, 404);
    }
}
