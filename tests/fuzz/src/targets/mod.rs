pub(crate) mod column_state;
pub(crate) mod column_texts;
pub(crate) mod column_values;
