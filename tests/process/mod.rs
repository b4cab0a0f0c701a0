mod crash;
mod shutdown;
mod start;
