//! What only the pages behind the gate need, found in the module as it was linked: its relocations
//! tell where a function's or a datum's address is used.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use anyhow::{Context, Result, bail};
use wasmparser::{KnownCustom, Linking, Payload, RelocSectionReader, RelocationType, SymbolInfo};

use crate::module::{Module, closure};

const CODE: &str = "reloc.CODE";
const DATA: &str = "reloc.DATA";

/// A function, or the data of a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Function(u32),
    Data(u32),
}

/// The slots of the table of functions, as far as they are not for everybody.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Slots {
    /// Nothing can call them before it has been through the gate.
    pub late: BTreeSet<u32>,
    /// Nothing can call them at all.
    pub idle: BTreeSet<u32>,
}

impl Slots {
    /// Finds them; the gate is the function whose mangled name ends in `gate`.
    pub fn find(linked: &[u8], gate: &str) -> Result<Self> {
        let module = Module::read(linked)?;
        let symbols = Symbols::read(&module, gate)?;
        let uses = uses(&module, &symbols)?;
        let from = || module.roots.iter().map(|root| Node::Function(*root));
        let next = |node| {
            let mut next = uses.get(&node).cloned().unwrap_or_default();
            if let Node::Function(function) = node {
                next.extend(module.calls(function)?.into_iter().map(Node::Function));
            }
            Ok(next)
        };
        let gate = Node::Function(symbols.gate);
        let all = closure(from(), next)?;
        let mut early = closure(from(), |node| {
            if node == gate {
                Ok(Vec::new())
            } else {
                next(node)
            }
        })?;
        if !early.remove(&gate) {
            bail!("nothing leads to the gate");
        }
        let mut slots = Self::default();
        for (slot, function) in &module.slots {
            let function = Node::Function(*function);
            if !all.contains(&function) {
                slots.idle.insert(*slot);
            } else if !early.contains(&function) {
                slots.late.insert(*slot);
            }
        }
        Ok(slots)
    }
}

struct Symbols {
    /// What each symbol stands for, where that is a function or data.
    nodes: Vec<Option<Node>>,
    /// Where data lie in the section of data, and their symbols.
    data: Vec<(Range<usize>, Node)>,
    gate: u32,
}

impl Symbols {
    fn read(module: &Module, gate: &str) -> Result<Self> {
        let starts = data_starts(module)?;
        let mut symbols = Self {
            nodes: Vec::new(),
            data: Vec::new(),
            gate: u32::MAX,
        };
        let mut gates = BTreeSet::new();
        for symbol in table(module)? {
            let at = u32::try_from(symbols.nodes.len())?;
            symbols.nodes.push(match symbol {
                SymbolInfo::Func { index, name, .. } => {
                    if name.is_some_and(|name| is_gate(name, gate)) {
                        gates.insert(index);
                    }
                    Some(Node::Function(index))
                }
                SymbolInfo::Data { symbol, .. } => {
                    if let Some(datum) = symbol.filter(|datum| datum.size > 0) {
                        let start = starts
                            .get(datum.index as usize)
                            .context("no such segment")?;
                        let start = start + datum.offset as usize;
                        let range = start..start + datum.size as usize;
                        symbols.data.push((range, Node::Data(at)));
                    }
                    Some(Node::Data(at))
                }
                _ => None,
            });
        }
        if gates.len() != 1 {
            bail!("there are {} functions like {gate}", gates.len());
        }
        symbols.gate = gates.pop_first().unwrap_or_default();
        Ok(symbols)
    }

    /// The data in which this is, from the start of the section.
    fn data_at(&self, offset: usize) -> Vec<Node> {
        let there = self
            .data
            .iter()
            .filter(|(range, _)| range.contains(&offset));
        there.map(|(_, node)| *node).collect()
    }
}

/// Both ways to mangle a name; nothing that lies within the function.
fn is_gate(name: &str, gate: &str) -> bool {
    let newer = name.starts_with("_RNv") && name.ends_with(gate);
    newer || name.starts_with("_ZN") && name.contains(&format!("{gate}17h"))
}

fn table<'a>(module: &Module<'a>) -> Result<Vec<SymbolInfo<'a>>> {
    for payload in &module.payloads {
        if let Payload::CustomSection(section) = payload
            && let KnownCustom::Linking(linking) = section.as_known()
        {
            for part in linking.subsections() {
                if let Linking::SymbolTable(symbols) = part? {
                    return Ok(symbols.into_iter().collect::<Result<_, _>>()?);
                }
            }
        }
    }
    bail!("the app was linked without its relocations")
}

/// Where each segment of data begins, from the start of their section.
fn data_starts(module: &Module) -> Result<Vec<usize>> {
    let mut starts = Vec::new();
    for payload in &module.payloads {
        if let Payload::DataSection(section) = payload {
            for segment in section.clone() {
                let segment = segment?;
                let start = segment.range.end - segment.data.len();
                starts.push(start - section.range().start);
            }
        }
    }
    Ok(starts)
}

/// Which addresses are used where.
fn uses(module: &Module, symbols: &Symbols) -> Result<BTreeMap<Node, Vec<Node>>> {
    let mut uses = BTreeMap::<Node, Vec<Node>>::new();
    for (name, relocations) in relocations(module) {
        for relocation in relocations.entries() {
            let relocation = relocation?;
            if !is_address(relocation.ty)? {
                continue;
            }
            let target = symbols.nodes.get(relocation.index as usize);
            let target = target
                .copied()
                .flatten()
                .context("a relocation of nothing")?;
            let offset = relocation.offset as usize;
            let holders = if name == CODE {
                vec![function_at(module, offset)?]
            } else {
                symbols.data_at(offset)
            };
            if holders.is_empty() {
                bail!("a relocation in {name} belongs to nothing");
            }
            for holder in holders {
                uses.entry(holder).or_default().push(target);
            }
        }
    }
    Ok(uses)
}

/// Whether an address is used there. Calls are read from the code itself.
fn is_address(kind: RelocationType) -> Result<bool> {
    match kind {
        RelocationType::TableIndexSleb
        | RelocationType::TableIndexI32
        | RelocationType::MemoryAddrLeb
        | RelocationType::MemoryAddrSleb
        | RelocationType::MemoryAddrI32 => Ok(true),
        RelocationType::FunctionIndexLeb
        | RelocationType::TypeIndexLeb
        | RelocationType::GlobalIndexLeb
        | RelocationType::TableNumberLeb => Ok(false),
        other => bail!("relocations of the kind {other:?} are not known here"),
    }
}

/// The function in whose code this is, from the start of the section.
fn function_at(module: &Module, offset: usize) -> Result<Node> {
    let start = module.payloads.iter().find_map(|payload| match payload {
        Payload::CodeSectionStart { range, .. } => Some(range.start),
        _ => None,
    });
    let at = start.context("there is no code")? + offset;
    let own = module.bodies.partition_point(|body| body.range().end <= at);
    let body = module.bodies.get(own);
    body.filter(|body| body.range().contains(&at))
        .context("a relocation outside of functions")?;
    Ok(Node::Function(module.imported + u32::try_from(own)?))
}

fn relocations<'a>(module: &Module<'a>) -> impl Iterator<Item = (&'a str, RelocSectionReader<'a>)> {
    module.payloads.iter().filter_map(|payload| match payload {
        Payload::CustomSection(section) if matches!(section.name(), CODE | DATA) => {
            match section.as_known() {
                KnownCustom::Reloc(relocations) => Some((section.name(), relocations)),
                _ => None,
            }
        }
        _ => None,
    })
}
