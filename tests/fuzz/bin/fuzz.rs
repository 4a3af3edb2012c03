//! libFuzzer over the target that `FOREBAY_FUZZ_TARGET` names.
#![no_main]

use std::sync::OnceLock;

use forebay_fuzz::{TARGETS, Target};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| (target().run)(data));

fn target() -> &'static Target {
    static TARGET: OnceLock<&Target> = OnceLock::new();
    TARGET.get_or_init(|| {
        let name = std::env::var("FOREBAY_FUZZ_TARGET").unwrap_or_default();
        let found = TARGETS.iter().find(|target| target.name == name);
        found.unwrap_or_else(|| panic!("FOREBAY_FUZZ_TARGET is {name:?}, which is no target's name"))
    })
}
