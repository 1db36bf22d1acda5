#![allow(clippy::all, clippy::pedantic, clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, missing_docs, clippy::allow_attributes_without_reason, clippy::allow_attributes)]
use paykeep::shell::store::{VaultFolder, Consent};
use paykeep::secret::*; use paykeep::domain::*; use paykeep::error::*; use std::io::Read;
fn main() -> std::process::ExitCode {
    match go() { Ok(()) => 0.into(), Err(p) => { eprintln!("paykeep: error: {}", p.message); if let Some(h)=p.hint { eprintln!("paykeep: hint: {h}"); } (p.exit as u8).into() } }
}
fn go() -> Result<(), Problem> {
    let mut a: Vec<String> = std::env::args().skip(1).collect();
    let at = a.iter().position(|x| x=="--passphrase-file").unwrap();
    let pass = SecretText::new(std::fs::read_to_string(&a[at+1]).unwrap().trim_end().into());
    a.drain(at..at+2);
    let f = VaultFolder::new(std::env::var("PAYKEEP_VAULT").unwrap().into(), format!("{}/paykeep", std::env::var("XDG_STATE_HOME").unwrap()).into());
    match a[0].as_str() {
        "init" => { f.create_with_work_factor(&pass, 10)?; eprintln!("made"); }
        "add" => {
            let mut v = String::new(); std::io::stdin().read_to_string(&mut v).unwrap();
            let mut o = f.unlock(&pass, Consent::None)?;
            o.commit(Change::Add(Box::new(Add { reference: a[1].parse().unwrap(), kind: Kind::SecretKey, place: Place::New,
              fields: vec![NewField{name:"value".into(), value: NewValue::Secret(SecretBytes::new(v.into_bytes())), form: None, prefix: None}],
              origin: Origin::Pasted, expires_at: None, label: String::new(), note: String::new(), rotate_every_days: None, used_by: vec![], account_fields: Default::default() })))?;
            eprintln!("paykeep: stored");
        }
        "ls" => { let o = f.unlock(&pass, Consent::None)?.snapshot();
            let v: Vec<String> = o.document.listed().map(|(_, c)| format!("{{\"reference\": \"{}\"}}", o.document.reference(c).unwrap())).collect();
            println!("[{}]", v.join(", ")); }
        "get" => { let o = f.unlock(&pass, Consent::None)?.snapshot();
            let t = o.document.resolve(&a[1]).map_err(|e| Problem::new(Exit::NotFound, format!("{e:?}")))?;
            let (_, fd) = o.document.field(&t, None).unwrap();
            let s = o.secret(fd.secret.as_ref().unwrap()).unwrap(); use std::io::Write; std::io::stdout().write_all(s.expose()).unwrap(); }
        "passphrase" => { let n = SecretText::new(std::fs::read_to_string(&a[2]).unwrap().trim_end().into());
            f.unlock(&pass, Consent::None)?.set_passphrase_with_work_factor(&pass, &n, 10)?; eprintln!("changed"); }
        _ => panic!(),
    }
    Ok(())
}
