mod authorization;
mod login;
mod login_faults;
mod me;
mod refresh;
mod rights;
mod tokens;
