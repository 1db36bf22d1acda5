//! `paykeep sign`: the headers that a request needs.

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;

use super::args::Sign;
use super::example;
use super::get::not_remembered;
use super::io::{Io, Outcome};
use super::json::{Pairs, Signature};
use crate::app::bench::{Bench, Beside, public};
use crate::domain::Change;
use crate::domain::audit::Report;
use crate::domain::provider::{Handles, Sure};
use crate::error::{Exit, Problem};
use crate::shell::files;
use crate::shell::store::OpenVault;
use crate::shell::world::nonce;
use crate::signing::{Key, Message, reveals_the_key, sign};

/// Signs the message.
pub(super) fn run(args: &Sign, message: &Message, vault: &mut OpenVault, io: &mut Io<'_>) -> Outcome {
    let snapshot = vault.snapshot();
    let bench = Bench::find(&args.reference, args.recipe.as_deref(), Handles::Sign, &snapshot, io.catalog)?;
    if reveals_the_key(&bench.recipe) && io.output_is_terminal && !args.print {
        return Err(Problem::new(
            Exit::Refused,
            "the header is the key itself and would stay in the terminal's scrollback",
        )
        .hint("pipe it to where it is needed, or say --print")
        .into());
    }
    if let Some(file) = &args.vector {
        files::is_free(file)?;
    }
    let version = bench.signs_with(args.reference.contains('@'), io.now)?;
    let key = Key::decode(&bench.key(version)?, &bench.recipe.key_decode)?;
    let fields = public(Some(version));
    let nonce = match &args.nonce {
        Some(nonce) => nonce.clone(),
        None => nonce()?,
    };
    let context = bench.context(&fields, args.message.timestamp.as_deref(), Some(nonce));
    let signed = sign(&bench.recipe, &key, message, &context, io.now, &mut UnwrapErr(SysRng))
        .map_err(|error| bench.named(error))?;
    if let Some(about) = bench.about(version) {
        remember(Report::signed(about, bench.recipe.id.as_str(), reveals_the_key(&bench.recipe)), vault, io);
    }
    if let Some(file) = &args.vector {
        let signatures = vec![signed.signature.expose()];
        example::write(file, &bench, message, &context, &Beside { signatures, ..Beside::default() }, io.now, io)?;
    }
    if bench.recipe.fact.sure == Sure::Unknown {
        io.note("not all of this recipe is told by the provider's pages; its file says what is not");
    }
    if args.json {
        let headers = signed.headers.iter().map(|(name, value)| (name.clone(), value.expose().to_owned()));
        return io.print_json(&Signature {
            recipe: bench.recipe.id.to_string(),
            reference: bench.reference.clone(),
            version: version.n,
            string_to_sign: String::from_utf8_lossy(&signed.text).into_owned(),
            signature: signed.signature.expose().to_owned(),
            headers: Pairs(headers.collect()),
        });
    }
    if signed.headers.is_empty() {
        io.note("the recipe puts its signature into no header: this is the signature alone");
        io.print(signed.signature.expose().as_bytes())?;
        return io.print(b"\n");
    }
    for (name, value) in &signed.headers {
        io.print(format!("{name}: ").as_bytes())?;
        io.print(value.expose().as_bytes())?;
        io.print(b"\n")?;
    }
    Ok(())
}

/// The log knows that a secret was used. Where the vault can't be written to, that it doesn't is told.
fn remember(report: Report, vault: &mut OpenVault, io: &mut Io<'_>) {
    if let Err(error) = vault.commit(Change::Audit(report)) {
        not_remembered(&error, io);
    }
}
