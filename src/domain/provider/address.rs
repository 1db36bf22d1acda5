//! Where a call goes: what paykeep may reach, and what it may not.

use core::net::Ipv4Addr;

/// The address of a host of a provider's file, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address<'a> {
    /// Whether it begins with `https://`, else with `http://`.
    pub is_https: bool,
    /// Host and port as they stand there: `api.example.com`, `127.0.0.1:8080`.
    pub host: &'a str,
}

impl<'a> Address<'a> {
    /// `None` where it is anything else than a scheme, a host of letters, digits, dots and hyphens, perhaps a port, and what follows
    /// after a slash: nothing that two programs could read as two hosts.
    pub fn of(url: &'a str) -> Option<Self> {
        let (is_https, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => return None,
        };
        let host = rest.split('/').next().unwrap_or_default();
        let (name, port) = host.split_once(':').unwrap_or((host, "443"));
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        let fits = !name.is_empty() && name.chars().all(plain) && port.parse::<u16>().is_ok();
        fits.then_some(Self { is_https, host })
    }

    /// Whether it is this computer, by its number: a name could lead anywhere.
    pub fn is_loopback(&self) -> bool {
        let name = self.host.split(':').next().unwrap_or_default();
        name.parse::<Ipv4Addr>().is_ok_and(|number| number.is_loopback())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_read_in_one_way_or_not_at_all() {
        let host = |url| Address::of(url).map(|address| (address.is_https, address.host.to_owned()));
        assert_eq!(host("https://api.example.com/v1"), Some((true, "api.example.com".into())));
        assert_eq!(host("http://127.0.0.1:8080"), Some((false, "127.0.0.1:8080".into())));
        for url in [
            "https://good.example@evil.example/",
            "https://good.example\\.evil.example/",
            "https://good.example?x",
            "https://good.example:port",
            "https:///x",
            "ftp://good.example",
            "HTTPS://good.example",
            "https://[::1]/",
        ] {
            assert_eq!(host(url), None, "{url}");
        }
    }

    #[test]
    fn only_a_number_is_loopback_for_sure() {
        let is = |url| Address::of(url).is_some_and(|address| address.is_loopback());
        assert!(is("http://127.0.0.1:8080/x") && is("http://127.9.9.9"));
        for url in
            ["http://localhost", "http://127.0.0.1.evil.example", "http://10.0.0.1", "http://127.1", "http://0.0.0.0"]
        {
            assert!(!is(url), "{url}");
        }
    }
}
