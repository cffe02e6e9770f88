//! Whatever is asked and whatever is lost, the books say what happened.

use domain::payment::{CaptureMethod, PaymentStatus};
use domain::{AdviceStatus, AttemptStatus, RefundStatus};
use proptest::prelude::*;

use crate::world::{World, books, outcomes};

/// One thing that may happen next; what does not fit is refused or late.
#[derive(Clone, Copy, Debug)]
enum Happening {
    Confirm,
    Answer(usize),
    Capture(Option<i64>),
    Cancel,
    Refund(Option<i64>),
    AnswerRefund(usize, usize),
    AnswerAdvice(usize, usize),
    GiveUp(usize),
    Wait,
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        3 => Just(Happening::Confirm),
        5 => (0..6_usize).prop_map(Happening::Answer),
        2 => prop::option::of(-1..1500_i64).prop_map(Happening::Capture),
        1 => Just(Happening::Cancel),
        3 => prop::option::of(-1..1500_i64).prop_map(Happening::Refund),
        3 => (0..3_usize, 0..6_usize).prop_map(|(at, how)| Happening::AnswerRefund(at, how)),
        3 => (0..4_usize, 0..6_usize).prop_map(|(at, how)| Happening::AnswerAdvice(at, how)),
        1 => (0..4_usize).prop_map(Happening::GiveUp),
        1 => Just(Happening::Wait),
    ]
}

fn happen(world: &mut World, what: Happening) {
    let amount = world.payment.amount.minor;
    match what {
        Happening::Confirm => drop(world.confirm()),
        Happening::Answer(how) => drop(world.answer(&outcomes(amount)[how])),
        Happening::Capture(minor) => drop(world.capture(minor)),
        Happening::Cancel => drop(world.cancel()),
        Happening::Refund(minor) => drop(world.refund(minor)),
        Happening::AnswerRefund(at, how) => {
            let minor = world
                .refunds
                .get(at)
                .map_or(amount, |refund| refund.amount.minor);
            world.answer_refund(at, &outcomes(minor)[how]);
        }
        Happening::AnswerAdvice(at, how) => {
            world.answer_advice(at, &outcomes(amount)[how]);
        }
        Happening::GiveUp(at) => drop(world.give_up(at)),
        Happening::Wait => world.now = world.now.plus_millis(20_000),
    }
}

fn check_books(world: &World) {
    let payment = &world.payment;
    let (posted, held) = books(&world.transfers);
    let given: i64 = world
        .refunds
        .iter()
        .filter(|refund| refund.status == RefundStatus::Succeeded)
        .map(|refund| refund.amount.minor)
        .sum();
    assert_eq!(posted, payment.captured_minor - given);
    let is_held = payment.status == PaymentStatus::RequiresCapture;
    assert_eq!(held, if is_held { payment.amount.minor } else { 0 });
    let reserved: i64 = world
        .refunds
        .iter()
        .filter(|refund| refund.status != RefundStatus::Failed)
        .map(|refund| refund.amount.minor)
        .sum();
    assert_eq!(payment.refunded_minor, reserved);
    assert!(payment.refunded_minor <= payment.captured_minor);
    let taken: i64 = world
        .attempts
        .iter()
        .map(|attempt| attempt.captured_minor)
        .sum();
    assert_eq!(taken, payment.captured_minor);
    let open = |attempt: &&domain::Attempt| {
        matches!(attempt.status, AttemptStatus::Sent | AttemptStatus::Unknown)
    };
    assert!(
        world.attempts.iter().filter(open).count() <= 1,
        "one doubt at a time"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn the_books_say_what_happened(
        manual: bool,
        happenings in prop::collection::vec(happening(), 1..40),
    ) {
        let way = if manual { CaptureMethod::Manual } else { CaptureMethod::Automatic };
        let mut world = World::opened(1250, way);
        for what in happenings {
            happen(&mut world, what);
            check_books(&world);
        }
    }

    #[test]
    fn every_doubt_can_be_ended(
        manual: bool,
        happenings in prop::collection::vec(happening(), 1..40),
    ) {
        let way = if manual { CaptureMethod::Manual } else { CaptureMethod::Automatic };
        let mut world = World::opened(1250, way);
        for what in happenings {
            happen(&mut world, what);
        }
        let given_up = world.advices.iter().any(|advice| {
            matches!(advice.status, AdviceStatus::NeedsOperator | AdviceStatus::Refused)
        });
        prop_assume!(!given_up);
        world.settle();
        check_books(&world);
        prop_assert!(world.payment.status != PaymentStatus::Processing);
        prop_assert!(world.advices.iter().all(|advice| advice.status == AdviceStatus::Answered));
        let is_ended = |refund: &domain::Refund| {
            matches!(refund.status, RefundStatus::Succeeded | RefundStatus::Failed)
        };
        prop_assert!(world.refunds.iter().all(is_ended));
    }
}
