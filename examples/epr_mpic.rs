//! EPR belongs to the interrupt controller in user space: the guest takes an external interrupt, reads EPR, and gets the
//! vector from the MPIC model, acknowledged on the way. On the e500mc, where EPR is architected, the vector can be loaded
//! as the interrupt is delivered instead; the guest cannot tell.
//!
//! `cargo run --example epr_mpic`

use mpic::{Mpic, at};
use ppc_cpu::{Machine, Memory, model};
use ppc_decode::asm;
use spr_exit::{Capabilities, Capability, EnableCap, Exit, Reply, Vcpu, VcpuError, num::e500::EPR};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for (model, on_delivery) in [
        (&model::E500V2, false),
        (&model::E500MC, false),
        (&model::E500MC, true),
    ] {
        let mut mpic = Mpic::new(1);
        mpic.write(0, at::GCR, 3 << 29).ok_or("GCR")?;
        mpic.write(0, at::CTPR, 0).ok_or("CTPR")?;
        mpic.write(0, at::IPIVPR, 5 << 16 | 0x42).ok_or("IPIVPR")?;
        mpic.write(0, at::IPIDR, 1).ok_or("IPIDR")?;

        let mut memory = Memory::with_ram(0x2000)?;
        memory.write_words(0x1000, &[asm::li(3, 0x500), asm::mtspr(404, 3), asm::wrteei(1)])?;
        memory.write_words(0x500, &[asm::mfspr(3, 702)])?;
        let mut machine = Machine::new(model, memory);
        machine.cpu.set_cia(0x1000);
        if on_delivery {
            machine.enable_cap(&EnableCap::new(Capability::EprOnDelivery, 1))?;
        }
        machine.set_budget(5);
        serve(&mut machine, &mut mpic)?;
        assert_eq!(machine.cpu.gpr(3), 0x42);
        let way = if on_delivery {
            "loaded on delivery"
        } else {
            "acknowledged on read"
        };
        println!("{}: the guest read vector 0x42 from EPR, {way}", model.name);
    }
    Ok(())
}

/// The loop of a VMM with an interrupt controller in user space.
fn serve(machine: &mut Machine, mpic: &mut Mpic) -> Result<(), VcpuError> {
    loop {
        machine.cpu.set_external(mpic.is_asserted(0));
        match machine.run()? {
            Exit::Spr(at) if at.sprn() == EPR && !at.is_write() => {
                machine.complete(Reply::Done(mpic.acknowledge(0).into()))?;
            }
            Exit::Epr => machine.complete(Reply::Done(mpic.acknowledge(0).into()))?,
            Exit::Spr(_) => machine.complete(Reply::Architected)?,
            _ => return Ok(()),
        }
    }
}
