//! The one place that uses the network: a request goes out, its answer comes back. Where it may go is decided before.

use std::fmt;
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use ureq::http::Request as Http;
use ureq::http::header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER};
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::{ConnectionDetails, Connector, DefaultConnector, Transport};
use ureq::{Agent, Error};

use crate::error::Explain;
use crate::secret::SecretBytes;
use crate::signing::{Answer, Request};

/// A line to one host, for one request. A copy of it is the same line: another thread can cut it.
#[derive(Clone)]
pub struct Line {
    agent: Agent,
    came: Arc<AtomicU8>,
}

/// How far a request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Came {
    /// The host's address is being looked up.
    Nowhere,
    /// The connection is being made, and the host is to prove its name.
    ToTheAddress,
    /// The request is on its way: from here on the host may have it.
    ToTheHost,
}

/// Why nothing came back. It quotes nothing of the request or the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpError {
    /// What went wrong.
    pub why: Why,
    /// How far the request came until then.
    pub came: Came,
    /// Where it was to go.
    pub host: String,
}

/// What went wrong on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The request is none: an address or header that can't be sent.
    Unusable,
    /// The host's name leads nowhere.
    NoHost,
    /// Nobody there takes the connection.
    Refused,
    /// There is no connection, or it broke.
    NoConnection,
    /// Whoever is there speaks no TLS.
    NoTls,
    /// Whoever is there has no certificate that proves its name.
    Untrusted,
    /// It took longer than 10 seconds.
    Slow,
    /// The answer is larger than 64 KiB.
    Huge,
    /// What came is no HTTP.
    NoHttp,
}

impl Line {
    /// A line that nothing goes over yet: 10 seconds in all, no redirect, no proxy, no cookie. Over `https` the host has to prove its
    /// name before anything of the request is sent.
    pub fn open() -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            // A proxy from the environment would be another host.
            .proxy(None)
            .user_agent(concat!("paykeep/", env!("CARGO_PKG_VERSION")))
            .build();
        let came = Arc::new(AtomicU8::new(Came::Nowhere as u8));
        let mark = |stage| Mark { stage, came: Arc::clone(&came) };
        // The connector in the middle makes the whole connection, TLS included.
        let connector = mark(Came::ToTheAddress).chain(DefaultConnector::default()).chain(mark(Came::ToTheHost));
        Self { agent: Agent::with_parts(config, connector, DefaultResolver::default()), came }
    }

    /// Sends a request, and waits for the answer.
    pub fn send(&self, request: &Request) -> Result<Answer, HttpError> {
        self.exchange(request).map_err(|why| HttpError { why, came: self.came(), host: request.host().to_owned() })
    }

    /// Cuts it: whoever waits for an answer hears at once that there is none.
    pub fn cut(self) {
        self.agent.shutdown();
    }

    fn exchange(&self, request: &Request) -> Result<Answer, Why> {
        let mut http = Http::builder().method(request.method).uri(&request.url);
        for (name, value) in &request.headers {
            let mut value = HeaderValue::from_str(value.expose()).map_err(|_| Why::Unusable)?;
            value.set_sensitive(true);
            http = http.header(name, value);
        }
        let sent = if request.body.is_empty() {
            self.agent.run(http.body(()).map_err(|_| Why::Unusable)?)
        } else {
            self.agent.run(http.body(request.body.expose()).map_err(|_| Why::Unusable)?)
        };
        let mut answer = sent.map_err(|error| self.why(error))?;
        let (status, retry_after_s) = (answer.status().as_u16(), retry_after(answer.headers()));
        let body = answer.body_mut().with_config().limit(LARGEST).read_to_vec().map_err(|error| self.why(error))?;
        Ok(Answer { status, retry_after_s, body: SecretBytes::new(body) })
    }

    fn came(&self) -> Came {
        match self.came.load(Ordering::SeqCst) {
            0 => Came::Nowhere,
            1 => Came::ToTheAddress,
            _ => Came::ToTheHost,
        }
    }

    fn why(&self, error: Error) -> Why {
        match error {
            Error::Timeout(_) => Why::Slow,
            Error::HostNotFound => Why::NoHost,
            Error::BodyExceedsLimit(_) | Error::LargeResponseHeader(..) => Why::Huge,
            Error::Protocol(_) => Why::NoHttp,
            Error::Http(_) | Error::BadUri(_) => Why::Unusable,
            Error::Io(error) => self.why_io(&error),
            _ => Why::NoConnection,
        }
    }

    fn why_io(&self, error: &io::Error) -> Why {
        match (self.came(), error.kind()) {
            (_, ErrorKind::TimedOut | ErrorKind::WouldBlock) => Why::Slow,
            (Came::Nowhere, _) => Why::NoHost,
            (Came::ToTheAddress, ErrorKind::ConnectionRefused) => Why::Refused,
            // So the TLS library tells what it refuses, and of what it is one of many.
            (Came::ToTheAddress, ErrorKind::InvalidData) if error.to_string().contains("certificate") => Why::Untrusted,
            (Came::ToTheAddress, ErrorKind::InvalidData) => Why::NoTls,
            _ => Why::NoConnection,
        }
    }
}

/// After how many seconds the host wants to be asked again. A date, which it may say too, goes by the host's clock, as far as it tells it.
fn retry_after(headers: &HeaderMap) -> Option<u64> {
    let text = |name| Some(headers.get(name)?.to_str().ok()?.trim());
    let date = |text: &str| DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text).ok();
    let after = text(RETRY_AFTER)?;
    after.parse().ok().or_else(|| {
        let now = text(DATE).and_then(date).unwrap_or_else(Timestamp::now);
        u64::try_from(date(after)?.as_second() - now.as_second()).ok()
    })
}

/// Notes how far a connection came, and does nothing to it.
struct Mark {
    stage: Came,
    came: Arc<AtomicU8>,
}

impl<In: Transport> Connector<In> for Mark {
    type Out = In;

    fn connect(&self, _: &ConnectionDetails<'_>, chained: Option<In>) -> Result<Option<In>, Error> {
        self.came.store(self.stage as u8, Ordering::SeqCst);
        Ok(chained)
    }
}

impl fmt::Debug for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Mark").field(&self.stage).finish()
    }
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = &self.host;
        match (self.why, self.came) {
            (Why::Unusable, _) => {
                f.write_str("the call of the provider's file can't be sent: its address or a header is no such thing")
            }
            (Why::NoHost, _) => write!(f, "the name {host} is not known"),
            (Why::Refused, _) => write!(f, "nobody takes the connection at {host}"),
            (Why::NoConnection, Came::ToTheHost) => write!(f, "the connection to {host} broke off"),
            (Why::NoConnection, _) => write!(f, "there is no connection to {host}"),
            (Why::NoTls, _) => write!(f, "{host} does not speak TLS as it should"),
            (Why::Untrusted, _) => write!(f, "{host} does not prove its name by a certificate that is trusted"),
            (Why::Slow, Came::Nowhere) => write!(f, "the name {host} was not found out within 10 seconds"),
            (Why::Slow, Came::ToTheAddress) => write!(f, "{host} has not taken the connection within 10 seconds"),
            (Why::Slow, Came::ToTheHost) => write!(f, "{host} has not answered within 10 seconds"),
            (Why::Huge, _) => write!(f, "the answer of {host} is larger than 64 KiB"),
            (Why::NoHttp, _) => write!(f, "the answer of {host} is no HTTP"),
        }
    }
}

impl std::error::Error for HttpError {}

impl Explain for HttpError {
    fn hint(&self) -> Option<String> {
        let sent = match self.came {
            Came::ToTheHost => format!("the secret may have been sent to {}", self.host),
            _ => "nothing secret was sent".to_owned(),
        };
        let hint = match (self.why, self.came) {
            (Why::Untrusted, _) => "something in between may open the connection",
            (Why::NoConnection | Why::Slow, Came::ToTheHost) => "try again later",
            (Why::NoHost | Why::Refused | Why::NoConnection | Why::Slow, _) => {
                "is this computer online? paykeep uses no proxy"
            }
            (Why::Unusable | Why::NoTls | Why::Huge | Why::NoHttp, _) => {
                "the address in the provider's file may be wrong"
            }
        };
        Some(format!("{sent}; {hint}"))
    }
}

const TIMEOUT: Duration = Duration::from_secs(10);
const LARGEST: u64 = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_is_said_by_how_far_the_request_came() {
        let said = |why, came| {
            let error = HttpError { why, came, host: "api.example.com".into() };
            format!("{error}: {}", error.hint().unwrap())
        };
        let all = [
            said(Why::Slow, Came::Nowhere),
            said(Why::Refused, Came::ToTheAddress),
            said(Why::Untrusted, Came::ToTheAddress),
            said(Why::NoConnection, Came::ToTheAddress),
            said(Why::NoConnection, Came::ToTheHost),
            said(Why::Slow, Came::ToTheHost),
            said(Why::Huge, Came::ToTheHost),
        ];
        let (before, after) = all.split_at(4);
        assert!(before.iter().all(|text| text.contains("nothing secret was sent")), "{before:?}");
        assert!(after.iter().all(|text| text.contains("may have been sent to api.example.com")), "{after:?}");
    }

    #[test]
    fn broken_data_before_the_request_is_the_certificate_or_no_tls_and_after_it_a_broken_line() {
        let why = |came: Came, text: &str| {
            let line = Line::open();
            line.came.store(came as u8, Ordering::SeqCst);
            line.why(Error::Io(io::Error::new(ErrorKind::InvalidData, text)))
        };
        assert_eq!(why(Came::ToTheAddress, "invalid peer certificate: UnknownIssuer"), Why::Untrusted);
        assert_eq!(why(Came::ToTheAddress, "received corrupt message of type InvalidContentType"), Why::NoTls);
        assert_eq!(why(Came::ToTheHost, "cannot decrypt peer's message"), Why::NoConnection);
    }

    #[test]
    fn when_to_ask_again_is_told_in_seconds_or_as_a_date_by_the_hosts_clock() {
        let after =
            |text: &'static str| retry_after(&HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(text))]));
        assert_eq!(after(" 30 "), Some(30));
        for text in ["Fri, 31 Dec 1999 23:59:59 GMT", "-1", "soon", ""] {
            assert_eq!(after(text), None, "{text}");
        }
        let date = HeaderValue::from_static("Fri, 27 Nov 2026 13:00:00 GMT");
        let later = HeaderValue::from_static("Fri, 27 Nov 2026 13:01:30 GMT");
        assert_eq!(retry_after(&HeaderMap::from_iter([(RETRY_AFTER, later), (DATE, date)])), Some(90));
    }
}
