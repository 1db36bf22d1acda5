//! No false «verified»: signed messages are altered at random, and none of them passes unless it says the very same as before.
//!
//! `PAYKEEP_MUTATIONS=1000000 cargo test --test signing mutation -- --nocapture` tries as many as that, in two minutes.

use paykeep::signing::string_to_sign;

use super::*;

/// Xorshift: the same sequence in each run, so that what is found can be found again.
struct Dice(u64);

impl Dice {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(below.max(1)).unwrap()).unwrap()
    }

    /// A byte flipped, taken out, put in, doubled or swapped with the next one.
    fn alter(&mut self, bytes: &mut Vec<u8>) {
        let at = self.next(bytes.len());
        match self.next(5) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << self.next(8),
            1 if !bytes.is_empty() => drop(bytes.remove(at)),
            2 if !bytes.is_empty() => bytes.insert(at, bytes[at]),
            3 if at + 1 < bytes.len() => bytes.swap(at, at + 1),
            _ => bytes.insert(at, b" \n{}\",:=?&/+%0aZ"[self.next(16)]),
        }
    }
}

/// A message with its signature in it, and who checks it.
struct Case {
    bench: Bench,
    sent: Message,
    /// The texts that the signature is of, by each reading.
    text: Vec<u8>,
    signature: String,
    now: Timestamp,
}

fn cases() -> Vec<Case> {
    let case = |bench: Bench, sent: Message, signature: &str, now: Timestamp| {
        let text = string_to_sign(&bench.recipe, &sent, &bench.context(None), now).unwrap();
        let case = Case { bench, sent, text, signature: signature.to_owned(), now };
        assert!(case.passes(&case.sent), "{}", case.bench.recipe.id);
        case
    };
    let after = |sent: &Message, name: &str, word: &str| {
        sent.header(name).unwrap().unwrap().rsplit_once(word).map_or_else(String::new, |(_, rest)| rest.to_owned())
    };
    let mut all = Vec::new();
    let bench = Bench::new("anexpay", "request", b"aR2822Y6XbehWMclnB0Y2NJK");
    let sent = bench.signed(&message("POST", "/openapi/pay?a=1&b=x%20y", &[], r#"{"order": "A 1", "n": [1, 2]}"#));
    let signature = sent.header("SIGNATURE").unwrap().unwrap().to_owned();
    all.push(case(bench, sent, &signature, now()));
    let key = test_key(PKCS1_KEY);
    let signer = Bench::new("antom", "request", key.as_bytes());
    let sent = signer.signed(&message("POST", "/ams/api/v1/payments/pay", &[], r#"{"a":1}"#));
    let signature = after(&sent, "Signature", "signature=");
    let public = paykeep::keys::identify(key.as_bytes()).unwrap().write(paykeep::keys::Form::SpkiPem).unwrap();
    let bench = Bench { key: public.expose().as_bytes().to_vec(), ..signer };
    all.push(case(bench, sent, &signature, now()));
    let bench = Bench::new("ansa", "webhook", b"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    let signature = "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    let headers = [
        ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
        ("webhook-timestamp", "1614265330"),
        ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
    ];
    let hook = message("POST", "/hooks", &headers, r#"{"test": 2432232314}"#);
    all.push(case(bench, hook, signature, Timestamp::from_second(1_614_265_330).unwrap()));
    all
}

impl Case {
    fn passes(&self, sent: &Message) -> bool {
        let bench = &self.bench;
        verify(&bench.recipe, sent, &bench.context(None), &bench.keys(), None, self.now)
            .is_ok_and(|verdict| verdict.verified())
    }

    /// Whether it still says the same: the signature stands in it whole, and one of the readings gives the text that was signed.
    fn says_the_same(&self, sent: &Message) -> bool {
        let signature = decoded(&self.signature);
        let whole = sent.headers.iter().any(|(_, value)| decoded(value).contains(&signature));
        let mut recipe = self.bench.recipe.clone();
        let mut same = |text: &[paykeep::domain::provider::Template]| {
            recipe.text = text.to_vec();
            string_to_sign(&recipe, sent, &self.bench.context(None), self.now).is_ok_and(|text| text == self.text)
        };
        let readings = self.bench.recipe.readings.iter().map(|reading| &reading.text);
        whole && std::iter::once(&self.bench.recipe.text).chain(readings).any(|text| same(text))
    }
}

/// Percent-encoding undone: `%2f` is `%2F`.
fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let byte = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        byte.map_or_else(|| format!("{text}%{part}"), |byte| format!("{text}{}{}", char::from(byte), &part[2..]))
    })
}

fn altered(sent: &Message, dice: &mut Dice) -> Message {
    let mut sent = sent.clone();
    for _ in 0..=dice.next(2) {
        let text = |text: &mut String, dice: &mut Dice| {
            let mut bytes = std::mem::take(text).into_bytes();
            dice.alter(&mut bytes);
            *text = String::from_utf8_lossy(&bytes).into_owned();
        };
        match dice.next(6) {
            0 => sent.method.iter_mut().for_each(|method| text(method, dice)),
            1 => sent.path.iter_mut().for_each(|path| text(path, dice)),
            2 => sent.query.iter_mut().for_each(|query| text(query, dice)),
            3 | 4 => {
                let at = dice.next(sent.headers.len());
                text(&mut sent.headers[at].1, dice);
            }
            _ => dice.alter(&mut sent.body),
        }
    }
    sent
}

#[test]
fn no_mutation_passes_for_what_it_is_not() {
    let wanted: usize = std::env::var("PAYKEEP_MUTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(5_000);
    let cases = cases();
    let mut dice = Dice(0x5eed_5eed_5eed_5eed);
    let (mut tried, mut same) = (0, 0);
    while tried < wanted {
        for case in &cases {
            let sent = altered(&case.sent, &mut dice);
            if sent == case.sent {
                continue;
            }
            if case.passes(&sent) {
                same += 1;
                assert!(case.says_the_same(&sent), "{}: {sent:?}", case.bench.recipe.id);
            } else {
                tried += 1;
            }
        }
    }
    println!("{tried} mutations, none of which passed; {same} more said the very same as before");
    // Were nearly all of them the same, the test would show nothing.
    assert!(same * 5 < tried, "{same} of {tried}");
}
