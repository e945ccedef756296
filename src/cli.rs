//! The command line: subcommands, options, and how numbers and names are read.

use clap::{Args, Parser, Subcommand, ValueEnum};
use ppc_cpu::model::{self, Model};
use ppc_cpu::spr::Profile;
use spr_exit::{SprNum, UnknownSpr};
use std::path::PathBuf;

/// Runs PowerPC code with every special-purpose register under the caller's control.
#[derive(Debug, Parser)]
#[command(name = "ppc-emu", version, max_term_width = 120)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run an image on the bare machine, or a static Linux program
    Run(RunArgs),
    /// Drive the core by JSON lines: one state in, one state and its exits out
    Exec,
    /// Print the code of an image, or of single words
    Disasm(DisasmArgs),
    /// Assemble instructions, from arguments or from standard input
    Asm(AsmArgs),
    /// Print the special-purpose registers of a CPU, or how those of two differ
    Sprs(SprsArgs),
    /// Say what becomes of an SPR access, and which rule decides
    Why(WhyArgs),
    /// List the CPU models
    Cpus(CpusArgs),
}

/// What `run` prints about how it ended, for `--help`.
const EXIT_CODES: &str = "\
Exit codes:
  0-255  the guest's own status: what it wrote to the EXIT device, or gave to exit
128 + n  --env linux: signal n killed the program
      2  wrong usage
     65  the image is not usable
     66  stopped: an SPR (or DCR) access that nobody claimed
     67  stopped: the budget of --max-insns was used up
     68  stopped: checkstop
     69  stopped: an instruction that is not implemented
     70  stopped: the guest waits, and nothing can wake it
     71  stopped: a load or store where the machine has nothing
     72  stopped: the core came back with something unexpected (a defect)
     73  a replay went another way than its record, or the record is damaged
     74  output could not be written

docs/bare-machine.md describes the machine, docs/linux-environment.md what a Linux program finds.";

/// Options of `run`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct RunArgs {
    /// ELF executable for PowerPC, or with --raw a file of instructions
    pub image: PathBuf,

    /// CPU model (see `ppc-emu cpus`) [default: e500v2 (bare), 750 (linux), for 64-bit images POWER9]
    #[arg(long, value_name = "MODEL", value_parser = cpu)]
    pub cpu: Option<&'static Model>,

    /// What is around the CPU
    #[arg(long, value_enum, default_value_t = Environment::Bare)]
    pub env: Environment,

    /// Bytes of RAM from address 0, or of the program's address space; K, M and G are understood [default: 128M (bare),
    /// 1G (linux); only what is touched costs the host memory]
    #[arg(long, value_name = "SIZE", value_parser = ram_size)]
    pub mem: Option<u64>,

    /// The image is raw code, and goes to this address
    #[arg(long, value_name = "ADDR", value_parser = number)]
    pub raw: Option<u64>,

    /// Start at this address instead of the image's own entry
    #[arg(long, value_name = "ADDR", value_parser = number)]
    pub entry: Option<u64>,

    /// What becomes of accesses to SPRs that neither the core nor the board knows [default: exit (bare), architected
    /// (linux)]
    #[arg(long, value_enum, value_name = "POLICY", hide_default_value = true)]
    pub unknown_spr: Option<Policy>,

    /// Who owns the SPRs: as the tables say (model), the core what it models (core), the core what KVM's kernel has
    /// (as-kvm), user space (all-to-user), which hands back what no device answers for [default: model]
    #[arg(long, value_name = "PROFILE", value_parser = profile)]
    pub owners: Option<Profile>,

    /// Who answers which SPR, as this file says (docs/spr-policy.md); --owners and --unknown-spr come before it
    #[arg(long, value_name = "FILE")]
    pub spr_policy: Option<PathBuf>,

    /// Stop after so many instructions and interrupts
    #[arg(long, value_name = "N", value_parser = number)]
    pub max_insns: Option<u64>,

    /// Let the core have an SPR that it models and leaves to user space (name or number; repeatable)
    #[arg(long, value_name = "SPR")]
    pub promote: Vec<String>,

    /// Acknowledge an interrupt when it is delivered, not when EPR is read
    #[arg(long)]
    pub epr_on_delivery: bool,

    /// Put the interrupt controller into the core: its registers answer without an exit, delivery acknowledges
    #[arg(long)]
    pub irqchip: bool,

    /// Let a reset by DBCR0 leave the core as an event of its own, not as an SPR access
    #[arg(long)]
    pub reset_event: bool,

    /// Instructions per tick of time base and decrementer
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u32).range(1..))]
    pub insns_per_tick: u32,

    /// Write the run down: every exit, every answer, every interrupt, each with its instruction
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,

    /// Make the run that was written to this file again, with the same image and options; its devices and standard
    /// input are not asked
    #[arg(long, value_name = "FILE", conflicts_with_all = ["record", "max_insns", "trace"])]
    pub replay: Option<PathBuf>,

    /// Print every exit, the guest's output and the summary as JSON lines on standard output
    #[arg(long)]
    pub json: bool,

    /// Print every instruction on standard error
    #[arg(long)]
    pub trace: bool,

    /// Decode every instruction anew when it is executed: slow, and the same results
    #[arg(long)]
    pub no_cache: bool,

    /// Print the guest's output only, and why it stopped if it did not end by itself; with --json, the end always
    #[arg(long, short)]
    pub quiet: bool,

    /// Linux: let the program read this file, or what is in this directory (repeatable); nothing else is there for it
    #[arg(long, value_name = "PATH")]
    pub allow_read: Vec<PathBuf>,

    /// Linux: a variable of the program's environment (repeatable); there are no others
    #[arg(long, value_name = "NAME=VALUE")]
    pub setenv: Vec<String>,

    /// Linux: where the program's random numbers begin [default: 0]
    #[arg(long, value_name = "N", value_parser = number)]
    pub seed: Option<u64>,

    /// Linux: the date that the program sees [default: virtual]
    #[arg(long, value_enum, value_name = "CLOCK", hide_default_value = true)]
    pub clock: Option<Date>,

    /// Linux: arguments of the program
    #[arg(last = true, value_name = "ARGS")]
    pub args: Vec<String>,
}

/// Where a Linux program's date comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Date {
    /// It begins on 2001-09-09 01:46:40 UTC and goes on with the instructions, the same in every run
    Virtual,
    /// The host's
    Host,
}

impl From<Date> for crate::linux::Clock {
    fn from(date: Date) -> Self {
        match date {
            Date::Virtual => Self::Virtual,
            Date::Host => Self::Host,
        }
    }
}

/// Options of `disasm`.
#[derive(Debug, Args)]
pub struct DisasmArgs {
    /// ELF executable for PowerPC, or with --raw a file of instructions
    #[arg(required_unless_present = "word")]
    pub image: Option<PathBuf>,

    /// CPU model (see `ppc-emu cpus`) [default: e500v2, for 64-bit images POWER9]
    #[arg(long, value_name = "MODEL", value_parser = cpu)]
    pub cpu: Option<&'static Model>,

    /// The image is raw code for this address
    #[arg(long, value_name = "ADDR", value_parser = number)]
    pub raw: Option<u64>,

    /// Disassemble these instruction words (8 hexadecimal digits each) and no image
    #[arg(long, value_name = "HEX", num_args = 1.., conflicts_with = "image", value_parser = word)]
    pub word: Vec<u32>,

    /// Extended mnemonics (mr, li, beq), or the instructions' own alone
    #[arg(long, value_enum, default_value_t = Mnemonics::Extended)]
    pub style: Mnemonics,
}

/// What `asm` reads, for `--help`.
const ASM_SYNTAX: &str = "\
The syntax is that of GNU as: one instruction a line, or several with `;` between them; `name:` is a label, `.` the
instruction's own address, `.long` a word as a number, `#` begins a comment.

Exit codes:
   0  done
   2  wrong usage
  65  something is wrong with the text; each error is said as line:column: what was expected
  74  output could not be written";

/// Options of `asm`.
#[derive(Debug, Args)]
#[command(after_help = ASM_SYNTAX)]
pub struct AsmArgs {
    /// Instructions, each argument a line; without any, standard input is read
    pub instruction: Vec<String>,

    /// CPU model (see `ppc-emu cpus`)
    #[arg(long, value_name = "MODEL", default_value = "e500v2", value_parser = cpu)]
    pub cpu: &'static Model,

    /// Where the first instruction stands
    #[arg(long, value_name = "ADDR", default_value = "0", value_parser = code_address)]
    pub address: u64,

    /// Print address, word and text as `disasm` does, not words alone
    #[arg(long)]
    pub listing: bool,

    /// Write the words to a file, and print nothing
    #[arg(long, short, value_name = "FILE", conflicts_with = "listing")]
    pub output: Option<PathBuf>,

    /// The order of the bytes of each word in the file
    #[arg(long, value_enum, default_value_t = ByteOrder::Big, requires = "output")]
    pub byte_order: ByteOrder,
}

/// Options of `sprs`.
#[derive(Debug, Args)]
pub struct SprsArgs {
    /// CPU model (see `ppc-emu cpus`)
    #[arg(long, value_name = "MODEL", value_parser = cpu, required_unless_present = "diff")]
    pub cpu: Option<&'static Model>,

    /// How the registers of two CPUs differ
    #[arg(long, value_names = ["MODEL", "MODEL"], num_args = 2, conflicts_with = "cpu", value_parser = cpu)]
    pub diff: Vec<&'static Model>,

    /// How to print it
    #[arg(long, value_enum, default_value_t = TableFormat::Text)]
    pub format: TableFormat,
}

/// Options of `why`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("level").args(["user", "supervisor", "hypervisor", "msr"]))]
pub struct WhyArgs {
    /// The instruction
    #[arg(value_enum)]
    pub access: Access,

    /// The SPR, by number or name
    pub spr: String,

    /// CPU model (see `ppc-emu cpus`)
    #[arg(long, value_name = "MODEL", default_value = "e500v2", value_parser = cpu)]
    pub cpu: &'static Model,

    /// In problem state
    #[arg(long)]
    pub user: bool,

    /// In supervisor state; in a guest of the hypervisor where there is one
    #[arg(long)]
    pub supervisor: bool,

    /// In hypervisor state
    #[arg(long)]
    pub hypervisor: bool,

    /// With this MSR [default: as after a reset]
    #[arg(long, value_name = "VALUE", value_parser = number)]
    pub msr: Option<u64>,

    /// With this LPCR, on CPUs that have one [default: as after a reset]
    #[arg(long, value_name = "VALUE", value_parser = number)]
    pub lpcr: Option<u64>,

    /// Who owns the SPRs, as `run` has it
    #[arg(long, value_name = "PROFILE", value_parser = profile)]
    pub owners: Option<Profile>,

    /// What becomes of SPRs that the core does not know, as `run` has it
    #[arg(long, value_enum, value_name = "POLICY")]
    pub unknown_spr: Option<Policy>,

    /// Who answers which SPR, as `run` has it
    #[arg(long, value_name = "FILE")]
    pub spr_policy: Option<PathBuf>,

    /// Privilege is not checked before an access leaves
    #[arg(long)]
    pub unchecked: bool,

    /// How to print it
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub format: ListFormat,
}

/// An SPR access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Access {
    /// Read
    Mfspr,
    /// Write
    Mtspr,
}

impl From<Access> for spr_exit::Direction {
    fn from(access: Access) -> Self {
        match access {
            Access::Mfspr => Self::Read,
            Access::Mtspr => Self::Write,
        }
    }
}

/// Options of `cpus`.
#[derive(Debug, Args)]
pub struct CpusArgs {
    /// How to print it
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub format: ListFormat,
}

/// What is around the CPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Environment {
    /// RAM, SPR devices and an MPIC (docs/bare-machine.md)
    Bare,
    /// A static Linux program in user mode, and its system calls (docs/linux-environment.md)
    Linux,
}

/// The policy for unknown SPRs, by its names on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Policy {
    /// Leave the core; one that no device claims is reported and stops the run
    Exit,
    /// Refuse as illegal: the guest takes the interrupt
    Fault,
    /// What the manual of the CPU says of undefined numbers
    Architected,
    /// Reads give zero, writes are dropped
    Ignore,
}

impl From<Policy> for UnknownSpr {
    fn from(policy: Policy) -> Self {
        match policy {
            Policy::Exit => Self::Exit,
            Policy::Fault => Self::Fault,
            Policy::Architected => Self::Architected,
            Policy::Ignore => Self::ReadZeroIgnoreWrite,
        }
    }
}

/// How instructions are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Mnemonics {
    /// Every instruction by its own name, with all operands
    Raw,
    /// Extended mnemonics where there are any
    Extended,
}

impl From<Mnemonics> for ppc_decode::Style {
    fn from(mnemonics: Mnemonics) -> Self {
        match mnemonics {
            Mnemonics::Raw => Self::Raw,
            Mnemonics::Extended => Self::Extended,
        }
    }
}

/// The order of bytes in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ByteOrder {
    /// The highest first
    Big,
    /// The lowest first
    Little,
}

/// How a table is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// Columns
    Text,
    /// One JSON array
    Json,
    /// A Markdown table
    Md,
}

/// How a list is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// Columns
    Text,
    /// One JSON array
    Json,
}

/// A number in decimal or, after 0x, hexadecimal; K, M and G behind it stand for 2^10, 2^20 and 2^30.
///
/// # Errors
/// What is wrong with it.
pub fn number(text: &str) -> Result<u64, String> {
    let wrong = || format!("`{text}` is no number: 4096, 0x1000, 4K, 128M, 1G are");
    let (digits, shift) = match text.as_bytes().last() {
        Some(b'K' | b'k') => (&text[..text.len() - 1], 10),
        Some(b'M' | b'm') => (&text[..text.len() - 1], 20),
        Some(b'G' | b'g') => (&text[..text.len() - 1], 30),
        _ => (text, 0),
    };
    // `from_str_radix` takes a sign.
    if digits.contains(['+', '-']) {
        return Err(wrong());
    }
    let value = match digits.strip_prefix("0x").or(digits.strip_prefix("0X")) {
        Some(hex) => u64::from_str_radix(hex, 16),
        None => digits.parse(),
    };
    let value = value.map_err(|_| wrong())?;
    value
        .checked_mul(1 << shift)
        .ok_or_else(|| format!("`{text}` is more than 64 bits hold"))
}

fn ram_size(text: &str) -> Result<u64, String> {
    let (least, most) = (crate::run::MIN_RAM, crate::run::MAX_RAM);
    let bytes = number(text)?;
    if (least..=most).contains(&bytes) {
        Ok(bytes)
    } else {
        Err(format!(
            "{least:#x} (4K) to {most:#x} (3584M) bytes are possible; devices begin at {most:#x}"
        ))
    }
}

fn code_address(text: &str) -> Result<u64, String> {
    let address = number(text)?;
    if address.is_multiple_of(4) {
        Ok(address)
    } else {
        Err(format!(
            "{address:#x} is no multiple of 4, as addresses of instructions are"
        ))
    }
}

fn word(text: &str) -> Result<u32, String> {
    let hex = text.strip_prefix("0x").unwrap_or(text);
    u32::from_str_radix(hex, 16)
        .ok()
        .filter(|_| hex.len() == 8 && !hex.starts_with('+'))
        .ok_or_else(|| format!("`{text}` is no instruction word: 8 hexadecimal digits are"))
}

/// The CPU model of this name.
///
/// # Errors
/// A list of the names there are.
pub fn cpu(name: &str) -> Result<&'static Model, String> {
    model::by_name(name).ok_or_else(|| {
        let names: Vec<&str> = model::MODELS.iter().map(|m| m.name).collect();
        format!("there is no such model here; there are {}", names.join(", "))
    })
}

/// The profile of this name.
///
/// # Errors
/// A list of the names there are.
pub fn profile(name: &str) -> Result<Profile, String> {
    let known = Profile::NAMES.iter().find(|(known, _)| *known == name);
    known
        .map(|(_, profile)| *profile)
        .ok_or_else(|| format!("there are {}", Profile::NAMES.map(|(known, _)| known).join(", ")))
}

/// The SPR of `model` that `text` names, by number or by its name in the manual.
///
/// # Errors
/// That there is none.
pub fn spr(model: &Model, text: &str) -> Result<SprNum, String> {
    match number(text) {
        Ok(n) => SprNum::try_from(n).map_err(|why| why.to_string()),
        Err(_) => model
            .sprs
            .by_name(text)
            .ok_or_else(|| format!("the {} has no SPR called `{text}`", model.name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_of_the_command_line_is_consistent() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    #[test]
    fn numbers_are_decimal_or_hexadecimal_and_take_a_suffix() {
        assert_eq!(number("4096"), Ok(4096));
        assert_eq!(number("0xE0040000"), Ok(0xe004_0000));
        assert_eq!(number("128M"), Ok(128 << 20));
        assert_eq!(number("0x10k"), Ok(0x4000));
        for wrong in ["", "M", "-1", "+1", "0x", "0x-1", "1T", "x", "1.5M", "\u{fc}K"] {
            assert!(number(wrong).is_err(), "{wrong}");
        }
        assert!(number("0xffffffffffffffffK").is_err());
    }

    #[test]
    fn an_spr_is_found_by_name_and_by_number() {
        assert_eq!(spr(&model::E500V2, "bucsr").map(SprNum::get), Ok(1013));
        assert_eq!(spr(&model::E500V2, "0x3f5").map(SprNum::get), Ok(1013));
        assert!(spr(&model::E500V2, "1024").is_err());
        assert!(spr(&model::E500V2, "HSPRG0").is_err());
    }
}
