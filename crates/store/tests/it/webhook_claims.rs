//! Deliveries: made with their event, claimed once, in order, and ended by whoever holds the lease.

use domain::webhook::{DeliveryStatus, DisabledReason, EndpointStatus, SendFault, Wanted};
use domain::{EventId, Mode, Owner, Timestamp, WebhookEndpointId};
use store::events::Event;
use store::webhook_attempts::{self, Attempt};
use store::webhook_deliveries::{self as deliveries, Delivery, End, Look};
use store::webhook_endpoints::{Endpoint, remove, replace};
use store::{Cursor, Error, Page};

use crate::engines::{Database, everywhere};
use crate::records::{self, owner};
use crate::webhook_endpoints::{AT, endpoint, found, put};

const LEASE_MS: i64 = 1_000;
const SUBJECT: [u8; 16] = [7; 16];
const NOBODY: WebhookEndpointId = WebhookEndpointId::from_bytes([0; 16]);

/// An event about a subject; says how many endpoints it is for.
async fn tell(database: &Database, owner: Owner, subject: [u8; 16]) -> (Event, usize) {
    let event = Event {
        created_at: AT,
        ..records::event(owner)
    };
    let told = event.clone();
    let made = database
        .write(move |tx| store::events::insert(tx, &told, &subject))
        .await;
    (event, made)
}

/// What is due at `now`, at most `room` for each endpoint.
async fn claim_of(
    database: &Database,
    now: Timestamp,
    begin: WebhookEndpointId,
    (room, limit): (i64, i64),
) -> (Vec<Delivery>, usize) {
    let look = Look {
        now,
        until: now.plus_millis(LEASE_MS),
        begin,
        limit,
    };
    let claimed = database
        .write(move |tx| deliveries::claim(tx, look, &|_: &Endpoint, _| room))
        .await;
    let all = claimed.batches.into_iter().flat_map(|(_, batch)| batch);
    (all.collect(), claimed.dropped)
}

async fn claim(database: &Database, now: Timestamp) -> Vec<Delivery> {
    claim_of(database, now, NOBODY, (100, 100)).await.0
}

fn ended(delivery: &Delivery, arrived: bool, at: Timestamp) -> End {
    End {
        attempt: Attempt {
            number: delivery.tries + 1,
            at,
            answer_status: Some(if arrived { 200 } else { 500 }),
            fault: None,
            excerpt: "é".into(),
            duration_ms: 12,
        },
        delivery: delivery.clone(),
        arrived,
        again_at: Some(at.plus_millis(5_000)),
        disable: None,
        at,
    }
}

async fn end(database: &Database, end: End) -> Result<Option<DisabledReason>, Error> {
    let write = move |tx: &store::Tx<'_>| deliveries::end(tx, &end);
    database.store.write("test", write).await
}

async fn shown(database: &Database, event: EventId, endpoint: WebhookEndpointId) -> Delivery {
    let find = move |tx: &store::Tx<'_>| deliveries::find(tx, event, endpoint);
    database.read(find).await.unwrap()
}

#[test]
fn an_event_is_delivered_to_each_endpoint_that_listens() {
    everywhere(async |database| {
        let mine = owner();
        let live = Owner {
            mode: Mode::Live,
            ..mine
        };
        let all = endpoint(mine);
        let listed = Endpoint {
            wanted: Wanted::parse([records::event(mine).kind.as_str()]).unwrap(),
            ..endpoint(mine)
        };
        let other_kind = Endpoint {
            wanted: Wanted::parse(["invoice.paid"]).unwrap(),
            ..endpoint(mine)
        };
        let disabled = Endpoint {
            status: EndpointStatus::Disabled,
            ..endpoint(mine)
        };
        let others = [other_kind, disabled, endpoint(live), endpoint(owner())];
        for one in [&all, &listed].into_iter().chain(&others) {
            put(&database, one).await;
        }
        let (event, made) = tell(&database, mine, SUBJECT).await;
        assert_eq!(made, 2);
        let mut to: Vec<_> = claim(&database, AT)
            .await
            .iter()
            .map(|one| one.endpoint)
            .collect();
        to.sort();
        assert_eq!(to, [all.id, listed.id]);
        let open = database
            .read(move |tx| deliveries::count_open(tx, event.id))
            .await;
        assert_eq!(open, 2);
    });
}

#[test]
fn what_is_claimed_is_claimed_by_nobody_else_until_the_lease_ends() {
    everywhere(async |database| {
        let one = endpoint(owner());
        put(&database, &one).await;
        tell(&database, one.owner, SUBJECT).await;
        assert_eq!(claim(&database, AT.plus_millis(-1)).await, []);
        let first = claim(&database, AT).await;
        assert_eq!(first[0].status, DeliveryStatus::Sending);
        assert_eq!(claim(&database, AT).await, []);
        let later = AT.plus_millis(LEASE_MS);
        let second = claim(&database, later).await;
        assert_eq!(second[0].event, first[0].event);
        let late = end(&database, ended(&first[0], true, later)).await;
        assert!(matches!(late, Err(Error::Conflict)), "{late:?}");
        end(&database, ended(&second[0], true, later))
            .await
            .unwrap();
        let shown = shown(&database, first[0].event, one.id).await;
        assert_eq!(shown.status, DeliveryStatus::Delivered);
        assert_eq!((shown.tries, shown.next_at), (1, None));
        assert_eq!(shown.ended_at, Some(later));
        assert_eq!(claim(&database, later.plus_millis(1_000_000)).await, []);
    });
}

#[test]
fn the_first_attempts_about_one_subject_are_in_order() {
    everywhere(async |database| {
        let one = endpoint(owner());
        put(&database, &one).await;
        let mut told = Vec::new();
        for _ in 0..3 {
            told.push(tell(&database, one.owner, SUBJECT).await.0.id);
        }
        let (other, _) = tell(&database, one.owner, [8; 16]).await;
        let now = claim(&database, AT).await;
        let mut events: Vec<_> = now.iter().map(|one| one.event).collect();
        events.sort();
        assert_eq!(events, [told[0], other.id]);
        let mut before = now.into_iter().find(|one| one.event == told[0]).unwrap();
        for (place, arrived) in [(1, false), (2, true)] {
            assert_eq!(claim(&database, AT).await, []);
            end(&database, ended(&before, arrived, AT)).await.unwrap();
            let next = claim(&database, AT).await;
            assert_eq!(next.len(), 1, "a retry holds nothing back");
            assert_eq!(next[0].event, told[place]);
            before = next[0].clone();
        }
    });
}

#[test]
fn an_event_told_after_the_one_before_was_tried_does_not_wait() {
    everywhere(async |database| {
        let one = endpoint(owner());
        put(&database, &one).await;
        tell(&database, one.owner, SUBJECT).await;
        let first = claim(&database, AT).await;
        end(&database, ended(&first[0], false, AT)).await.unwrap();
        let (second, _) = tell(&database, one.owner, SUBJECT).await;
        let next = claim(&database, AT).await;
        assert_eq!(next[0].event, second.id);
        assert_eq!(next[0].position, 2);
    });
}

#[test]
fn no_backlog_stands_before_another_endpoint() {
    everywhere(async |database| {
        let mine = owner();
        let (busy, quiet) = (endpoint(mine), endpoint(owner()));
        put(&database, &busy).await;
        put(&database, &quiet).await;
        for number in 0..20 {
            tell(&database, mine, [number; 16]).await;
        }
        tell(&database, quiet.owner, SUBJECT).await;
        let (now, _) = claim_of(&database, AT, NOBODY, (3, 100)).await;
        let of = |id| now.iter().filter(|one| one.endpoint == id).count();
        assert_eq!((of(busy.id), of(quiet.id)), (3, 1));
    });
}

#[test]
fn the_search_goes_once_round_from_where_it_begins() {
    everywhere(async |database| {
        let mine = owner();
        let mut all: Vec<_> = (0..3).map(|_| endpoint(mine)).collect();
        all.sort_by_key(|one| one.id);
        for one in &all {
            put(&database, one).await;
        }
        tell(&database, mine, SUBJECT).await;
        let (now, _) = claim_of(&database, AT, all[0].id, (10, 2)).await;
        let ids: Vec<_> = now.iter().map(|one| one.endpoint).collect();
        assert_eq!(ids, [all[1].id, all[2].id]);
        let (now, _) = claim_of(&database, AT, all[1].id, (10, 2)).await;
        assert_eq!(now[0].endpoint, all[0].id, "it comes round");
        assert_eq!(now.len(), 1, "and ends there");
    });
}

#[test]
fn whoever_is_told_nothing_any_more_has_its_deliveries_dropped_in_turn() {
    everywhere(async |database| {
        let mine = owner();
        let (disabled, removed) = (endpoint(mine), endpoint(mine));
        put(&database, &disabled).await;
        put(&database, &removed).await;
        let (first, _) = tell(&database, mine, SUBJECT).await;
        let (second, _) = tell(&database, mine, SUBJECT).await;
        let off = Endpoint {
            status: EndpointStatus::Disabled,
            ..disabled.clone()
        };
        let gone = removed.clone();
        database
            .write(move |tx| {
                replace(tx, &off)?;
                remove(tx, &gone)
            })
            .await;
        for _ in 0..2 {
            let (claimed, dropped) = claim_of(&database, AT, NOBODY, (10, 100)).await;
            assert_eq!((claimed.len(), dropped), (0, 2));
        }
        for (event, endpoint) in [(first.id, disabled.id), (second.id, removed.id)] {
            let shown = shown(&database, event, endpoint).await;
            assert_eq!(shown.status, DeliveryStatus::Dropped);
            assert_eq!((shown.tries, shown.ended_at), (0, Some(AT)));
        }
        let due = database
            .read(move |tx| deliveries::is_any_due(tx, AT))
            .await;
        assert!(!due);
    });
}

#[test]
fn an_endpoint_is_disabled_when_nothing_arrives_for_too_long() {
    everywhere(async |database| {
        let one = endpoint(owner());
        put(&database, &one).await;
        let (event, _) = tell(&database, one.owner, SUBJECT).await;
        let mut now = AT;
        for (arrived, since_ms, disabled) in [
            (false, 10_000, None),
            (false, 0, Some(DisabledReason::Failing)),
        ] {
            let claimed = claim(&database, now).await;
            let failed = End {
                disable: Some((DisabledReason::Failing, now.plus_millis(-since_ms))),
                ..ended(&claimed[0], arrived, now)
            };
            assert_eq!(end(&database, failed).await.unwrap(), disabled);
            now = now.plus_millis(5_000);
        }
        let shown = found(&database, one.owner, one.id).await.unwrap();
        assert_eq!(shown.status, EndpointStatus::Disabled);
        assert_eq!(shown.failing_since, Some(AT));
        let (at, reason) = shown.disabled.unwrap();
        assert_eq!(
            (at, reason),
            (AT.plus_millis(5_000), DisabledReason::Failing)
        );
        let tries = database
            .read(move |tx| webhook_attempts::list(tx, event.id, one.id))
            .await;
        assert_eq!(
            tries.iter().map(|one| one.number).collect::<Vec<_>>(),
            [1, 2]
        );
    });
}

#[test]
fn one_success_ends_a_failing_stretch() {
    everywhere(async |database| {
        let one = endpoint(owner());
        put(&database, &one).await;
        tell(&database, one.owner, SUBJECT).await;
        let claimed = claim(&database, AT).await;
        end(&database, ended(&claimed[0], false, AT)).await.unwrap();
        let fails = found(&database, one.owner, one.id).await.unwrap();
        assert_eq!(fails.failing_since, Some(AT));
        let later = AT.plus_millis(5_000);
        let claimed = claim(&database, later).await;
        end(&database, ended(&claimed[0], true, later))
            .await
            .unwrap();
        let works = found(&database, one.owner, one.id).await.unwrap();
        assert_eq!(works, one);
    });
}

#[test]
fn an_attempt_reads_back_with_its_answer_or_its_fault() {
    everywhere(async |database| {
        let one = endpoint(owner());
        put(&database, &one).await;
        let (event, _) = tell(&database, one.owner, SUBJECT).await;
        let claimed = claim(&database, AT).await;
        let first = ended(&claimed[0], false, AT);
        end(&database, first.clone()).await.unwrap();
        let later = AT.plus_millis(5_000);
        let claimed = claim(&database, later).await;
        let mut second = ended(&claimed[0], false, later);
        second.attempt.answer_status = None;
        second.attempt.fault = Some(SendFault::TimedOut);
        second.again_at = None;
        end(&database, second.clone()).await.unwrap();
        let tries = database
            .read(move |tx| webhook_attempts::list(tx, event.id, one.id))
            .await;
        assert_eq!(tries, [first.attempt, second.attempt]);
        let shown = shown(&database, event.id, one.id).await;
        assert_eq!(shown.status, DeliveryStatus::Failed);
    });
}

#[test]
fn what_ended_or_waits_for_a_retry_is_sent_again_on_demand() {
    everywhere(async |database| {
        let one = endpoint(owner());
        put(&database, &one).await;
        let (event, _) = tell(&database, one.owner, SUBJECT).await;
        let resend = async |now| {
            let again = move |tx: &store::Tx<'_>| deliveries::resend(tx, event.id, one.id, now);
            database.write(again).await;
        };
        let first = claim(&database, AT).await;
        resend(AT).await;
        assert_eq!(claim(&database, AT).await, [], "it is being sent");
        end(&database, ended(&first[0], false, AT)).await.unwrap();
        resend(AT).await;
        let second = claim(&database, AT).await;
        end(&database, ended(&second[0], true, AT)).await.unwrap();
        resend(AT).await;
        let third = claim(&database, AT).await;
        assert_eq!((third.len(), third[0].tries), (1, 2));
        assert_eq!(third[0].ended_at, None);
    });
}

#[test]
fn what_waits_for_its_turn_is_not_sent_before_it() {
    everywhere(async |database| {
        let one = endpoint(owner());
        put(&database, &one).await;
        tell(&database, one.owner, SUBJECT).await;
        let (second, _) = tell(&database, one.owner, SUBJECT).await;
        let again = move |tx: &store::Tx<'_>| deliveries::resend(tx, second.id, one.id, AT);
        database.write(again).await;
        let now = claim(&database, AT).await;
        assert!(now.iter().all(|one| one.event != second.id));
    });
}

#[test]
fn only_old_deliveries_that_ended_are_forgotten() {
    everywhere(async |database| {
        let one = endpoint(owner());
        put(&database, &one).await;
        let (first, _) = tell(&database, one.owner, SUBJECT).await;
        let (second, _) = tell(&database, one.owner, [8; 16]).await;
        let (third, _) = tell(&database, one.owner, [9; 16]).await;
        let claimed = claim(&database, AT).await;
        for delivery in claimed.iter().filter(|one| one.event != second.id) {
            end(&database, ended(delivery, true, AT)).await.unwrap();
        }
        let purge = move |tx: &store::Tx<'_>| deliveries::purge(tx, third.id, 10);
        assert_eq!(database.write(purge).await, 1);
        assert_eq!(database.write(purge).await, 0);
        let page = Page::new(10, Cursor::Newest);
        let left = database
            .read(move |tx| deliveries::list(tx, one.id, &page))
            .await;
        let left: Vec<_> = left.iter().map(|one| one.event).collect();
        assert_eq!(left, [third.id, second.id]);
        let tries = database
            .read(move |tx| webhook_attempts::list(tx, first.id, one.id))
            .await;
        assert_eq!(tries, []);
    });
}

#[test]
fn deliveries_are_paged_from_either_side() {
    everywhere(async |database| {
        let one = endpoint(owner());
        put(&database, &one).await;
        let mut told = Vec::new();
        for number in 0..4 {
            told.push(tell(&database, one.owner, [number; 16]).await.0.id);
        }
        let list = async |from| {
            let page = Page::new(2, from);
            let found = database
                .read(move |tx| deliveries::list(tx, one.id, &page))
                .await;
            found.into_iter().map(|one| one.event).collect::<Vec<_>>()
        };
        assert_eq!(list(Cursor::Newest).await, [told[3], told[2]]);
        assert_eq!(list(Cursor::After(told[2])).await, [told[1], told[0]]);
        assert_eq!(list(Cursor::Before(told[0])).await, [told[2], told[1]]);
    });
}
