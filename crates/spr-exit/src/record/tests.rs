//! Whatever is written is read, and no byte changes unseen.

use super::*;
use crate::strategy;
use alloc::format;
use alloc::string::ToString;
// The macro, which `prop_oneof` wants for so many.
use alloc::vec;
use proptest::collection::vec;
use proptest::prelude::*;
use std::vec::Vec;

fn change() -> impl Strategy<Value = Change> {
    let reset = proptest::option::of(prop_oneof![Just(ResetKind::Core), Just(ResetKind::System)]);
    prop_oneof![
        (any::<u32>(), any::<bool>()).prop_map(|(which, level)| Change::Input(which, level)),
        (any::<u32>(), any::<bool>()).prop_map(|(which, level)| Change::Irq(which, level)),
        any::<u32>().prop_map(Change::Message),
        any::<u64>().prop_map(Change::Time),
        reset.prop_map(Change::Reset),
        Just(Change::Cancel),
        any::<u64>().prop_map(Change::Cia),
        strategy::msr().prop_map(Change::Msr),
        (any::<u8>(), any::<u64>()).prop_map(|(n, value)| Change::Gpr(n, value)),
        (strategy::spr_num(), any::<u64>()).prop_map(|(sprn, value)| Change::Spr(sprn, value)),
        storage_fault().prop_map(Change::Storage),
        (any::<u64>(), vec(any::<u8>(), 1..300)).prop_map(|(address, bytes)| Change::Memory(address, bytes)),
    ]
}

fn storage_fault() -> impl Strategy<Value = StorageFault> {
    let kind = proptest::sample::select(crate::InterruptKind::ALL);
    (kind, any::<u64>(), any::<u32>()).prop_map(|(kind, address, status)| StorageFault {
        kind,
        address,
        status,
    })
}

/// What a caller tells a writer.
#[derive(Clone, Debug)]
enum Told {
    Exit(Exit),
    Reply(Reply),
    Change(Change),
}

fn told() -> impl Strategy<Value = Told> {
    prop_oneof![
        3 => strategy::exit().prop_map(Told::Exit),
        2 => strategy::reply().prop_map(Told::Reply),
        1 => change().prop_map(Told::Change),
    ]
}

fn written(run: &[(u64, Told)]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), &Start::of("e500v2", 0x1234, "a test"));
    for (at, told) in run {
        match told {
            Told::Exit(exit) => writer.exit(*at, exit),
            Told::Reply(reply) => writer.reply(*at, *reply),
            Told::Change(change) => writer.change(*at, change),
        }
    }
    writer.finish(99, 0x5678).unwrap()
}

fn read(bytes: &[u8]) -> Result<Vec<Entry>, RecordError> {
    let mut reader = Reader::new(bytes.iter().copied())?;
    let mut entries = Vec::new();
    while let Some(entry) = reader.next()? {
        entries.push(entry);
    }
    Ok(entries)
}

/// The same as what was told: answers apart from their exits, memory byte by byte.
fn flat(entries: &[Entry]) -> Vec<(u64, Event)> {
    let mut flat = Vec::new();
    for Entry { at, event } in entries {
        match event {
            Event::Exit { exit, reply } => {
                flat.push((
                    *at,
                    Event::Exit {
                        exit: *exit,
                        reply: None,
                    },
                ));
                flat.extend(reply.map(|reply| (*at, Event::Reply(reply))));
            }
            Event::Change(Change::Memory(address, bytes)) => {
                for (byte, n) in bytes.iter().zip(0..) {
                    let byte = Change::Memory(address.wrapping_add(n), Vec::from([*byte]));
                    flat.push((*at, Event::Change(byte)));
                }
            }
            event => flat.push((*at, event.clone())),
        }
    }
    flat
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_is_read(run in vec((any::<u64>(), told()), 0..40)) {
        let mut expected = Vec::new();
        let mut waits = None;
        for (at, told) in &run {
            let at = *at;
            match told {
                Told::Exit(Exit::Budget) => waits = None,
                Told::Exit(exit) => {
                    waits = exit.awaits_reply().then_some(at);
                    expected.push(Entry { at, event: Event::Exit { exit: *exit, reply: None } });
                }
                // An answer that follows its exit is of its moment.
                Told::Reply(reply) => {
                    let at = waits.take().unwrap_or(at);
                    expected.push(Entry { at, event: Event::Reply(*reply) });
                }
                Told::Change(change) => {
                    waits = None;
                    expected.push(Entry { at, event: Event::Change(change.clone()) });
                }
            }
        }
        expected.push(Entry { at: 99, event: Event::End { digest: 0x5678 } });
        prop_assert_eq!(flat(&read(&written(&run)).unwrap()), flat(&expected));
    }

    #[test]
    fn a_byte_that_changed_is_named(run in vec((any::<u64>(), told()), 0..6), flip in 1u8..) {
        let good = written(&run);
        let mut starts = Vec::new();
        let mut reader = Reader::new(good.iter().copied()).unwrap();
        while reader.next().unwrap().is_some() {
            starts.push(reader.offset());
        }
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= flip;
            let why = read(&bad).expect_err("a byte is another one");
            // The frames are as they were up to the byte, so it is the frame with the byte that is named.
            let entry = starts.iter().filter(|start| **start <= at as u64).count();
            prop_assert_eq!(why.entry, entry as u64, "{}", why);
            prop_assert_eq!(why.offset, if entry == 0 { 0 } else { starts[entry - 1] }, "{}", why);
        }
    }

    #[test]
    fn a_record_that_is_cut_off_is_read_up_to_there(run in vec((any::<u64>(), told()), 0..6)) {
        let good = written(&run);
        for len in 0..good.len() {
            let why = read(&good[..len]).expect_err("its end is missing");
            prop_assert!(matches!(why.damage, Damage::Truncated | Damage::Magic), "{}", why);
        }
        let longer = [&good[..], &[0]].concat();
        prop_assert_eq!(read(&longer).unwrap_err().damage, Damage::Excess);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes);
        let _ = read(&[&b"PPCR"[..], &[VERSION], &bytes].concat());
    }
}

#[test]
fn a_record_of_another_version_is_refused_with_both_versions() {
    let mut bytes = written(&[(0, Told::Exit(Exit::Wait))]);
    for version in [0, 1, VERSION + 1] {
        bytes[4] = version;
        let why = read(&bytes).unwrap_err();
        assert_eq!(why.damage, Damage::Version(version));
        let text = format!("entry 0 at byte 0: it has version {version}, this program reads version 2");
        assert_eq!(why.to_string(), text);
    }
}

#[test]
fn entries_that_change_places_are_found() {
    let run = |values: [u64; 2]| {
        let reply = |value| (5, Told::Reply(Reply::Done(value)));
        written(&values.map(reply))
    };
    let (one, other) = (run([1, 2]), run([2, 1]));
    let start = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    // The second entry of the one behind the second of the other: each is good in its own record.
    let mixed = [&one[..start + 4], &other[start + 4..]].concat();
    assert!(matches!(
        read(&mixed).unwrap_err().damage,
        Damage::Checksum { .. }
    ));
}

#[test]
fn the_checksum_is_the_one_of_the_crc_catalogue() {
    // CRC-16/XMODEM: polynomial 0x1021, start 0, check value of "123456789" (Koopman, and the catalogue of parametrised CRCs).
    assert_eq!(wire::crc(0, b"123456789"), 0x31c3);
}

#[test]
fn an_answered_exit_of_a_known_place_has_eight_bytes() {
    let at = SprNum::wrapping(880);
    let mut writer = Writer::new(Vec::new(), &Start::of("e500v2", 0, ""));
    for n in 0..1000 {
        let access = crate::SprAccess::read(at).at(0x1000, 0x7c70_dba6, 0);
        writer.exit(n * 20, &Exit::Spr(access));
        writer.reply(n * 20, Reply::Done(n & 0x7f));
    }
    let bytes = writer.finish(20_000, 0).unwrap();
    assert!(bytes.len() < 8 * 1000 + 64, "{}", bytes.len());
}

#[test]
fn a_sink_that_fails_ends_the_record_and_is_told_at_the_end() {
    struct Full(usize);
    impl Sink for Full {
        type Error = usize;
        fn put(&mut self, bytes: &[u8]) -> Result<(), usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(self.0)?;
            Ok(())
        }
    }
    let mut writer = Writer::new(Full(40), &Start::of("750", 0, ""));
    for _ in 0..100 {
        writer.exit(0, &Exit::Wait);
    }
    assert!(writer.finish(0, 0).is_err());
}

#[test]
fn what_a_start_by_hand_says_at_length_is_cut_to_what_a_frame_holds() {
    let long = "x".repeat(300);
    let start = Start {
        model: long.clone(),
        digest: 5,
        core: long.clone(),
        note: long.clone(),
    };
    let bytes = Writer::new(Vec::new(), &start).finish(0, 0).unwrap();
    let reader = Reader::new(bytes.into_iter()).unwrap();
    assert_eq!(*reader.start(), Start::of(&long, 5, &long).by(&long));
}
