//! The program of a city's application portal. `madoguchi --help` tells what it can do.

use std::process::ExitCode;

use clap::Parser as _;
use tikv_jemallocator::Jemalloc;

/// It gives memory back that a start or a burst needed; the system's allocator keeps it in the arenas of the threads.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

#[tokio::main]
async fn main() -> ExitCode {
    portal::run(portal::Cli::parse()).await
}
