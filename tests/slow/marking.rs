// Marks from Rust, by what bindgen makes of joulecart.h.
#![allow(dead_code, non_camel_case_types, non_snake_case, non_upper_case_globals)]
include!(concat!(env!("BINDINGS"), "/bindings.rs"));

use std::ffi::CString;

fn text(value: &str) -> CString {
    CString::new(value).unwrap()
}

fn main() {
    unsafe {
        assert!(joulecart_attach());
        let steady = text("steady");
        joulecart_begin(steady.as_ptr());
        joulecart_units(text("tokens").as_ptr(), 70);
        joulecart_end(steady.as_ptr(), 7);
        joulecart_metric(text("top1").as_ptr(), 0.5);
        std::process::exit(if joulecart_detach() == 0 { 0 } else { 3 });
    }
}
