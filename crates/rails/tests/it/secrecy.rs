//! No card number in any log line or print, whatever the acquirer sends back.

use std::io::Write;
use std::sync::{Arc, Mutex};

use rails::card::Config;
use tokio::join;

use crate::acquirer::Host;
use crate::opened::{NUMBER, Opened, card, config, purchase};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_log_line_shows_a_card_whatever_happens() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .without_time()
        .with_writer(move || writer.clone())
        .finish();
    // For every test of this binary: what they all log must keep silent about cards.
    tracing::subscriber::set_global_default(subscriber).unwrap();

    let host = Host::bind().await;
    let rail = Opened::new(Config {
        answer_timeout_ms: 200,
        ..config(&host)
    });
    let mut peer = host.accept().await;
    rail.connected(1).await;

    // An answer that repeats the card, then the same one twice, then too late, then garbled.
    let orders: Vec<_> = (1..=3).map(purchase).collect();
    let (_, asked) = join!(rail.send(&orders[0]), async {
        let asked = peer.receive().await;
        let answer = asked.answer("00", |answer| {
            answer.set(2, NUMBER).unwrap().set(14, "3012").unwrap();
        });
        peer.send(&answer).await;
        peer.send(&answer).await;
        asked
    });
    let (_, late) = join!(rail.send(&orders[1]), peer.receive());
    let (_, ()) = join!(rail.send(&orders[2]), async {
        peer.answer(&late, "00").await;
        peer.receive().await;
        peer.send(&[&asked.bytes[..], NUMBER.as_bytes()].concat())
            .await;
        assert!(peer.receive_or_end().await.is_none());
    });
    let mut without_form = purchase(4);
    without_form.amount.minor = -1;
    rail.send(&without_form).await;

    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(
        text.contains("an answer came that nobody waits for"),
        "{text}"
    );
    assert!(text.contains("cannot be read"), "{text}");
    assert!(text.contains("cannot be expressed"), "{text}");
    assert!(
        !text.contains(NUMBER) && !text.contains("9203987"),
        "{text}"
    );
}

#[tokio::test]
async fn no_print_of_a_rail_or_its_card_shows_a_number() {
    let host = Host::bind().await;
    let rail = Opened::new(config(&host));
    let print = format!("{:?} {:?} {:?}", rail.rail, card(), purchase(1));
    assert!(!print.contains(NUMBER) && !print.contains("987"), "{print}");
}
