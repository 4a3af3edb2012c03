#![doc = include_str!("../README.md")]

pub mod arguments;
pub mod compare;
mod find;
mod further;
pub mod html;
pub mod input;
mod json;
mod of_sample;
pub mod problem;
pub mod profile;
pub mod readers;
pub mod report;
pub mod rows;
pub mod run;
pub mod sample;
mod sketches;
mod table;
