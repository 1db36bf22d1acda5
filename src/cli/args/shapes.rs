//! What `--help` says of the JSON that a command prints, and of a provider's file.

/// The shape of `paykeep due --json`.
pub(super) const DUE_JSON: &str = "\
Each object of --json has:
  reference, provider, environment, account, name
                    which credential
  do                rotate, renew, expired, replace, move, revoke, go-on, use or wait
  words             the same for people
  due_at            until when; null where nothing ends by itself
  since             since when it is under way, or null
  waits_until       until when its flow waits for the old version to be out of use, or null
  late              whether due_at is past
  no_working_key    whether it is live and its current version is dead, since due_at
  rule_days, rule   rotated every so many days, by the rule of: own, provider or paykeep; or null
  rule_source       the page where the provider says so, or null
  places, left      how many places use it, and the labels of those without the newer version
  step, steps       of the flow in progress, or null
  snoozed_until     put off until then, or null; what is put off is not listed
Times are RFC 3339 in UTC.";

/// The shape of `paykeep detect --json`.
pub(super) const DETECT_JSON: &str = "\
Each object of --json has:
  provider          its ID; null where the shape doesn't tell
  kind              what it is; null for a field of the account
  environment       sandbox or live; null where nothing tells it
  field             the field that the value is for; account.NAME for a field of the account
  strength          certain, likely or possible
  reason            why, in words
  item              counts what was found in the text, from 1: what has the same number is one thing, or what else it could be
Best first; a thing of several fields has one object for each; an empty array when all is unknown.";

/// The shape of `paykeep audit --json`.
pub(super) const AUDIT_JSON: &str = "\
Each object of --json has:
  at                when
  act               stored, edited, moved, binned, restored, purged, put-off, account-edited, account-removed,
                    place-edited, place-moved, place-removed, flow-begun, step-done, flow-abandoned, handed-over,
                    made-current, retired, revoked, denied, abandoned, sealed, unsealed, leaked, revealed, copied,
                    printed, sent, settings, passphrase or log-exported
  reference         the credential or account; null where it was about the vault
  version, field    of the credential, or null
  environment       sandbox or live, or null
  reason            why, in the user's words, or null
  reached           what was reached, in words, or null
  flow              the ID of the flow that it belongs to, or null
  device, entry     which computer wrote it, and its number there
  previous, print   16 digits that stand for the entry before and for this one
Times are RFC 3339 in UTC.";

/// The shape of `paykeep ls --json`.
pub(super) const LS_JSON: &str = "\
Each object of --json has:
  reference, provider, environment, account, name
                    which credential
  kind              secret-key, publishable-key, client-secret, client-credentials, signing-key, key-pair,
                    provider-public-key, webhook-secret or access-token
  version           the number of the version that the reference means, or null
  state             its state: current, previous, pending, approved, active, retired, denied, abandoned, revoked or expired
  fingerprint       of its main field, or null: spki-sha256 of a key, keyed by the vault of every other secret
  created_at        when it was stored
  expires_at        when it ends by itself, or null
  rotate_by         when it is due for rotation, or null
  consumers         the labels of the places that use it
  label, tags       for people
  pending           the number of the version that waits, or null
  previous          the number of the version that was current before and still works, or null
  binned_at         in the bin since, or null
Times are RFC 3339 in UTC.";

/// The shape of `paykeep show --json`.
pub(super) const SHOW_JSON: &str = "\
The object of --json has the keys of `paykeep ls --json`, and:
  note              free text
  rotate_every_days  its own rule, or null
  account_fields    the account's fields, by name
  versions          newest first
Each object of versions has:
  version           its number
  state             current, previous, pending, approved, active, retired, denied, abandoned, revoked or expired
  origin            generated, shown-once, pasted, imported or fetched
  created_at        when it was stored
  expires_at        when it ends by itself, or null
  compromised_at    when it was marked as leaked, or null
  fields            by name
Each object of fields has:
  secret            whether the value must not be seen
  value             the value of a public field; null for a secret
  prefix            the public beginning of a secret, or null
  form              how a key is written, such as pkcs8-pem, or null
  fingerprint       as in ls, or null
Times are RFC 3339 in UTC.";

/// The shape of `paykeep whose --json`.
pub(super) const WHOSE_JSON: &str = "\
Each object of --json has:
  reference         with version and field
  environment       sandbox or live
  version, field    of it, or null
  state             as in ls, or null";

/// The shape of `paykeep account ls --json` and `account show --json`.
pub(super) const ACCOUNT_JSON: &str = "\
Each account of --json has:
  reference, provider, environment, account
                    which account
  label             for people
  fields            values by name, such as client_id
  credentials       the references of its credentials
ls prints an array, show one object.";

/// The shape of `paykeep catalog list --json`.
pub(super) const CATALOG_JSON: &str = "\
Each object of --json has:
  provider, name    its ID and its name
  file              the file of your own that describes it; null when it is built in
  environments      sandbox, live or both
  credentials       what it issues or holds
  account_fields    the names of its accounts' fields
Each object of credentials has:
  kind              as in ls
  title             what people call it
  name              the name that it usually has in a reference
  fields            the names of its fields";

/// The shape of `paykeep doctor --json`.
pub(super) const DOCTOR_JSON: &str = "\
The object of --json has:
  x11               whether an X server answers
  wayland_data_control  whether a Wayland compositor lets paykeep at its clipboard
  way               what a copy is here: once, timed, osc52 or none
  osc52_allowed     whether the vault allows OSC 52; null without its passphrase
  through           tmux or screen, where one is between program and terminal, or null
  closed_to_debuggers  whether the same user's debuggers are kept out; null where that can't be known
  leaves_no_core    whether the process leaves no core behind
  vault             the vault's folder; null when there is none
  too_open          what in it others may read or write, with its mode
  backups           how many earlier generations are kept
  newest_backup     when the newest of them was saved, or null
  clipboard_test    what --test-clipboard showed, or null
Times are RFC 3339 in UTC.";

/// The shape of `paykeep place ls --json`.
pub(super) const PLACE_JSON: &str = "\
Each object of --json has:
  label             its name
  side              server or client
  where             where to find it, in words
  uses              what it uses
Each object of uses has:
  reference         the credential
  version           the number of the version that it has, or null
  life              that version's life, or null
  at                when that was learnt
  proof             asked, matched or injected
Times are RFC 3339 in UTC.";

/// The shape of `paykeep flow list --json`.
pub(super) const FLOWS_JSON: &str = "\
Each object of flows has:
  provider, flow    which flow, as `paykeep flow start` takes it
  title             its name
  does              create, rotate, renew, revoke or compromise
  reasons           scheduled, compromised; empty where no reason is given
  environments      sandbox, live or both
  kind              the kind that it is about, or null
  name              the name that this usually has in a reference, or null";

/// The shape of `paykeep flow status --json`.
pub(super) const JOURNAL_JSON: &str = "\
Each flow of --json has:
  id, short         its whole ID, and the end of it that no other flow has
  provider, environment, account
                    where; null when the account is gone
  flow, title, does  which flow, as in `paykeep flow list --json`
  reason            scheduled, compromised or null
  state             in-progress, finished, denied or abandoned
  started_at        when it began
  ended_at          when it ended, or null
  done, of          how many of its steps are done, of how many
  next              the step that can be done now, or null
  credentials       the references of what it is about
Of one flow there are also:
  steps             in their order
  leftovers         what an abandoned or denied flow left behind, in sentences
Each object of steps has:
  step, act, title  its ID, what it does, its line in the list
  state             done, open, waits or undone
  waits_for         the titles of the steps for which it waits
  done_at           when it was done, or null
  grade, known      verified or asserted, and how it is known; or null
  evidence          what shows it, by name
  marks             what happened on the way, oldest first: at, what, place and text
  text, warning, asks, place, url
                    what the user reads and where to go, or null
  fields, form      what it takes or hands over, and in which form
  letter            subject and body of what to send, or null
  call              a call to run, without secrets, or null
  signed            the commands that sign its call and check the answer
  stops             what tells the version that it stops, or sees refused, from the others, by name
  asks_account      whether the account's name has to be typed
  or_said           whether the user's word is enough
  places_left       the places that are still to get the new version
Times are RFC 3339 in UTC.";

/// How a provider's file is written.
pub(super) const PROVIDER_FILE: &str = "\
A provider's file is TOML. One with all that a key needs to be recognised:

  schema = 1
  id = \"acme\"
  name = \"Acme Pay\"
  [sources]
  docs = { title = \"Acme's docs\", url = \"https://docs.acme.example\", read = \"2026-11-22\" }
  [environments]
  sandbox = { words = [\"test\"], source = \"docs\" }
  live = { source = \"docs\" }
  [credentials.secret-key]
  title = \"API key\"
  fields.value = { label = \"API key\", secret = true, names = [\"acme_key\"], source = \"docs\" }
  source = \"docs\"
  [[shapes]]
  field = \"secret-key#value\"
  pattern = '^acme_live_[0-9a-f]{32}$'
  environment = \"live\"
  strength = \"certain\"
  prefix = \"acme_live_\"
  because = [\"it starts with acme_live_\"]
  source = \"docs\"

id is the first part of its references and the file's name. sources are the pages where the facts were read, and on which day;
each fact names its source. environments are sandbox and live, with the gateway's own words for them. A table under credentials
is called after its kind, and lists the fields. shapes say how values look: strength is certain where nothing else looks so,
likely where some things do, and possible for what has no prefix. Optional are hosts, links, account, recipes (how it signs),
calls and flows: the files in assets/providers of the source are such files, and explain every key.";
