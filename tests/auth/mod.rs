mod authorization;
mod login;
mod login_faults;
mod matrix;
mod me;
mod refresh;
mod rights;
mod tokens;
