mod garbage;
mod requests;
mod sockets;
