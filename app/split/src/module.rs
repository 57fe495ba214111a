//! What both looks at a module need of it: its functions, what they call, and where they are
//! called from outside.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};
use wasmparser::{
    ElementItems, ElementKind, ElementSectionReader, Export, ExternalKind, FunctionBody, Operator,
    Parser, Payload, TypeRef,
};

/// A module that has been read.
#[derive(Default)]
pub struct Module<'a> {
    /// Its sections as they stand.
    pub payloads: Vec<Payload<'a>>,
    /// How many functions it imports; they are numbered before its own.
    pub imported: u32,
    /// The types of all functions, by number.
    pub types: Vec<u32>,
    /// Its own functions.
    pub bodies: Vec<FunctionBody<'a>>,
    /// What stands in its table of functions, by slot. Pointers to functions are such slots.
    pub slots: BTreeMap<u32, u32>,
    /// What it offers to the outside, without what nobody can have a use for.
    pub exports: Vec<Export<'a>>,
    /// The functions that are called from outside.
    pub roots: BTreeSet<u32>,
}

impl<'a> Module<'a> {
    /// Reads a module.
    pub fn read(bytes: &'a [u8]) -> Result<Self> {
        let mut module = Self::default();
        let (mut own, mut names) = (Vec::new(), BTreeSet::new());
        for payload in Parser::new(0).parse_all(bytes) {
            let payload = payload?;
            match &payload {
                Payload::ImportSection(imports) => {
                    for import in imports.clone().into_imports() {
                        let import = import?;
                        let TypeRef::Func(kind) = import.ty else {
                            bail!("something other than a function is imported");
                        };
                        module.types.push(kind);
                        names.insert(import.name);
                    }
                    module.imported = u32::try_from(module.types.len())?;
                }
                Payload::FunctionSection(types) => {
                    own = types.clone().into_iter().collect::<Result<_, _>>()?;
                }
                Payload::ExportSection(exports) => {
                    let exports: Vec<_> = exports.clone().into_iter().collect::<Result<_, _>>()?;
                    module.exports = without_idle(&exports, &names);
                }
                Payload::StartSection { func, .. } => {
                    module.roots.insert(*func);
                }
                Payload::ElementSection(elements) => module.slots = slots(elements.clone())?,
                Payload::CodeSectionEntry(body) => module.bodies.push(body.clone()),
                _ => {}
            }
            module.payloads.push(payload);
        }
        module.types.append(&mut own);
        let functions = module
            .exports
            .iter()
            .filter(|export| export.kind == ExternalKind::Func);
        module.roots.extend(functions.map(|export| export.index));
        Ok(module)
    }

    /// The functions that a function calls by their number; none for an imported one.
    pub fn calls(&self, function: u32) -> Result<Vec<u32>> {
        let mut calls = Vec::new();
        if let Some(own) = function.checked_sub(self.imported) {
            let body = self.bodies.get(own as usize).context("no such function")?;
            for operator in body.get_operators_reader()? {
                if let Operator::Call { function_index }
                | Operator::ReturnCall { function_index }
                | Operator::RefFunc { function_index } = operator?
                {
                    calls.push(function_index);
                }
            }
        }
        Ok(calls)
    }
}

/// Leaves out the methods of classes of which nobody makes an object: wasm-bindgen exports those of
/// every crate (Leptos brings one along that has some), and imports what makes an object only where
/// that is called. Before wasm-bindgen has run, names end in a hash and descriptions stand beside.
fn without_idle<'a>(exports: &[Export<'a>], imports: &BTreeSet<&str>) -> Vec<Export<'a>> {
    let idle: Vec<&str> = exports
        .iter()
        .filter_map(|export| Some(export.name.strip_prefix("__wbg_")?.split_once("_free")?.0))
        .filter(|class| {
            let by_rust = format!("__wbg_{class}_new");
            let by_scripts = format!("{class}_new");
            !imports.iter().any(|name| name.starts_with(&by_rust))
                && !exports
                    .iter()
                    .any(|export| export.name.starts_with(&by_scripts))
        })
        .collect();
    let is_idle = |name: &str| {
        let name = name.trim_start_matches("__wbindgen_describe_");
        idle.iter().any(|class| {
            name.starts_with(&format!("{class}_")) || name.starts_with(&format!("__wbg_{class}_"))
        })
    };
    exports
        .iter()
        .filter(|export| !is_idle(export.name))
        .copied()
        .collect()
}

/// Everything that `next` leads to, again and again, from where it starts.
pub fn closure<T: Copy + Ord>(
    from: impl IntoIterator<Item = T>,
    mut next: impl FnMut(T) -> Result<Vec<T>>,
) -> Result<BTreeSet<T>> {
    let mut to_do: Vec<T> = from.into_iter().collect();
    let mut found = BTreeSet::new();
    while let Some(one) = to_do.pop() {
        if found.insert(one) {
            to_do.append(&mut next(one)?);
        }
    }
    Ok(found)
}

fn slots(elements: ElementSectionReader) -> Result<BTreeMap<u32, u32>> {
    let mut slots = BTreeMap::new();
    for element in elements {
        let element = element?;
        let (
            ElementKind::Active {
                table_index,
                offset_expr,
            },
            ElementItems::Functions(functions),
        ) = (element.kind, element.items)
        else {
            bail!("a table is filled in a way that is not known here");
        };
        let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
            bail!("a table is filled from a place that is not known");
        };
        if table_index.unwrap_or(0) != 0 {
            bail!("there is more than one table of functions");
        }
        for (slot, function) in (u32::try_from(value)?..).zip(functions) {
            slots.insert(slot, function?);
        }
    }
    Ok(slots)
}
