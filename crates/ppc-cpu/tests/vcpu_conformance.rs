
use ppc_cpu::*; use spr_exit::*; use spr_exit::conformance::*;
fn make(model: &str, program: &Program) -> Machine {
    let mut words = vec![];
    for (sprn, access) in program {
        let n = u32::from(sprn.get()); let field = ((n & 31) << 5 | n >> 5) << 11;
        match access { Access::Read => words.push(0x7c8002a6 | field),
          Access::Write(v) => { words.push(0x38600000 | *v as u32); words.push(0x7c6003a6 | field); } }
    }
    words.push(0x48000000);
    let mut memory = Memory::with_ram(0x10000).unwrap();
    memory.write_words(0x1000, &words).unwrap();
    let mut m = Machine::new(model::by_name(model).unwrap(), memory);
    m.cpu.set_cia(0x1000);
    for (sprn, _) in program { m.cpu.set_owner(*sprn, Owner::User).unwrap(); }
    m.slice = 1000;
    m
}
fn main() {
    for model in ["e500v2", "750", "405", "power9"] {
        if model::by_name(model).is_none() { println!("{model}: absent"); continue; }
        println!("{model}: typed {:?}", check_vcpu(Replies::ALL, |p| make(model, p)));
        println!("{model}: page {:?}", check_vcpu(Replies::RAW_PAGE, |p| KvmRun::new(make(model, p))));
    }
}
