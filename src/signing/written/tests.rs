use std::path::Path;

use super::*;
use crate::error::Exit;

fn raw(text: &str) -> Result<(Message, Vec<String>), Problem> {
    raw::parse(text.as_bytes())
}

/// A `curl` line, with the files that it names.
fn parse(line: &[u8]) -> Result<Message, Problem> {
    curl::parse(line, &|file: &Path| {
        std::fs::read(file).map_err(|_| Problem::new(Exit::Failed, format!("{} can't be read", file.display())))
    })
}

fn refused<T: std::fmt::Debug>(outcome: Result<T, Problem>) -> String {
    let problem = outcome.unwrap_err();
    assert!(matches!(problem.exit, Exit::Usage | Exit::Failed), "{problem:?}");
    problem.message
}

#[test]
fn a_raw_request_is_read_with_either_line_end() {
    let lf = "POST /a/b?c=%20d HTTP/1.1\nHost: h.example\nX-A:  1 \n\n{\"a\": 1}\r\n";
    let (message, notes) = raw(lf).unwrap();
    assert_eq!((message.method.as_deref(), message.path.as_deref()), (Some("POST"), Some("/a/b")));
    assert_eq!(message.query.as_deref(), Some("c=%20d"));
    assert_eq!(message.headers, [("Host".into(), "h.example".into()), ("X-A".into(), "1".into())]);
    assert_eq!(message.body, b"{\"a\": 1}\r\n");
    assert_eq!(notes, Vec::<String>::new());
    let crlf = lf.replacen("\r\n", "", 1).replace('\n', "\r\n") + "\r\n";
    assert_eq!(raw(&crlf).unwrap().0, message);
}

#[test]
fn a_response_tells_no_request() {
    let (message, _) = raw("HTTP/1.1 200 OK\nSignature: x\n\n{}").unwrap();
    assert_eq!((message.method, message.path), (None, None));
}

#[test]
fn a_body_is_held_against_its_length() {
    let with = |length: &str, body: &str| raw(&format!("POST / HTTP/1.1\nContent-Length: {length}\n\n{body}"));
    assert_eq!(with("2", "{}").unwrap().0.body, b"{}");
    let (message, notes) = with("2", "{}\n").unwrap();
    assert_eq!((message.body.as_slice(), notes.len()), (&b"{}"[..], 1));
    assert_eq!(refused(with("20", "{}")), "the body has 2 bytes, Content-Length says 20");
    assert_eq!(refused(with("1", "{}")), "the body has 2 bytes, Content-Length says 1");
    assert_eq!(refused(with("x", "{}")), "Content-Length is no number");
    assert_eq!(raw("GET / HTTP/1.1\nA: b\n").unwrap().1.len(), 1);
}

#[test]
fn binary_bodies_stay_as_they_are() {
    let body: Vec<u8> = (0..=255).collect();
    let message = raw::parse(&[b"POST / HTTP/1.1\r\n\r\n", &body[..]].concat()).unwrap().0;
    assert_eq!(message.body, body);
}

#[test]
fn what_is_no_message_is_refused_with_its_line() {
    for (text, says) in [
        ("hello", "line 1 is neither"),
        ("{\"a\":1}", "line 1 is neither"),
        ("HTTP/1.1 ok\n\n", "line 1 of the message"),
        ("GET / HTTP/1.1\nno header\n\n", "line 2 of the message"),
        ("GET / HTTP/1.1\nA: b\n: c\n\n", "line 3 of the message"),
        ("POST / HTTP/1.1\nTransfer-Encoding: Chunked\n\n2\n{}\n0\n", "in chunks"),
        ("POST /a HTTP/1.1\rHost: h\r\r{}", "line 1 of the message can't be read: it has a carriage return"),
        ("POST /a HTTP/1.1\nHost: h\rA: b\n\n{}", "line 2 of the message can't be read: it has a carriage return"),
        ("POST /a HTTP/1.1\nHost: h\0\n\n{}", "line 2 of the message can't be read: it has a control character"),
        ("POST /a\u{1b}[2J HTTP/1.1\n\n{}", "line 1 of the message can't be read: it has a control character"),
        ("POST /my pay HTTP/1.1\n\n{}", "line 1 of the message can't be read: its address has a space"),
        ("POST /my HTT", "line 1 of the message can't be read: it ends with HTT: it is cut off there"),
        ("POST /my pay\n\n{}", "line 1 of the message can't be read: its address has a space"),
    ] {
        assert!(refused(raw(text)).contains(says), "{text}");
    }
    assert!(refused(raw::parse(b"GET / HTTP/1.1\nA: \xff\n\n")).contains("line 2"));
    assert!(refused(raw::parse(b"\xff\xfeG\0E\0T\0")).contains("UTF-16"));
    let no_file = |_: &Path| Err(Problem::new(Exit::Usage, "no files"));
    let marked = read("\u{feff}\r\nGET /a HTTP/1.1\r\n\r\n".as_bytes(), &no_file).unwrap().0;
    assert_eq!(marked.path.as_deref(), Some("/a"), "what stands before a text is no part of it");
}

#[test]
fn curl_lines_are_read_as_their_shells_have_them() {
    let expected = br#"{"a": "it's"}"#;
    for line in [
        r#"curl -X POST https://h.example/x?a=b -H "Content-Type: application/json" --data '{"a": "it'\''s"}'"#,
        r#"$ curl 'https://h.example/x?a=b' -H 'Content-Type: application/json' --data-raw $'{"a": "it\'s"}'"#,
        "curl -sS https://h.example/x?a=b \\\n  -HContent-Type:application/json \\\n  --data-binary \"{\\\"a\\\": \\\"it's\\\"}\"",
        "curl.exe ^\"https://h.example/x?a=b^\" ^\n -H ^\"Content-Type: application/json^\" --data-raw ^\"{^\\^\"a^\\^\": ^\\^\"it's^\\^\"}^\"",
        r#"curl https://h.example/x?a=b --json "{\"a\": \"it's\"}""#,
        // fish
        r#"~> curl https://h.example/x?a=b -H 'Content-Type: application/json' -d '{"a": "it\'s"}'"#,
        // PowerShell, its own quotes and those that Windows' programs want
        "PS C:\\Users\\ada> curl.exe https://h.example/x?a=b `\n  -H 'Content-Type: application/json' `\n  -d '{\\\"a\\\": \\\"it''s\\\"}'",
        "curl.exe 'https://h.example/x?a=b' -H \"Content-Type: application/json\" --data-raw '{\"a\": \"it''s\"}'",
        "PS> curl https://h.example/x?a=b -H \"Content-Type: application/json\" -d \"{`\"a`\": `\"it's`\"}\"",
        // cmd
        "C:\\> curl https://h.example/x?a=b -H \"Content-Type: application/json\" -d \"{\"\"a\"\": \"\"it's\"\"}\"",
        "curl.exe https://h.example/x?a=b --json \"{\\\"a\\\": \\\"it's\\\"}\"",
        "curl -X POST ^\r\n  \"https://h.example/x?a=b\" ^\r\n  -H \"Content-Type: application/json\" ^\r\n  -d \"{\\\"a\\\": \\\"it's\\\"}\"",
    ] {
        assert!(curl::is_curl(line.as_bytes()), "{line}");
        let message = parse(line.as_bytes()).unwrap_or_else(|_| panic!("{line}"));
        assert_eq!(message.method.as_deref(), Some("POST"), "{line}");
        assert_eq!((message.host.as_deref(), message.path.as_deref()), (Some("h.example"), Some("/x")), "{line}");
        assert_eq!(message.query.as_deref(), Some("a=b"), "{line}");
        assert_eq!(message.header("content-type").unwrap(), Some("application/json"), "{line}");
        assert_eq!(String::from_utf8_lossy(&message.body), String::from_utf8_lossy(expected), "{line}");
    }
}

#[test]
fn curl_puts_data_where_its_options_say() {
    let message = parse(b"curl -G https://h.example/x -d a=1 --data-urlencode 'b=c d'").unwrap();
    assert_eq!((message.method.as_deref(), message.query.as_deref()), (Some("GET"), Some("a=1&b=c+d")));
    let message = parse(b"curl -u name:word -d a=1 -d b=2 https://h.example").unwrap();
    assert_eq!(message.header("authorization").unwrap(), Some("Basic bmFtZTp3b3Jk"));
    assert_eq!(message.body, b"a=1&b=2");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "a\r\nb\n").unwrap();
    for (option, body) in [("-d", &b"ab"[..]), ("--data-binary", b"a\r\nb\n")] {
        let line = format!("curl {option} @{} https://h.example", file.path().display());
        assert_eq!(parse(line.as_bytes()).unwrap().body, body);
    }
    for (line, query) in [
        ("curl https://h.example/x?a=1 --url-query 'b=c d'", "a=1&b=c+d"),
        ("curl https://h.example/x --url-query +b=c%20d -G -d e", "b=c%20d&e"),
        ("curl -sGd a=1 https://h.example/x", "a=1"),
    ] {
        assert_eq!(parse(line.as_bytes()).unwrap().query.as_deref(), Some(query), "{line}");
    }
    let at = format!("@{}", file.path().display());
    let body = |option: &str, value: &str| {
        String::from_utf8(parse(format!("curl h.example {option} {value}").as_bytes()).unwrap().body).unwrap()
    };
    assert_eq!(body("--data-raw", &at), at);
    assert_eq!(body("--json", &at), "a\r\nb\n");
    assert_eq!(body("--data-urlencode", &format!("n{at}")), "n=a%0D%0Ab%0A");
    assert_eq!(body("--data-urlencode", "=a@b"), "a%40b");
    assert_eq!(body("--json", "'{\"a\":1' --json ',\"b\":2}'"), "{\"a\":1,\"b\":2}");
    let message = parse(b"curl --oauth2-bearer T -H 'Content-Type:' -H 'X-Empty;' -H 'X:' -d a=1 h.example").unwrap();
    assert_eq!(message.headers, [("Authorization".into(), "Bearer T".into()), ("X-Empty".into(), String::new())]);
    std::fs::write(file.path(), "X-A: 1\nX-B: 2\n").unwrap();
    let message = parse(format!("curl -H {at} h.example").as_bytes()).unwrap();
    assert_eq!(message.headers, [("X-A".into(), "1".into()), ("X-B".into(), "2".into())]);
    let at = format!("-T {}", file.path().display());
    let message = parse(format!("curl {at} h.example/x").as_bytes()).unwrap();
    assert_eq!((message.method.as_deref(), &message.body[..]), (Some("PUT"), &b"X-A: 1\nX-B: 2\n"[..]));
    for line in [
        "curl --interface eth0 --limit-rate 1k https://h.example/x -d '{\"p\":\"$5\"}'",
        "curl https://h.example/x -d '{\"p\":\"$5\"}' && echo done",
        "curl https://h.example/x -d \"{\\\"p\\\":\\\"\\$5\\\"}\" 2>&1 | jq .",
        "curl https://h.example/x -d '{\"p\":\"$5\"}' < /dev/null",
    ] {
        let message = parse(line.as_bytes()).unwrap();
        assert_eq!(message.path.as_deref(), Some("/x"), "{line}");
        assert_eq!(String::from_utf8_lossy(&message.body), "{\"p\":\"$5\"}", "{line}");
    }
    let message = parse(b"curl https://h.example/x?a=1&b=2").unwrap();
    assert_eq!(message.query.as_deref(), Some("a=1&b=2"), "an address that was left without quotes");
    for (line, says) in [
        ("curl -u name https://h.example", "ask for the password"),
        ("curl https://h.example/a --next https://h.example/b", "several requests"),
        ("curl https://h.example -d @/nowhere/at/all", "can't be read"),
        ("curl -d x", "no address"),
        ("curl -K conf https://h.example", "takes more from a file, which -K names"),
        ("curl --config=conf https://h.example", "takes more from a file, which --config names"),
        ("curl https://h.example -d 'x", "never closed"),
        ("curl https://h.example -F a=b", "in parts"),
        ("curl https://h.example -H", "ends after -H"),
        ("curl https://h.example -d @-", "standard input"),
        ("curl https://h.example/a https://h.example/b", "two addresses"),
        ("curl https://$HOST/x -d '$1'", "has $HOST in it"),
        ("curl https://h.example -H \"T: $(date +%s)\"", "has $(date in it"),
        ("curl.exe https://h.example -H \"T: $env:T\" -d '{}'", "has $env:T in it"),
        ("curl https://h.example -d `date`", "has `date` in it"),
        ("curl https://h.example -d \"`date +%s`\"", "has `date +%s` in it"),
        ("C:\\> curl https://h.example -d \"%BODY%\"", "has %BODY% in it"),
        ("C:\\> curl https://h.example -d \"a %DATE%\"", "has %DATE% in it"),
        ("curl https://h.example -d $'\\ud83d'", "makes no text"),
        ("curl https://h.example -d $'\\ud83d\\u0041'", "makes no text"),
        ("curl https://h.example -d $'\\xc3'", "makes no text"),
        ("curl https://h.example -d $'a\\0b'", "makes no text"),
        ("curl 'https://h.example/a b'", "the curl line's address has a space in it"),
        ("curl -G https://h.example/x -d 'a=b c'", "the query that the curl line makes has a space in it"),
        ("curl https://h.example/{a}", "has { or [ in it"),
        ("curl 'https://h.example/x?a=[1-2]'", "has { or [ in it"),
        ("curl “https://h.example”", "the quote “"),
        ("curl https://h.example -d ‘{}’", "the quote ‘"),
    ] {
        assert!(refused(parse(line.as_bytes())).contains(says), "{line}");
    }
}

/// The body of a `curl` line.
fn body_of(line: &str) -> String {
    String::from_utf8(parse(line.as_bytes()).unwrap_or_else(|problem| panic!("{line}: {problem:?}")).body).unwrap()
}

#[test]
fn a_line_that_chrome_copied_for_cmd_keeps_its_line_breaks_and_carets() {
    let copied = "curl ^\"https://h.example/x?a=%^20b^\" ^\n  -X ^\"POST^\" ^\n  --data-raw ^\"^{^\n\n  ^\\^\"a^\\^\": ^\\^\"1 ^^ 2^\\^\"^\n\n^}^\"";
    let message = parse(copied.as_bytes()).unwrap();
    assert_eq!(message.query.as_deref(), Some("a=%20b"));
    assert_eq!(String::from_utf8_lossy(&message.body), "{\n  \"a\": \"1 ^ 2\"\n}");
    assert_eq!(parse(copied.replace('\n', "\r\n").as_bytes()).unwrap(), message);
    assert_eq!(body_of("curl.exe https://h.example ^\n -d \"a^b\""), "a^b", "in quotes a caret is itself");
    assert_eq!(body_of("C:\\> curl https://h.example -d \"50% or %41%42%e9abc%e9\""), "50% or %41%42%e9abc%e9");
}

#[test]
fn escapes_between_dollar_quotes_are_read_as_bash_has_them() {
    for (line, body) in [
        (r#"$'{"e":"\ud83d\ude00 ok"}'"#, "{\"e\":\"\u{1f600} ok\"}"),
        (r"$'\U0001f600\u00e9\xe'", "\u{1f600}\u{e9}\u{e}"),
        (r"$'caf\xc3\xa9'", "caf\u{e9}"),
        (r"$'a\041\1018'", "a!A8"),
        (r"$'\a\b\e\f\v\t\r\n\\\'\q\x'", "\x07\x08\x1b\x0c\x0b\t\r\n\\'\\q\\x"),
    ] {
        assert_eq!(body_of(&format!("curl https://h.example -d {line}")), body, "{line}");
    }
}

#[test]
fn an_address_is_read_as_curl_sends_it() {
    for (line, path, query) in [
        ("curl https://h.example/a/../b/./c/..", "/b/", None),
        ("curl https://h.example/../a/.", "/a/", None),
        ("curl --path-as-is https://h.example/a/../b", "/a/../b", None),
        ("curl https://h.example/a?x=1 --request-target /zzz?y=..", "/zzz", Some("y=..")),
        ("curl -g 'https://h.example/a?x={1}[2]'", "/a", Some("x={1}[2]")),
        ("curl http://[::1]:8080/a", "/a", None),
        (r"curl 'https://h.example/a?ids\[\]=1&o=\{x\}'", "/a", Some("ids[]=1&o={x}")),
        ("curl https://h.example/a -d x # one {more} address", "/a", None),
    ] {
        let message = parse(line.as_bytes()).unwrap();
        assert_eq!((message.path.as_deref(), message.query.as_deref()), (Some(path), query), "{line}");
    }
}

#[test]
fn a_response_stands_below_what_it_answers() {
    let (message, _) = raw("POST /a/b HTTP/1.1\nHTTP/1.1 401 Unauthorized\nSignature: x\n\n{}").unwrap();
    assert_eq!((message.method.as_deref(), message.path.as_deref()), (Some("POST"), Some("/a/b")));
    assert_eq!((message.status, message.headers.len()), (Some(401), 1));
    assert_eq!(raw("POST /a HTTP/1.1\nA: b\n\n{}").unwrap().0.status, None, "a request has none");
    assert_eq!(raw("HTTP/2 200\nA: b\n\n{}").unwrap().0.status, Some(200));
    assert!(refused(raw("POST /a HTTP/1.1\nHTTP/1.1 ok\n\n")).contains("line 2"));
}
