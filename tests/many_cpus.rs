//! A thousand CPUs in one process.

#[path = "../benches/support/crowd.rs"]
mod crowd;
#[path = "../benches/support/small.rs"]
mod small;

const CPUS: usize = 1000;
const TURNS: u64 = 10;

#[test]
fn a_thousand_cpus_take_turns_and_each_gets_its_own_answers() {
    let mut machines = crowd::crowd(CPUS);
    for turn in 0..TURNS {
        for (machine, id) in machines.iter_mut().zip(0..) {
            crowd::turn(machine, 1000 * turn + id);
            // What was answered is read by the instruction that waits, before the branch is taken.
            assert_eq!(machine.cpu.gpr(3), 1000 * turn + id);
        }
    }
    for (machine, id) in machines.iter().zip(0..) {
        assert_eq!(machine.cpu.gpr(3), 1000 * (TURNS - 1) + id, "CPU {id}");
        assert_eq!(machine.cpu.insns(), 2 * TURNS - 1, "CPU {id}");
    }
}

#[test]
fn a_thousand_cpus_run_in_threads_of_their_own() {
    let mut machines = crowd::crowd(CPUS);
    std::thread::scope(|scope| {
        for chunk in machines.chunks_mut(CPUS / 4) {
            scope.spawn(|| {
                for turn in 0..TURNS {
                    chunk.iter_mut().for_each(|machine| crowd::turn(machine, turn));
                }
            });
        }
    });
    assert!(
        machines
            .iter()
            .all(|machine| machine.cpu.insns() == 2 * TURNS - 1)
    );
}
