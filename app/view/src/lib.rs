//! `view!` in Leptos's notation, for the app's own way of drawing.
//!
//! Leptos gives every view a type of its own, and the browser a copy of the drawing code for each
//! of these types: half of the app's bytes. This macro turns the same notation into calls of
//! `crate::dom`, which has one type for all views. What is reactive stays Leptos's.

use proc_macro2::TokenStream;
use quote::quote;
use rstml::node::{KeyedAttribute, Node, NodeAttribute, NodeBlock, NodeElement, NodeName};

/// Elements, texts and `{expressions}` as one `AnyView`.
#[proc_macro]
pub fn view(tokens: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let (nodes, problems) = rstml::parse2(tokens.into()).map_or_else(
        |problem| (Vec::new(), vec![problem.to_compile_error()]),
        |nodes| (nodes, Vec::new()),
    );
    let drawn = several(&nodes);
    quote! { { #(#problems)* #drawn } }.into()
}

/// One view as it is, several one after the other.
fn several(nodes: &[Node]) -> TokenStream {
    match nodes {
        [only] => one(only),
        nodes => {
            let nodes = nodes.iter().map(one);
            quote! { crate::dom::together(vec![#(#nodes),*]) }
        }
    }
}

fn one(node: &Node) -> TokenStream {
    match node {
        Node::Element(node) => element(node),
        Node::Text(text) => {
            let text = &text.value;
            quote! { crate::dom::Draw::draw(#text) }
        }
        Node::Block(block) => {
            let value = bare(block);
            quote! { crate::dom::Draw::draw(#value) }
        }
        Node::Fragment(fragment) => several(&fragment.children),
        other => syn::Error::new_spanned(other, "not known here").to_compile_error(),
    }
}

/// `{value}` without its braces, so that the compiler does not call them unneeded.
fn bare(block: &NodeBlock) -> TokenStream {
    if let NodeBlock::ValidBlock(syn::Block { stmts, .. }) = block
        && let [syn::Stmt::Expr(value, None)] = stmts.as_slice()
    {
        return quote! { #value };
    }
    quote! { #block }
}

fn element(node: &NodeElement<rstml::Infallible>) -> TokenStream {
    let tag = name(node.name());
    let attributes = node.attributes().iter().map(|attribute| match attribute {
        NodeAttribute::Attribute(attribute) => keyed(attribute),
        NodeAttribute::Block(block) => {
            syn::Error::new_spanned(block, "not known here").to_compile_error()
        }
    });
    let children = node.children.iter().map(|child| {
        let child = one(child);
        quote! { .child(#child) }
    });
    quote! { crate::dom::Build::new(#tag) #(#attributes)* #(#children)* .done() }
}

fn keyed(attribute: &KeyedAttribute) -> TokenStream {
    let key = name(&attribute.key);
    let value = attribute.value();
    match (key.split_once(':'), value) {
        (Some(("on", event)), Some(act)) => quote! { .on(#event, #act) },
        (Some(("prop", property)), Some(value)) => quote! { .property(#property, #value) },
        (None, Some(value)) => quote! { .attribute(#key, #value) },
        (None, None) => quote! { .attribute(#key, "") },
        _ => syn::Error::new_spanned(&attribute.key, "not known here").to_compile_error(),
    }
}

/// `on:click`, `aria-label`: as written, whatever spaces the tokens got.
fn name(name: &NodeName) -> String {
    name.to_string().replace(' ', "")
}
