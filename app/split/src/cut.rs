//! The cut itself, through the module as browsers get it.
//!
//! The first part keeps memory, tables and whatever is called from outside. The second brings its
//! functions into the first's table, at the slots they have always had.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, anyhow, bail};
use wasm_encoder::{
    CodeSection, ConstExpr, DataCountSection, DataSection, ElementSection, Elements, EntityType,
    ExportKind, ExportSection, FunctionSection, GlobalSection, ImportSection, MemorySection,
    Module as Encoded, StartSection, TableSection, TypeSection,
    reencode::{Error, Reencode},
};
use wasmparser::Payload;

use crate::{
    late::Slots,
    module::{Module, closure},
};

/// How the second part calls the first: the name under which it imports.
const FIRST: &str = "first";

/// Two modules: the second is instantiated with the exports of the first.
pub struct Parts {
    /// The first part.
    pub first: Vec<u8>,
    /// The second part.
    pub second: Vec<u8>,
    /// What the first imports: the name as it was, and the short one in its place.
    pub names: Vec<(String, String)>,
}

/// Cuts a module.
pub fn cut(whole: &[u8], pointers: &Slots) -> Result<Parts> {
    let mut module = Module::read(whole)?;
    module.slots.retain(|slot, _| !pointers.idle.contains(slot));
    let behind = |late: bool| {
        let slots = module.slots.iter();
        slots
            .filter(move |(slot, _)| pointers.late.contains(slot) == late)
            .map(|(_, function)| *function)
    };
    let calls = |function| module.calls(function);
    let mut first = closure(behind(false).chain(module.roots.iter().copied()), calls)?;
    let second: Vec<u32> = closure(behind(true), calls)?
        .into_iter()
        .filter(|function| *function >= module.imported && !first.contains(function))
        .collect();
    // What the second part calls of the first, or of JavaScript through it.
    let mut shared = BTreeSet::new();
    for function in &second {
        shared.extend(module.calls(*function)?);
    }
    shared.retain(|function| second.binary_search(function).is_err());
    first.extend(&shared);
    let first: Vec<u32> = first.into_iter().collect();
    let shared: Vec<u32> = shared.into_iter().collect();
    let names = short_names(&module, &first)?;
    Ok(Parts {
        first: first_part(&module, &first, &shared, &names)?,
        second: second_part(&module, &shared, &second)?,
        names,
    })
}

/// The names that wasm-bindgen gives to imports end in hashes, which do not get smaller.
fn short_names(module: &Module, functions: &[u32]) -> Result<Vec<(String, String)>> {
    let mut names = Vec::new();
    for payload in &module.payloads {
        if let Payload::ImportSection(section) = payload {
            for (number, import) in (0..).zip(section.clone().into_imports()) {
                if functions.binary_search(&number).is_ok() {
                    names.push((import?.name.to_owned(), format!("i{}", names.len())));
                }
            }
        }
    }
    Ok(names)
}

fn first_part(
    module: &Module,
    functions: &[u32],
    shared: &[u32],
    names: &[(String, String)],
) -> Result<Vec<u8>> {
    let mut numbers = Numbers::new(functions.iter().copied());
    let mut encoded = Encoded::new();
    for payload in &module.payloads {
        match payload {
            Payload::TypeSection(section) => {
                let mut types = TypeSection::new();
                numbers
                    .parse_type_section(&mut types, section.clone())
                    .map_err(plain)?;
                encoded.section(&types);
            }
            Payload::ImportSection(section) => {
                let mut imports = ImportSection::new();
                for import in section.clone().into_imports() {
                    let import = import?;
                    if let Some((_, short)) = names.iter().find(|(name, _)| name == import.name) {
                        let kind = numbers.entity_type(import.ty).map_err(plain)?;
                        imports.import(import.module, short, kind);
                    }
                }
                encoded.section(&imports);
            }
            Payload::FunctionSection(_) => {
                encoded.section(&types_of(module, functions));
            }
            Payload::TableSection(section) => {
                let mut tables = TableSection::new();
                numbers
                    .parse_table_section(&mut tables, section.clone())
                    .map_err(plain)?;
                encoded.section(&tables);
            }
            Payload::MemorySection(section) => {
                let mut memories = MemorySection::new();
                numbers
                    .parse_memory_section(&mut memories, section.clone())
                    .map_err(plain)?;
                encoded.section(&memories);
            }
            Payload::GlobalSection(section) => {
                let mut globals = GlobalSection::new();
                numbers
                    .parse_global_section(&mut globals, section.clone())
                    .map_err(plain)?;
                encoded.section(&globals);
            }
            Payload::ExportSection(_) => {
                let mut exports = ExportSection::new();
                for export in &module.exports {
                    numbers.parse_export(&mut exports, *export).map_err(plain)?;
                }
                for (name, kind, number, _) in outside(module, &mut numbers)? {
                    exports.export(&name, kind, number);
                }
                for (name, function) in shared.iter().enumerate() {
                    let function = numbers.function_index(*function).map_err(plain)?;
                    exports.export(&name.to_string(), ExportKind::Func, function);
                }
                encoded.section(&exports);
            }
            Payload::StartSection { func, .. } => {
                let function_index = numbers.function_index(*func).map_err(plain)?;
                encoded.section(&StartSection { function_index });
            }
            Payload::ElementSection(_) => {
                encoded.section(&slots(module, &numbers, |function| {
                    numbers.of.contains_key(&function)
                }));
            }
            Payload::DataCountSection { count, .. } => {
                encoded.section(&DataCountSection { count: *count });
            }
            Payload::CodeSectionStart { .. } => {
                encoded.section(&code(module, &mut numbers, functions)?);
            }
            Payload::DataSection(section) => {
                let mut data = DataSection::new();
                numbers
                    .parse_data_section(&mut data, section.clone())
                    .map_err(plain)?;
                encoded.section(&data);
            }
            Payload::TagSection(_) => bail!("tags are not known here"),
            _ => {}
        }
    }
    Ok(encoded.finish())
}

fn second_part(module: &Module, shared: &[u32], functions: &[u32]) -> Result<Vec<u8>> {
    let mut numbers = Numbers::new(shared.iter().chain(functions).copied());
    numbers.alone = true;
    let mut encoded = Encoded::new();
    for payload in &module.payloads {
        if let Payload::TypeSection(section) = payload {
            let mut types = TypeSection::new();
            numbers
                .parse_type_section(&mut types, section.clone())
                .map_err(plain)?;
            encoded.section(&types);
        }
    }
    let mut imports = ImportSection::new();
    for (name, _, _, entity) in outside(module, &mut numbers)? {
        imports.import(FIRST, &name, entity);
    }
    for (name, function) in shared.iter().enumerate() {
        let kind = EntityType::Function(module.types[*function as usize]);
        imports.import(FIRST, &name.to_string(), kind);
    }
    encoded.section(&imports);
    encoded.section(&types_of(module, functions));
    encoded.section(&slots(module, &numbers, |function| {
        functions.binary_search(&function).is_ok()
    }));
    encoded.section(&code(module, &mut numbers, functions)?);
    Ok(encoded.finish())
}

/// Something that both parts use: its name between them, its kind and number, and its type.
type Outside = (String, ExportKind, u32, EntityType);

/// All that is not a function: tables, memory and globals.
fn outside(module: &Module, numbers: &mut Numbers) -> Result<Vec<Outside>> {
    let mut all = Vec::new();
    for payload in &module.payloads {
        match payload {
            Payload::TableSection(section) => {
                for (at, table) in (0..).zip(section.clone()) {
                    let kind = numbers.table_type(table?.ty).map_err(plain)?;
                    all.push((format!("t{at}"), ExportKind::Table, at, kind.into()));
                }
            }
            Payload::MemorySection(section) => {
                for (at, memory) in (0..).zip(section.clone()) {
                    let kind = numbers.memory_type(memory?).map_err(plain)?;
                    all.push((format!("m{at}"), ExportKind::Memory, at, kind.into()));
                }
            }
            Payload::GlobalSection(section) => {
                for (at, global) in (0..).zip(section.clone()) {
                    let kind = numbers.global_type(global?.ty).map_err(plain)?;
                    all.push((format!("g{at}"), ExportKind::Global, at, kind.into()));
                }
            }
            _ => {}
        }
    }
    Ok(all)
}

fn types_of(module: &Module, functions: &[u32]) -> FunctionSection {
    let mut types = FunctionSection::new();
    for function in functions
        .iter()
        .filter(|function| **function >= module.imported)
    {
        types.function(module.types[*function as usize]);
    }
    types
}

/// The slots of a part's own functions, each run of neighbours at once.
fn slots(module: &Module, numbers: &Numbers, own: impl Fn(u32) -> bool) -> ElementSection {
    let mut runs = Vec::<(u32, Vec<u32>)>::new();
    for (slot, function) in module.slots.iter().filter(|(_, function)| own(**function)) {
        let Some(function) = numbers.of.get(function) else {
            continue;
        };
        match runs.last_mut() {
            Some((start, run)) if *start as usize + run.len() == *slot as usize => {
                run.push(*function);
            }
            _ => runs.push((*slot, vec![*function])),
        }
    }
    let mut elements = ElementSection::new();
    for (start, run) in runs {
        let start = ConstExpr::i32_const(start.cast_signed());
        elements.active(None, &start, Elements::Functions(run.into()));
    }
    elements
}

fn code(module: &Module, numbers: &mut Numbers, functions: &[u32]) -> Result<CodeSection> {
    let mut code = CodeSection::new();
    for function in functions {
        if let Some(own) = function.checked_sub(module.imported) {
            let body = module.bodies[own as usize].clone();
            numbers
                .parse_function_body(&mut code, body)
                .map_err(plain)?;
        }
    }
    Ok(code)
}

/// The numbers that functions have in a part, by those they have in the whole.
struct Numbers {
    of: BTreeMap<u32, u32>,
    /// Whether this part has no data of its own.
    alone: bool,
}

impl Numbers {
    fn new(functions: impl Iterator<Item = u32>) -> Self {
        Self {
            of: functions.zip(0..).collect(),
            alone: false,
        }
    }
}

impl Reencode for Numbers {
    type Error = String;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<String>> {
        let number = self.of.get(&function).copied();
        number.ok_or_else(|| Error::UserError(format!("function {function} is not here")))
    }

    fn data_index(&mut self, data: u32) -> Result<u32, Error<String>> {
        if self.alone {
            return Err(Error::UserError(format!("data {data} are not here")));
        }
        Ok(data)
    }
}

fn plain(error: Error<String>) -> anyhow::Error {
    match error {
        Error::UserError(why) => anyhow!(why),
        other => anyhow!("{other}"),
    }
}
