//! Whose address a request counts for, when proxies stand before the portal.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderMap, X_FORWARDED_FOR};
use ipnet::IpNet;

/// The proxies whose `X-Forwarded-For` is believed: addresses and networks, separated by commas.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Arc<[IpNet]>);

impl FromStr for TrustedProxies {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let entries = text.split(',').map(str::trim);
        let named = entries.filter(|entry| !entry.is_empty());
        named.map(network).collect::<Result<_, _>>().map(Self)
    }
}

/// An address alone is a network of one.
fn network(text: &str) -> Result<IpNet, String> {
    let alone = || text.parse().map(|address: IpAddr| address.into());
    let network: IpNet = text
        .parse()
        .or_else(|_| alone())
        .map_err(|_| format!("{text} is neither an address nor a network such as 10.0.0.0/8"))?;
    if network.prefix_len() == 0 {
        return Err(format!("{text} is everybody, who could name any address"));
    }
    Ok(network)
}

/// What is counted as one: an IPv4 address, or the /64 of an IPv6 one, since whoever has one of its addresses has all.
pub fn network_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

impl TrustedProxies {
    /// The address a request counts for.
    ///
    /// That of the connection, as long as it is no trusted proxy's: what a header says is whatever its sender likes.
    pub fn client_address(&self, request: &HttpRequest) -> IpAddr {
        let peer = request.peer_addr().map(|peer| peer.ip());
        // Without a socket, as in tests, everybody is one client.
        let peer = peer.unwrap_or(Ipv4Addr::UNSPECIFIED.into()).to_canonical();
        if self.trusts(peer) {
            self.forwarded(peer, request.headers())
        } else {
            peer
        }
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Each proxy appends whom it was asked by: from the right, the first who is no trusted proxy is the client.
    ///
    /// What cannot be read ends the walk at the last trusted proxy, whom all such requests count for.
    fn forwarded(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let lines: Vec<_> = headers.get_all(X_FORWARDED_FOR).collect();
        let texts = lines.iter().rev().map(|line| line.to_str().unwrap_or("?"));
        let mut nearest = peer;
        for hop in texts.flat_map(|text| text.rsplit(',')) {
            let Some(address) = address(hop.trim()) else {
                break;
            };
            nearest = address;
            if !self.trusts(address) {
                break;
            }
        }
        nearest
    }
}

/// Some proxies add the port.
fn address(hop: &str) -> Option<IpAddr> {
    let with_port = || hop.parse().ok().map(|socket: SocketAddr| socket.ip());
    let address = hop.parse().ok().or_else(with_port)?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests;
