//! A module of a few functions, as the linker and then as wasm-bindgen leave it.

use std::{borrow::Cow, collections::BTreeSet};

use wasm_encoder::{
    CodeSection, ConstExpr, CustomSection, DataSection, ElementSection, Elements, EntityType,
    ExportKind, ExportSection, Function, FunctionSection, GlobalSection, GlobalType, ImportSection,
    LinkingSection, MemorySection, MemoryType, Module as Encoded, RefType, SymbolTable,
    TableSection, TableType, TypeSection, ValType,
};
use wasmparser::{Parser, Payload};

use crate::{
    cut::{Parts, cut},
    late::Slots,
    module::Module,
};

/// Calls of each function; 0 is JavaScript's. 1 is called from outside and knows the gate, which
/// is 2, by its slot; 3 is needed on both sides, 4 behind the gate only, 5 nowhere.
const CALLS: [&[u32]; 5] = [&[3], &[3, 4], &[], &[0], &[]];
/// What stands in the table, from slot 1 on.
const TABLE: [u32; 4] = [2, 3, 4, 5];
/// The functions as a pointer each.
const GATE_SLOT: u32 = 1;
const LATE_SLOT: u32 = 3;
const IDLE_SLOT: u32 = 4;

fn module(exports: &[(&str, u32)], custom: &[CustomSection]) -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([], []);
    let mut imports = ImportSection::new();
    imports.import("wbg", "tell", EntityType::Function(0));
    let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
    for calls in CALLS {
        functions.function(0);
        let mut body = Function::new([]);
        let mut sink = body.instructions();
        // Room for the address of something.
        sink.i32_const(0x7fff_ffff).drop();
        for call in calls {
            sink.call(*call);
        }
        sink.end();
        code.function(&body);
    }
    let mut tables = TableSection::new();
    tables.table(TableType {
        element_type: RefType::FUNCREF,
        table64: false,
        minimum: 5,
        maximum: None,
        shared: false,
    });
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut globals = GlobalSection::new();
    let global = GlobalType {
        val_type: ValType::I32,
        mutable: true,
        shared: false,
    };
    globals.global(global, &ConstExpr::i32_const(0));
    let mut exported = ExportSection::new();
    for (name, function) in exports {
        exported.export(name, ExportKind::Func, *function);
    }
    let mut elements = ElementSection::new();
    let functions_in_table = Elements::Functions(TABLE.as_slice().into());
    elements.active(None, &ConstExpr::i32_const(1), functions_in_table);
    let mut data = DataSection::new();
    data.active(0, &ConstExpr::i32_const(16), [0; 8]);
    let mut module = Encoded::new();
    module.section(&types).section(&imports).section(&functions);
    module.section(&tables).section(&memories).section(&globals);
    module.section(&exported).section(&elements).section(&code);
    module.section(&data);
    for section in custom {
        module.section(section);
    }
    module.finish()
}

fn custom(name: &'static str, data: Vec<u8>) -> CustomSection<'static> {
    CustomSection {
        name: name.into(),
        data: Cow::Owned(data),
    }
}

/// The module with its relocations: 1 uses data, in which stands a pointer to the gate; the gate
/// uses a pointer to 4.
fn linked(gate: &str) -> Vec<u8> {
    let plain = module(&[("run", 1)], &[]);
    let read = Module::read(&plain).expect("a module");
    let code = read.payloads.iter().find_map(|payload| match payload {
        Payload::CodeSectionStart { range, .. } => Some(range.start),
        _ => None,
    });
    let code = code.expect("code");
    let at = |body: usize| u8::try_from(read.bodies[body].range().start + 2 - code).expect("small");
    let mut symbols = SymbolTable::new();
    symbols.function(0, 2, Some(gate));
    symbols.function(0, 4, Some("_RNvC3app4late"));
    let place = wasm_encoder::DataSymbolDefinition {
        index: 0,
        offset: 4,
        size: 4,
    };
    symbols.data(0, "table", Some(place));
    let mut linking = LinkingSection::new();
    linking.symbol_table(&symbols);
    let mut linking_bytes = Vec::new();
    wasm_encoder::Encode::encode(&linking, &mut linking_bytes);
    // Kind, place, symbol and, for addresses of data, what is added to them.
    let in_code = vec![8, 2, 4, at(0), 2, 0, 1, at(1), 1];
    // The section is: one segment, its kind, three bytes of offset, its length, its bytes.
    let in_data = vec![9, 1, 2, 6 + 4, 0];
    let mut bytes = module(
        &[("run", 1)],
        &[custom("reloc.CODE", in_code), custom("reloc.DATA", in_data)],
    );
    bytes.append(&mut vec![0]);
    bytes.append(&mut linking_bytes);
    bytes
}

fn functions_and_names(part: &[u8]) -> (usize, Vec<String>, Vec<String>) {
    let (mut bodies, mut imports, mut exports) = (0, Vec::new(), Vec::new());
    for payload in Parser::new(0).parse_all(part) {
        match payload.expect("a module") {
            Payload::CodeSectionEntry(_) => bodies += 1,
            Payload::ImportSection(section) => {
                imports = section
                    .into_imports()
                    .map(|import| import.expect("an import").name.to_owned())
                    .collect();
            }
            Payload::ExportSection(section) => {
                exports = section
                    .into_iter()
                    .map(|export| export.expect("an export").name.to_owned())
                    .collect();
            }
            _ => {}
        }
    }
    (bodies, imports, exports)
}

fn slots() -> Slots {
    Slots {
        late: BTreeSet::from([GATE_SLOT, LATE_SLOT]),
        idle: BTreeSet::from([IDLE_SLOT]),
    }
}

#[test]
fn relocations_tell_what_lies_behind_the_gate() {
    for gate in ["_RNvC3app4rest", "_ZN3app4rest17h0123456789abcdefE"] {
        let found = Slots::find(&linked(gate), "3app4rest").expect("slots");
        assert_eq!(found, slots(), "{gate}");
    }
}

#[test]
fn what_only_resembles_the_gate_is_none() {
    for other in [
        "_RNCNvC3app4rest0",
        "_RNvC3app5rest2",
        "_ZN3app4rest4draw17h01E",
    ] {
        assert!(Slots::find(&linked(other), "3app4rest").is_err(), "{other}");
    }
    assert!(Slots::find(&module(&[("run", 1)], &[]), "3app4rest").is_err());
}

#[test]
fn each_part_has_its_functions_and_the_second_the_firsts() {
    let whole = module(&[("run", 1)], &[]);
    let Parts {
        first,
        second,
        names,
    } = cut(&whole, &slots()).expect("two parts");
    assert_eq!(names, [("tell".to_owned(), "i0".to_owned())]);
    let (bodies, imports, exports) = functions_and_names(&first);
    assert_eq!(bodies, 2, "1 and 3");
    assert_eq!(imports, ["i0"], "for the second part");
    assert_eq!(exports, ["run", "t0", "m0", "g0", "0", "1"]);
    let (bodies, imports, exports) = functions_and_names(&second);
    assert_eq!(bodies, 2, "2 and 4");
    assert_eq!(imports, ["t0", "m0", "g0", "0", "1"]);
    assert!(exports.is_empty());
}

#[test]
fn methods_of_what_nobody_makes_are_left_out() {
    let methods = [("__wbg_sink_free", 2), ("sink_close", 3), ("run", 1)];
    let whole = module(&methods, &[]);
    let names = |bytes: &[u8]| {
        let module = Module::read(bytes).expect("a module");
        let names: Vec<String> = module.exports.iter().map(|one| one.name.into()).collect();
        names
    };
    assert_eq!(names(&whole), ["run"]);
    let made = module(&[methods.as_slice(), &[("sink_new", 4)]].concat(), &[]);
    assert_eq!(names(&made).len(), 4);
}
