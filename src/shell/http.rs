//! The one place that uses the network: a request goes out, its answer comes back. Where it may go is decided before.

use std::fmt;
use std::io::ErrorKind;
use std::time::Duration;

use ureq::http::Request as Http;
use ureq::http::header::HeaderValue;
use ureq::{Agent, Error};

use crate::error::Explain;
use crate::secret::SecretBytes;
use crate::signing::Request;

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status: 200, 401.
    pub status: u16,
    /// The body, of at most 64 KiB. It may hold a secret.
    pub body: SecretBytes,
}

/// Why nothing came back. It quotes nothing of the request or the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HttpError {
    /// The request is none: an address or header that can't be sent.
    Unusable,
    /// The host's name leads nowhere.
    NoHost,
    /// Nobody there takes the connection, or it broke.
    NoConnection,
    /// Whoever is there has no certificate that proves its name.
    Untrusted,
    /// It took longer than 10 seconds.
    Slow,
    /// The answer is larger than 64 KiB.
    Huge,
    /// What came is no HTTP.
    NoHttp,
}

/// Sends it, and waits for the answer: 10 seconds in all, no redirect, no proxy, no cookie. Over `https` the host has to prove its name.
pub fn send(request: &Request) -> Result<Answer, HttpError> {
    let agent: Agent = Agent::config_builder()
        .timeout_global(Some(TIMEOUT))
        .https_only(request.url.starts_with("https://"))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        // A proxy from the environment would be another host.
        .proxy(None)
        .user_agent(concat!("paykeep/", env!("CARGO_PKG_VERSION")))
        .build()
        .into();
    let mut http = Http::builder().method(request.method).uri(&request.url);
    for (name, value) in &request.headers {
        let mut value = HeaderValue::from_str(value.expose()).map_err(|_| HttpError::Unusable)?;
        value.set_sensitive(true);
        http = http.header(name, value);
    }
    let sent = if request.body.is_empty() {
        http.body(()).map_err(|_| HttpError::Unusable).and_then(|http| Ok(agent.run(http)?))
    } else {
        http.body(request.body.expose()).map_err(|_| HttpError::Unusable).and_then(|http| Ok(agent.run(http)?))
    };
    let mut answer = sent?;
    let body = answer.body_mut().with_config().limit(LARGEST).read_to_vec()?;
    Ok(Answer { status: answer.status().as_u16(), body: SecretBytes::new(body) })
}

impl From<Error> for HttpError {
    fn from(error: Error) -> Self {
        match error {
            Error::Timeout(_) => Self::Slow,
            Error::HostNotFound => Self::NoHost,
            Error::BodyExceedsLimit(_) | Error::LargeResponseHeader(..) => Self::Huge,
            Error::Rustls(_) | Error::Tls(_) => Self::Untrusted,
            Error::Protocol(_) => Self::NoHttp,
            Error::Http(_) | Error::BadUri(_) | Error::RequireHttpsOnly(_) => Self::Unusable,
            Error::Io(error) => match error.kind() {
                ErrorKind::TimedOut | ErrorKind::WouldBlock => Self::Slow,
                // So the TLS library tells what it refuses.
                ErrorKind::InvalidData => Self::Untrusted,
                _ => Self::NoConnection,
            },
            _ => Self::NoConnection,
        }
    }
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unusable => "the call of the provider's file can't be sent: its address or a header is no such thing",
            Self::NoHost => "the host's name is not known",
            Self::NoConnection => "there is no connection to the host, or it broke off",
            Self::Untrusted => "the host does not prove its name by a certificate that is trusted",
            Self::Slow => "the host has not answered within 10 seconds",
            Self::Huge => "the host's answer is larger than 64 KiB",
            Self::NoHttp => "the host's answer is no HTTP",
        })
    }
}

impl std::error::Error for HttpError {}

impl Explain for HttpError {
    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoHost | Self::NoConnection | Self::Slow => {
                "is this computer online? paykeep uses no proxy; --print shows the request as a curl line"
            }
            Self::Untrusted => "nothing secret was sent; something in between may open the connection",
            Self::Unusable | Self::Huge | Self::NoHttp => {
                "the address in the provider's file may be wrong; --print shows the request"
            }
        };
        Some(hint.into())
    }
}

const TIMEOUT: Duration = Duration::from_secs(10);
const LARGEST: u64 = 64 * 1024;
