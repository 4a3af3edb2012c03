pub(crate) mod column_state;
pub(crate) mod column_texts;
pub(crate) mod column_values;
pub(crate) mod files;
pub(crate) mod relations;
pub(crate) mod rules;
