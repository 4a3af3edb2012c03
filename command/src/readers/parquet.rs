use super::{Format, FormatKind, Options, Reader};
use crate::input::Input;
use crate::problem::Problem;
pub const FORMAT: Format = Format { kind: FormatKind::Parquet, name: "Parquet", recognises, open };
fn recognises(head: &[u8]) -> bool {
    head.starts_with(b"PAR1")
}
fn open(input: Input, _: &Options) -> Result<Box<dyn Reader>, Problem> {
    Err(Problem::Usage(format!("{}: Parquet", input.name)))
}
