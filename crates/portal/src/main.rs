//! The program of a city's application portal. `madoguchi --help` tells what it can do.

use std::process::ExitCode;

use clap::Parser as _;

#[tokio::main]
async fn main() -> ExitCode {
    portal::run(portal::Cli::parse()).await
}
