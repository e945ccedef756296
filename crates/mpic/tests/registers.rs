//! The controller as software and boards see it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use mpic::{Line, Mpic, at};

const GCR_MODE: u32 = 3 << 29;
const GCR_RST: u32 = 1 << 31;
const MSK: u32 = 1 << 31;
const ACTIVITY: u32 = 1 << 30;
const SENSE: u32 = 1 << 22;
/// Destination: CPU 0.
const P0: u32 = 1;
const IPIS: usize = 4;

/// In mixed mode, CTPR 0, IPI `n` with vector `0x40 + n` and the priority given.
fn with_ipis(priorities: [u32; IPIS]) -> Mpic {
    let mut mpic = Mpic::new(1);
    mpic.write(0, at::GCR, GCR_MODE).unwrap();
    mpic.write(0, at::CTPR, 0).unwrap();
    mpic.write(0, at::SVR, 0xff).unwrap();
    for ((offset, vector), priority) in (at::IPIVPR..).step_by(0x10).zip(0x40..).zip(priorities) {
        mpic.write(0, offset, priority << 16 | vector).unwrap();
    }
    mpic
}

fn send(mpic: &mut Mpic, n: u64) {
    mpic.write(0, at::IPIDR + 0x10 * n, P0).unwrap();
}

#[test]
fn nothing_is_delivered_after_a_reset() {
    let mut mpic = Mpic::new(1);
    send(&mut mpic, 0);
    assert!(!mpic.is_asserted(0));
    assert_eq!(mpic.read(0, at::IACK), Some(0xffff));
    assert_eq!(mpic.read(0, at::CTPR), Some(15));
    assert_eq!(
        mpic.read(0, at::IPIVPR),
        Some(MSK | ACTIVITY),
        "masked, and waiting"
    );
}

#[test]
fn pending_interrupts_are_acknowledged_by_priority() {
    let mut mpic = with_ipis([3, 9, 6, 1]);
    for n in 0..3 {
        send(&mut mpic, n);
    }
    for vector in [0x41, 0x42, 0x40] {
        assert!(mpic.is_asserted(0));
        assert_eq!(mpic.peek(0), vector);
        assert_eq!(mpic.read(0, at::IACK), Some(vector));
        assert!(!mpic.is_asserted(0), "the others are below the one in service");
        mpic.write(0, at::EOI, 0).unwrap();
    }
    assert_eq!(mpic.read(0, at::IACK), Some(0xff));
}

#[test]
fn of_equal_priorities_the_first_source_goes_first() {
    let mut mpic = with_ipis([5, 5, 5, 5]);
    send(&mut mpic, 3);
    send(&mut mpic, 1);
    assert_eq!(mpic.acknowledge(0), 0x41);
}

#[test]
fn the_task_priority_holds_back_what_is_not_above_it() {
    let mut mpic = with_ipis([3, 9, 6, 1]);
    mpic.write(0, at::CTPR, 9).unwrap();
    send(&mut mpic, 1);
    assert!(!mpic.is_asserted(0));
    assert_eq!(
        mpic.read(0, at::IACK),
        Some(0xff),
        "an early acknowledge is spurious"
    );
    mpic.write(0, at::CTPR, 8).unwrap();
    assert!(mpic.is_asserted(0));
    assert_eq!(mpic.acknowledge(0), 0x41);
}

#[test]
fn a_higher_priority_nests_and_each_end_of_interrupt_ends_the_innermost() {
    let mut mpic = with_ipis([3, 9, 6, 1]);
    send(&mut mpic, 2);
    assert_eq!(mpic.acknowledge(0), 0x42);
    send(&mut mpic, 0);
    send(&mut mpic, 1);
    assert_eq!(mpic.acknowledge(0), 0x41);
    mpic.write(0, at::EOI, 0).unwrap();
    assert!(!mpic.is_asserted(0), "6 is in service, 3 waits");
    mpic.write(0, at::EOI, 0).unwrap();
    assert_eq!(mpic.acknowledge(0), 0x40);
}

#[test]
fn the_end_of_an_interrupt_looks_at_the_task_priority_again() {
    let mut mpic = with_ipis([3, 9, 6, 1]);
    send(&mut mpic, 1);
    mpic.acknowledge(0);
    send(&mut mpic, 2);
    mpic.write(0, at::CTPR, 7).unwrap();
    mpic.write(0, at::EOI, 0).unwrap();
    assert!(!mpic.is_asserted(0));
    mpic.write(0, at::CTPR, 5).unwrap();
    assert!(mpic.is_asserted(0));
}

#[test]
fn an_end_of_interrupt_without_one_in_service_does_nothing() {
    let mut mpic = with_ipis([3, 9, 6, 1]);
    let before = mpic.clone();
    mpic.write(0, at::EOI, 0).unwrap();
    assert_eq!(mpic, before);
}

#[test]
fn priority_zero_and_the_mask_keep_a_source_silent() {
    let mut mpic = with_ipis([0, 9, 6, 1]);
    send(&mut mpic, 0);
    assert!(!mpic.is_asserted(0));
    mpic.write(0, at::IPIVPR, MSK | 5 << 16 | 0x40).unwrap();
    assert!(!mpic.is_asserted(0));
    mpic.write(0, at::IPIVPR, 5 << 16 | 0x40).unwrap();
    assert!(mpic.is_asserted(0), "it was pending all the time");
}

#[test]
fn an_edge_is_kept_and_a_level_lasts_as_long_as_the_input() {
    let mut mpic = with_ipis([0; IPIS]);
    mpic.write(0, at::EIVPR, 4 << 16 | 0x10).unwrap();
    mpic.write(0, at::EIVPR + 0x20, SENSE | 4 << 16 | 0x11).unwrap();
    mpic.set_line(Line::External(0), true);
    mpic.set_line(Line::External(0), false);
    assert_eq!(mpic.acknowledge(0), 0x10);
    mpic.write(0, at::EOI, 0).unwrap();
    assert!(!mpic.is_asserted(0));

    mpic.set_line(Line::External(1), true);
    assert_eq!(mpic.acknowledge(0), 0x11);
    mpic.write(0, at::EOI, 0).unwrap();
    assert!(mpic.is_asserted(0), "the device still asks");
    mpic.set_line(Line::External(1), false);
    assert!(!mpic.is_asserted(0));
    mpic.set_line(Line::External(12), true);
    assert!(!mpic.is_asserted(0), "there is no such input");
}

#[test]
fn an_external_source_goes_to_the_cpus_of_its_destination_only() {
    let mut mpic = with_ipis([0; IPIS]);
    mpic.write(0, at::EIVPR, 4 << 16 | 0x10).unwrap();
    mpic.write(0, at::EIDR, 0).unwrap();
    mpic.set_line(Line::External(0), true);
    assert!(!mpic.is_asserted(0));
    mpic.write(0, at::EIDR, P0).unwrap();
    assert!(mpic.is_asserted(0));
}

#[test]
fn pass_through_mode_delivers_input_0_alone() {
    let mut mpic = with_ipis([3, 9, 6, 1]);
    mpic.write(0, at::GCR, 0).unwrap();
    send(&mut mpic, 1);
    assert!(!mpic.is_asserted(0));
    mpic.set_line(Line::External(0), true);
    assert!(mpic.is_asserted(0));
}

#[test]
fn the_reset_bit_resets_and_reads_as_zero() {
    let mut mpic = with_ipis([3, 9, 6, 1]);
    send(&mut mpic, 1);
    mpic.acknowledge(0);
    mpic.write(0, at::GCR, GCR_RST | GCR_MODE).unwrap();
    assert_eq!(mpic, Mpic::new(1));
    assert_eq!(mpic.read(0, at::GCR), Some(0));
    mpic.write(0, at::GCR, GCR_MODE).unwrap();
    assert_eq!(mpic.read(0, at::GCR), Some(GCR_MODE));
}

#[test]
fn the_private_registers_of_cpu_0_are_the_public_ones() {
    let mut mpic = with_ipis([3, 9, 6, 1]);
    mpic.write(0, at::PRIVATE + at::IPIDR + 0x10, P0).unwrap();
    assert_eq!(mpic.read(0, at::PRIVATE + at::IACK), Some(0x41));
    mpic.write(0, at::PRIVATE + at::CTPR, 7).unwrap();
    assert_eq!(mpic.read(0, at::CTPR), Some(7));
    assert_eq!(mpic.read(0, at::PRIVATE + at::WHOAMI), Some(0));
}

#[test]
fn an_offset_without_a_register_is_told_apart_from_a_register_that_is_zero() {
    let mut mpic = Mpic::new(1);
    assert_eq!(mpic.read(0, 0x1200), None);
    assert_eq!(mpic.read(0, at::IPIVPR + 4), None);
    assert_eq!(mpic.read(0, at::EIVPR + 0x20 * 12), None);
    assert_eq!(mpic.write(0, Mpic::SIZE, 1), None);
    assert_eq!(mpic.read(0, at::IPIDR), Some(0));
    assert_eq!(mpic, Mpic::new(1));
}

/// Two CPUs in mixed mode, both with CTPR 0; IPI 0 has vector 0x40 and priority 5.
fn with_two_cpus() -> Mpic {
    let mut mpic = Mpic::new(2);
    mpic.write(0, at::GCR, 1 << 29).unwrap();
    mpic.write(0, at::CTPR, 0).unwrap();
    mpic.write(1, at::CTPR, 0).unwrap();
    mpic.write(0, at::IPIVPR, 5 << 16 | 0x40).unwrap();
    mpic
}

#[test]
fn an_interprocessor_interrupt_reaches_each_cpu_that_it_is_sent_to() {
    let mut mpic = with_two_cpus();
    mpic.write(0, at::IPIDR, 2).unwrap();
    assert_eq!((mpic.is_asserted(0), mpic.is_asserted(1)), (false, true));
    mpic.write(1, at::IPIDR, 3).unwrap();
    assert_eq!((mpic.acknowledge(0), mpic.acknowledge(1)), (0x40, 0x40));
    assert_eq!((mpic.is_asserted(0), mpic.is_asserted(1)), (false, false));
    // The second one that CPU 1 was sent came while the first had not been taken: they are one.
    mpic.write(1, at::EOI, 0).unwrap();
    assert_eq!((mpic.is_asserted(0), mpic.is_asserted(1)), (false, false));
    assert_eq!(
        mpic.read(0, at::IPIVPR).unwrap() & ACTIVITY,
        ACTIVITY,
        "CPU 0 is at it"
    );
    mpic.write(0, at::EOI, 0).unwrap();
    assert_eq!(mpic.read(0, at::IPIVPR).unwrap() & ACTIVITY, 0);
}

#[test]
fn a_cpu_finds_its_own_registers_in_the_public_area_and_the_others_in_the_private_ones() {
    let mut mpic = with_two_cpus();
    assert_eq!(
        (mpic.read(0, at::WHOAMI), mpic.read(1, at::WHOAMI)),
        (Some(0), Some(1))
    );
    mpic.write(0, at::PRIVATE + 0x1000 + at::CTPR, 9).unwrap();
    assert_eq!(
        (mpic.read(0, at::CTPR), mpic.read(1, at::CTPR)),
        (Some(0), Some(9))
    );
    assert_eq!(
        mpic.read(0, at::PRIVATE + 0x2000 + at::CTPR),
        None,
        "there is no CPU 2"
    );
    assert_eq!(mpic.read(2, at::CTPR), None);
    assert_eq!(mpic.read(0, at::FRR), Some(79 << 16 | 1 << 8 | 2));
    assert_eq!(mpic.read(0, at::PRIVATE + 0x1000 + 0x20), None);
}

#[test]
fn a_device_of_the_chip_asks_as_long_as_its_line_is_up() {
    let mut mpic = with_two_cpus();
    let (vpr, dr) = (at::IIVPR + 0x20 * 26, at::IIDR + 0x20 * 26);
    mpic.write(0, vpr, 7 << 16 | 0x2a).unwrap();
    mpic.write(0, dr, 2).unwrap();
    assert!(mpic.set_line(Line::Internal(26), true));
    assert_eq!((mpic.is_asserted(0), mpic.is_asserted(1)), (false, true));
    assert_eq!(mpic.acknowledge(1), 0x2a);
    mpic.write(1, at::EOI, 0).unwrap();
    assert!(mpic.is_asserted(1));
    assert!(mpic.set_line(Line::Internal(26), false));
    assert!(!mpic.is_asserted(1));
    assert!(!mpic.set_line(Line::Internal(64), true));
}

#[test]
fn a_source_can_be_sent_past_priorities_to_the_critical_input() {
    let mut mpic = with_two_cpus();
    mpic.write(0, at::EIVPR, SENSE | 1 << 16 | 0x11).unwrap();
    mpic.write(0, at::EIDR, 1 << 29).unwrap();
    mpic.set_line(Line::External(0), true);
    assert_eq!((mpic.is_critical(0), mpic.is_critical(1)), (false, true));
    assert_eq!((mpic.is_asserted(0), mpic.is_asserted(1)), (false, false));
    mpic.write(0, at::EIVPR, MSK).unwrap();
    assert!(!mpic.is_critical(1));
}

/// Timer 1 with vector 0x61 and priority 6, for both CPUs, counting `count` times 8 ticks.
fn start_timer(mpic: &mut Mpic, count: u32) {
    mpic.write(0, at::GTVPR + 0x40, 6 << 16 | 0x61).unwrap();
    mpic.write(0, at::GTDR + 0x40, 3).unwrap();
    mpic.write(0, at::GTBCR + 0x40, count).unwrap();
}

#[test]
fn a_timer_counts_down_asks_each_cpu_and_begins_again() {
    let mut mpic = with_two_cpus();
    assert_eq!(mpic.next_event(), None);
    start_timer(&mut mpic, 10);
    assert_eq!(mpic.next_event(), Some(80));
    assert_eq!(mpic.read(0, at::GTCCR + 0x40), Some(10));
    mpic.advance(79);
    assert_eq!(mpic.read(0, at::GTCCR + 0x40), Some(1));
    assert!(!mpic.is_asserted(0));
    mpic.advance(1);
    assert_eq!(
        mpic.read(0, at::GTCCR + 0x40),
        Some(1 << 31 | 10),
        "the toggle bit flips"
    );
    assert_eq!((mpic.acknowledge(0), mpic.acknowledge(1)), (0x61, 0x61));
    mpic.write(0, at::EOI, 0).unwrap();
    mpic.advance(80);
    assert_eq!(mpic.read(0, at::GTCCR + 0x40), Some(10));
    assert_eq!(mpic.acknowledge(0), 0x61);
}

#[test]
fn one_long_time_does_to_the_timers_what_many_short_ones_do() {
    let mut long = with_two_cpus();
    start_timer(&mut long, 3);
    long.write(0, at::TCR, 1 << 8).unwrap();
    let mut short = long.clone();
    for ticks in [1, 47, 48, 500, 7, 1000] {
        long.advance(ticks);
        for _ in 0..ticks {
            short.advance(1);
        }
        assert_eq!(long, short);
    }
}

#[test]
fn a_timer_stands_while_it_is_inhibited_and_begins_with_its_base_count() {
    let mut mpic = with_two_cpus();
    start_timer(&mut mpic, 1 << 31 | 10);
    assert_eq!(mpic.next_event(), None);
    mpic.advance(1000);
    assert!(!mpic.is_asserted(0));
    mpic.write(0, at::GTBCR + 0x40, 10).unwrap();
    mpic.advance(40);
    mpic.write(0, at::GTBCR + 0x40, 20).unwrap();
    assert_eq!(
        mpic.next_event(),
        Some(40),
        "a running timer takes the new count at its next zero"
    );
    mpic.advance(40);
    assert_eq!((mpic.acknowledge(0), mpic.acknowledge(1)), (0x61, 0x61));
    assert_eq!(mpic.next_event(), Some(160));
    mpic.write(0, at::TCR, 3 << 8).unwrap();
    assert_eq!(mpic.next_event(), Some(20 * 64));
    mpic.write(0, at::GTBCR + 0x40, 0).unwrap();
    assert_eq!(mpic.next_event(), None, "a base count of zero never ends");
}

#[test]
fn a_timer_that_asks_already_or_may_not_ask_is_no_event_to_wait_for() {
    let mut mpic = with_two_cpus();
    start_timer(&mut mpic, 10);
    mpic.advance(80);
    assert_eq!(mpic.next_event(), None, "it asks both CPUs");
    mpic.acknowledge(1);
    assert_eq!(mpic.next_event(), Some(80));
    mpic.write(0, at::GTVPR + 0x40, MSK).unwrap();
    assert_eq!(mpic.next_event(), None);
}

#[test]
fn looking_at_a_register_acknowledges_nothing() {
    let mut mpic = with_ipis([3, 9, 6, 1]);
    send(&mut mpic, 1);
    let before = mpic.clone();
    assert_eq!(mpic.peek_register(0, at::IACK), Some(0x41));
    assert_eq!(mpic, before);
    assert_eq!(mpic.peek_register(1, at::IACK), None);
}
